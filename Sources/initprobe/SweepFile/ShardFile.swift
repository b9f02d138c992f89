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
    /// The parameters as the rows begin with them.
    let parameters: Substring
    /// The rows, with their line ends.
    private(set) var text: Substring
    /// The layers, ascending.
    private(set) var layers: [Int]
    /// What the rows have.
    private(set) var figures = RowFigures()

    fileprivate init(shard: String, line: Int, row: Row) {
      self.shard = shard
      self.line = line
      parameters = row.parameters
      text = row.text
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
  static func reading(
    _ names: [String], _ format: RowFormat, output: String
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
      files.append(try ShardFile(name, format))
    }
    return files
  }

  private init(_ name: String, _ format: RowFormat) throws(Failure) {
    self.name = name
    guard RowFormat(path: name) == format else {
      throw .merge(.otherFormat(shard: name, format: format))
    }
    guard let bytes = ShardFile.bytes(FilePath(argument: name)) else {
      throw .merge(.unreadable(shard: name, reason: reason()))
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.last == UInt8(ascii: "\n") || text.isEmpty && format == .jsonl else {
      throw .merge(.unfinished(shard: name))
    }
    settings =
      text.isEmpty ? nil : format.settings(ofFirstLine: text.prefix { $0 != "\n" })
    let header = format.header(settings: settings ?? [])
    guard text.hasPrefix(header) else {
      throw .merge(.foreign(shard: name, line: 1, .notTheHeader))
    }
    blocks = try ShardFile.blocks(text, name, format, header: header)
  }

  /// All of the file; `nil`, with `errno` set, where it cannot be read.
  private static func bytes(_ path: FilePath) -> [UInt8]? {
    let descriptor = open(path.cString, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(descriptor, &block, block.count)
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes += block.prefix(count)
    }
  }

  private static func blocks(
    _ text: String, _ name: String, _ format: RowFormat, header: String
  ) throws(Failure) -> [Block] {
    var blocks: [Block] = []
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
