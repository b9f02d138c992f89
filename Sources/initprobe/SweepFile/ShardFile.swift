import Platform

/// The file of a shard, cut into the rows of its points.
struct ShardFile {
  /// As the user gave it, for messages.
  let name: String
  /// The names of a user's own numbers; `nil` where the file has no line that tells them.
  let settings: [String]?
  /// In the order of the file.
  let blocks: [Block]

  /// The rows of one point.
  struct Block {
    /// The file.
    let shard: String
    /// The line of the first row, from 1.
    let line: Int
    /// The rows, with their line ends.
    private(set) var text: Substring
    private let parametersEnd: String.Index
    /// The layers, ascending.
    private(set) var layers: [Int]
    /// What the rows have.
    private(set) var figures = RowFigures()

    /// The parameters as the rows begin with them.
    var parameters: Substring { text[..<parametersEnd] }

    /// The rows in parts that are not long, to be written one after the other.
    var pieces: some Sequence<String> {
      sequence(state: text) { rest in
        guard !rest.isEmpty else { return nil }
        let most = rest.utf8.index(rest.startIndex, offsetBy: 1 << 16, limitedBy: rest.endIndex)
        let lineEnd = most.flatMap { rest.utf8[$0...].firstIndex(of: UInt8(ascii: "\n")) }
        let end = lineEnd.map { rest.utf8.index(after: $0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return String(rest[..<end])
      }
    }

    fileprivate init(shard: String, line: Int, row: Row) {
      self.shard = shard
      self.line = line
      text = row.text
      parametersEnd = row.parameters.endIndex
      layers = [row.layer]
      figures.add(row.figures, layer: row.layer)
    }

    /// False where the row is not the next of this point.
    fileprivate mutating func take(_ row: Row) -> Bool {
      guard row.parameters == parameters, row.layer > layers[layers.count - 1] else { return false }
      text = text.base[text.startIndex..<row.text.endIndex]
      layers.append(row.layer)
      figures.add(row.figures, layer: row.layer)
      return true
    }

    /// Most points of a sweep have the same layers: a list of them is kept once.
    fileprivate mutating func shareLayers(with other: Block) {
      if layers == other.layers { layers = other.layers }
    }
  }

  /// The parts of a row.
  fileprivate struct Row {
    let parameters: Substring
    let layer: Int
    let figures: RowFigures
    /// With its line end.
    let text: Substring
  }

  /// Reads all shards; throws where one cannot be read, is named twice, or is the output itself.
  ///
  /// - Parameter memory: What was weighed for them.
  static func reading(
    _ names: [String], _ format: RowFormat, output: String, memory: MergeMemory
  ) throws(Failure) -> [ShardFile] {
    let target = Identity(output)
    var known: [Identity: String] = [:]
    var files: [ShardFile] = []
    for name in names {
      guard let identity = Identity(name) else {
        throw .merge(.unreadable(shard: name, reason: reason()))
      }
      guard identity != target else { throw .merge(.isOutput(shard: name)) }
      if let other = known.updateValue(name, forKey: identity) {
        throw .merge(.repeated(shard: name, other: other))
      }
      files.append(try ShardFile(name, format, memory))
    }
    return files
  }

  private init(_ name: String, _ format: RowFormat, _ memory: MergeMemory) throws(Failure) {
    self.name = name
    guard RowFormat(path: name) == format else {
      throw .merge(.otherFormat(shard: name, format: format))
    }
    let size = memory.shard(name)
    guard let text = try ShardFile.text(FilePath(argument: name), size: size.bytes, memory) else {
      throw .merge(.unreadable(shard: name, reason: reason()))
    }
    guard text.utf8.last == UInt8(ascii: "\n") || text.isEmpty && format == .jsonl else {
      throw .merge(.unfinished(shard: name))
    }
    settings =
      text.isEmpty ? nil : format.settings(ofFirstLine: text.prefix { $0 != "\n" })
    let header = format.header(settings: settings ?? [])
    guard text.hasPrefix(header) else {
      throw .merge(.foreign(shard: name, line: 1, .notTheHeader))
    }
    blocks = try ShardFile.blocks(text, name, format, header: header, points: size.points, memory)
  }

  /// All of the file, read into one place that has room for it; `nil`, with `errno` set, where it cannot be read.
  ///
  /// - Parameter size: The bytes that were weighed; more, as a pipe has, are weighed as they come.
  private static func text(
    _ path: FilePath, size: Int, _ memory: MergeMemory
  ) throws(Failure) -> String? {
    let descriptor = open(path.cString, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var room = size
    var text = ""
    text.reserveCapacity(room)
    func append(_ bytes: [UInt8]) throws(Failure) {
      let piece = String(decoding: bytes, as: UTF8.self)
      let count = text.utf8.count + piece.utf8.count
      if count > room {
        room = 2 * count
        try memory.check(more: room)
        text.reserveCapacity(room)
      }
      text += piece
    }
    // Decoded from line to line, so that no character is cut in two.
    let longestLine = 1 << 24
    var line: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &block, block.count)
      guard count >= 0 else { return nil }
      if count == 0 { break }
      let end = block[..<count].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      line += block[..<end]
      if end > 0 || line.count > longestLine {
        try append(line)
        line.removeAll(keepingCapacity: true)
      }
      line += block[end..<count]
    }
    try append(line)
    return text
  }

  private static func blocks(
    _ text: String, _ name: String, _ format: RowFormat, header: String, points: Int,
    _ memory: MergeMemory
  ) throws(Failure) -> [Block] {
    var blocks: [Block] = []
    var room = points
    blocks.reserveCapacity(room)
    var line = header.isEmpty ? 0 : 1
    var rest = text.dropFirst(header.count)
    while let end = rest.utf8.firstIndex(of: UInt8(ascii: "\n")) {
      line += 1
      let next = rest.utf8.index(after: end)
      guard let (parameters, layer, figures) = format.parts(rest[..<end]) else {
        throw .merge(.foreign(shard: name, line: line, .otherColumns))
      }
      let row = Row(
        parameters: parameters, layer: layer, figures: figures, text: rest[..<next])
      if blocks.isEmpty || !blocks[blocks.count - 1].take(row) {
        guard layer == 0 else {
          throw .merge(.torn(shard: name, line: line, parameters: String(parameters)))
        }
        if blocks.count > 1 { blocks[blocks.count - 1].shareLayers(with: blocks[blocks.count - 2]) }
        if blocks.count == room {
          room = max(64, 2 * room)
          try memory.check(more: room * MemoryLayout<Block>.stride)
          blocks.reserveCapacity(room)
        }
        blocks.append(Block(shard: name, line: line, row: row))
      }
      rest = rest[next...]
    }
    return blocks
  }
}

/// What makes two names those of one file.
private struct Identity: Hashable {
  private let device: UInt64
  private let number: UInt64

  /// `nil` where there is no such file.
  init?(_ path: String) {
    var status = stat()
    guard stat(FilePath(argument: path).cString, &status) == 0 else { return nil }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }
}
