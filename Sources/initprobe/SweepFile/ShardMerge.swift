import SignalPropagation

/// The shards of a sweep, to be put into the order of the sweep.
struct ShardMerge {
  private let files: [ShardFile]
  private let format: RowFormat
  /// The names of a user's own numbers, the same in all files.
  private let settings: [String]

  /// - Parameter settings: Those of the sweep; `nil` where only the files tell them.
  init(_ files: [ShardFile], _ format: RowFormat, settings: [String]?) throws(Failure) {
    self.files = files
    self.format = format
    let names = settings ?? files.lazy.compactMap(\.settings).first ?? []
    for file in files where file.settings ?? names != names {
      throw .merge(.foreign(shard: file.name, line: 1, .otherColumns))
    }
    self.settings = names
  }

  /// What the whole begins with.
  var header: String { format.header(settings: settings) }

  /// The rows of all points of a sweep, each of which must be there once and complete.
  func blocks(of contents: SweepContents) throws(Failure) -> [ShardFile.Block] {
    var numbers: [Substring: Int] = [:]
    for (index, point) in contents.points.enumerated() {
      numbers[Substring(RowStart(point, contents.format).parameters)] = index
    }
    var found: [ShardFile.Block?] = Array(repeating: nil, count: contents.points.count)
    for block in files.flatMap(\.blocks) {
      guard let number = numbers[block.parameters] else {
        throw .merge(
          .noPoint(shard: block.shard, line: block.line, parameters: String(block.parameters)))
      }
      if let other = found[number] { throw .merge(.twice(block, other)) }
      try block.check(contents, number)
      found[number] = block
    }
    let missing = found.indices.filter { found[$0] == nil }
    guard let first = missing.first else { return found.compactMap(\.self) }
    let parameters = RowStart(contents.points[first], contents.format).parameters
    throw .merge(.missing(missing.count, of: found.count, first: parameters))
  }

  /// The rows of all points in the order that the names of the files tell, such as `sweep.3-of-8.csv`.
  ///
  /// Rows alone do not tell what the sweep was. But the shards of one take turns, so that none has two points
  /// more than another; and its points are a grid: each combination of the values on all axes but the gain is
  /// there, with as many gains as any other, and with the same ones for one function.
  func blocksByName() throws(Failure) -> [ShardFile.Block] {
    let ordered = try inOrder()
    let count = ordered.reduce(0) { $0 + $1.blocks.count }
    for (index, file) in ordered.enumerated() {
      let expected = count / ordered.count + (index < count % ordered.count ? 1 : 0)
      guard file.blocks.count == expected else {
        throw .merge(.uneven(shard: file.name, points: file.blocks.count, expected: expected))
      }
    }
    let blocks = (0..<count).map { ordered[$0 % ordered.count].blocks[$0 / ordered.count] }
    var known: [Substring: ShardFile.Block] = [:]
    for block in blocks {
      if let other = known.updateValue(block, forKey: block.parameters) {
        throw .merge(.twice(block, other))
      }
    }
    try SweepGrid(blocks, settings: settings).check()
    try checkOptions(of: blocks)
    return blocks
  }

  /// Throws where a block has figures that the first one was not asked for, or lacks some.
  private func checkOptions(of blocks: [ShardFile.Block]) throws(Failure) {
    for block in blocks {
      if let option = block.figures.otherOption(than: blocks[0].figures) {
        throw .merge(.foreign(shard: block.shard, line: block.line, .otherOption(option)))
      }
    }
  }

  private func inOrder() throws(Failure) -> [ShardFile] {
    var ordered: [Int: ShardFile] = [:]
    var count = 0
    for file in files {
      guard let shard = Shard(fileName: file.name), count == 0 || shard.count == count else {
        throw .merge(.unnamed(shard: file.name))
      }
      count = shard.count
      if let other = ordered.updateValue(file, forKey: shard.index) {
        throw .merge(.sameNumber(shard: file.name, other: other.name))
      }
    }
    let missing = (1...count).filter { ordered[$0] == nil }
    guard missing.isEmpty else { throw .merge(.missingShards(missing, of: count)) }
    return (1...count).compactMap { ordered[$0] }
  }
}

extension ShardFile.Block {
  /// Throws where the rows are not all of the point with this number.
  fileprivate func check(_ contents: SweepContents, _ number: Int) throws(Failure) {
    var scan = SweepScan(
      SweepContents(
        format: contents.format, points: [contents.points[number]], theory: contents.theory,
        settings: contents.settings))
    let headerLines = contents.header.isEmpty ? 0 : 1
    do throws(ForeignLine) {
      for line in (contents.header + text).utf8.split(separator: UInt8(ascii: "\n")) {
        try scan.take(Array(line)[...])
      }
    } catch {
      throw .merge(
        .foreign(shard: shard, line: line + scan.lineNumber - 1 - headerLines, error))
    }
    guard scan.points == 1 else {
      throw .merge(.torn(shard: shard, line: line, parameters: String(parameters)))
    }
  }
}

/// Whether points are those of a whole sweep, as far as their rows tell.
private struct SweepGrid {
  private let blocks: [ShardFile.Block]
  private let names: [String]

  init(_ blocks: [ShardFile.Block], settings: [String]) {
    self.blocks = blocks
    names = Parameter.all(settings: settings).map(\.name)
  }

  func check() throws(Failure) {
    let gain = names.firstIndex(of: "gain")!
    var values: [Set<Substring>] = Array(repeating: [], count: names.count)
    var gains: [[Substring]: Set<Substring>] = [:]
    var layers: [Substring: [Int]] = [:]
    for block in blocks {
      var cells = RowFormat.cells(ofParameters: block.parameters)
      guard cells.count == names.count else {
        throw .merge(.foreign(shard: block.shard, line: block.line, .otherColumns))
      }
      // Stacks of one depth report the same layers.
      let depth = cells[names.firstIndex(of: "depth")!]
      guard layers.updateValue(block.layers, forKey: depth) ?? block.layers == block.layers else {
        throw .merge(
          .torn(shard: block.shard, line: block.line, parameters: String(block.parameters)))
      }
      let number = cells[gain]
      cells[gain] = ""
      for (index, cell) in cells.enumerated() { values[index].insert(cell) }
      gains[cells, default: []].insert(number)
    }
    let combinations = values.reduce(1) { $0 * $1.count }
    // The number behind a name differs at least from function to function.
    let lists = Dictionary(grouping: gains, by: \.key[0]).values.map { Set($0.map(\.value)) }
    guard gains.count == combinations, lists.allSatisfy({ $0.count == 1 }),
      Set(gains.values.map(\.count)).count <= 1
    else { throw .merge(.noGrid(points: blocks.count)) }
  }
}

extension Shard {
  /// The shard that `sweep.3-of-8.csv` is; `nil` where the name does not tell.
  init?(fileName: String) {
    let name = fileName.split(separator: "/").last ?? ""
    let parts = name.split(separator: ".").reversed().lazy.compactMap { part -> Shard? in
      let words = part.split(separator: "-", omittingEmptySubsequences: false)
      guard words.count >= 3, words[words.count - 2] == "of",
        let index = Int(words[words.count - 3]), let count = Int(words[words.count - 1]),
        index >= 1, index <= count
      else { return nil }
      return Shard(index: index, count: count)
    }
    guard let shard = parts.first else { return nil }
    self = shard
  }
}
