import SignalPropagation

/// The shards of a sweep, to be put into the order of the sweep.
struct ShardMerge {
  private let files: [ShardFile]
  private let format: RowFormat
  /// The names of a user's own numbers, the same in all files.
  fileprivate let settings: [String]

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

  /// Where the rows of a point are.
  struct Place {
    fileprivate let file: Int32
    fileprivate let block: Int32
  }

  /// The rows of a point.
  func block(at place: Place) -> ShardFile.Block { files[Int(place.file)].blocks[Int(place.block)] }

  /// How many points the files have.
  var points: Int { files.reduce(0) { $0 + $1.blocks.count } }

  /// Those of all points of a sweep, in its order, each of which must be there once and complete.
  func places(in contents: SweepContents) throws(Failure) -> [Place] {
    var numbers = [Substring: Int](minimumCapacity: contents.points.count)
    for (index, point) in contents.points.enumerated() {
      numbers[Substring(RowStart(point, contents.format).parameters)] = index
    }
    var found: [Place?] = Array(repeating: nil, count: contents.points.count)
    for file in files.indices {
      for (index, block) in files[file].blocks.enumerated() {
        guard let number = numbers[block.parameters] else {
          throw .merge(
            .noPoint(shard: block.shard, line: block.line, parameters: String(block.parameters)))
        }
        if let other = found[number] { throw .merge(.twice(block, self.block(at: other))) }
        try block.check(contents, number)
        found[number] = Place(file: Int32(file), block: Int32(index))
      }
    }
    let missing = found.indices.filter { found[$0] == nil }
    guard let first = missing.first else { return found.compactMap(\.self) }
    let parameters = RowStart(contents.points[first], contents.format).parameters
    throw .merge(.missing(missing.count, of: found.count, first: parameters))
  }

  /// Those of all points in the order that the names of the files tell, such as `sweep.3-of-8.csv`.
  ///
  /// Rows alone do not tell what the sweep was. But the shards of one take turns, so that none has two points
  /// more than another; and its points are a grid: each combination of the values on all axes but the gain is
  /// there, with as many gains as any other, and with the same ones for one function.
  func placesByName() throws(Failure) -> [Place] {
    let ordered = try inOrder()
    let count = points
    for (index, number) in ordered.enumerated() {
      let file = files[number]
      let expected = count / ordered.count + (index < count % ordered.count ? 1 : 0)
      guard file.blocks.count == expected else {
        throw .merge(.uneven(shard: file.name, points: file.blocks.count, expected: expected))
      }
    }
    let places = (0..<count).map {
      Place(file: Int32(ordered[$0 % ordered.count]), block: Int32($0 / ordered.count))
    }
    try checkRepetition(at: places)
    try SweepGrid(self, places).check()
    try checkOptions(at: places)
    return places
  }

  /// Throws where two blocks are of one point.
  private func checkRepetition(at places: [Place]) throws(Failure) {
    var known = [Substring: Place](minimumCapacity: places.count)
    for place in places {
      let block = block(at: place)
      if let other = known.updateValue(place, forKey: block.parameters) {
        throw .merge(.twice(block, self.block(at: other)))
      }
    }
  }

  /// Throws where a block has figures that the first one was not asked for, or lacks some.
  private func checkOptions(at places: [Place]) throws(Failure) {
    for place in places {
      let block = block(at: place)
      if let option = block.figures.otherOption(than: self.block(at: places[0]).figures) {
        throw .merge(.foreign(shard: block.shard, line: block.line, .otherOption(option)))
      }
    }
  }

  /// The numbers of the files.
  private func inOrder() throws(Failure) -> [Int] {
    var ordered: [Int: Int] = [:]
    var count = 0
    for (number, file) in files.enumerated() {
      guard let shard = Shard(fileName: file.name), count == 0 || shard.count == count else {
        throw .merge(.unnamed(shard: file.name))
      }
      count = shard.count
      if let other = ordered.updateValue(number, forKey: shard.index) {
        throw .merge(.sameNumber(shard: file.name, other: files[other].name))
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
      if headerLines > 0 { try scan.take(Array(contents.header.utf8.dropLast())[...]) }
      var rest = text.utf8
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        try scan.take(Array(rest[..<end])[...])
        rest = rest[rest.index(after: end)...]
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
  private let merge: ShardMerge
  private let places: [ShardMerge.Place]
  private let names: [String]
  private let gain: Int

  init(_ merge: ShardMerge, _ places: [ShardMerge.Place]) {
    self.merge = merge
    self.places = places
    names = Parameter.all(settings: merge.settings).map(\.name)
    gain = names.firstIndex(of: "gain")!
  }

  func check() throws(Failure) {
    let values = try numberedValues()
    let isGrid = combinations(of: values).map { hasSameGains(values, combinations: $0) }
    guard isGrid ?? false else { throw .merge(.noGrid(points: places.count)) }
  }

  /// The values on each axis but that of the gain, numbered as they come.
  private func numberedValues() throws(Failure) -> [[Substring: Int]] {
    var values: [[Substring: Int]] = Array(repeating: [:], count: names.count)
    var layers: [Substring: [Int]] = [:]
    for place in places {
      let block = merge.block(at: place)
      let cells = RowFormat.cells(ofParameters: block.parameters)
      guard cells.count == names.count else {
        throw .merge(.foreign(shard: block.shard, line: block.line, .otherColumns))
      }
      // Stacks of one depth report the same layers.
      let depth = cells[names.firstIndex(of: "depth")!]
      guard layers.updateValue(block.layers, forKey: depth) ?? block.layers == block.layers else {
        throw .merge(
          .torn(shard: block.shard, line: block.line, parameters: String(block.parameters)))
      }
      for (axis, cell) in cells.enumerated() where axis != gain && values[axis][cell] == nil {
        values[axis][cell] = values[axis].count
      }
    }
    return values
  }

  /// How many there are in a grid of these values; `nil` where they are more than the points.
  private func combinations(of values: [[Substring: Int]]) -> Int? {
    var product = 1
    for axis in names.indices where axis != gain {
      product *= values[axis].count
      guard product <= places.count else { return nil }
    }
    return product
  }

  /// Whether each combination is there with as many gains as any other, and with all those of its function.
  private func hasSameGains(_ values: [[Substring: Int]], combinations: Int) -> Bool {
    var counts: [Int32] = Array(repeating: 0, count: combinations)
    // The number behind a name differs at least from function to function.
    var gains: [Set<Substring>] = Array(repeating: [], count: values[0].count)
    for place in places {
      let cells = RowFormat.cells(ofParameters: merge.block(at: place).parameters)
      var number = 0
      for axis in names.indices where axis != gain {
        number = number * values[axis].count + values[axis][cells[axis]]!
      }
      counts[number] += 1
      gains[values[0][cells[0]]!].insert(cells[gain])
    }
    // No two points are the same: so as many as there are gains are all of them.
    let count = counts.first ?? 0
    return counts.allSatisfy { $0 == count } && gains.allSatisfy { $0.count == count }
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
