import Platform
import SignalPropagation

/// The memory that a merge takes: the text of its shards, and what is kept of each point.
///
/// It is weighed before a shard is read, from the sizes of the files and the rows of their first points. Where
/// other points have fewer rows, what they take beyond that is weighed as they come.
struct MergeMemory {
  /// A file.
  struct Shard {
    /// 0 where it is a pipe.
    var bytes = 0
    /// How many there are if all have as many rows as the first.
    var points = 0
    /// The rows of a point whose end is not in sight.
    var rowsOfLongPoint = 0
  }

  private var shards: [String: Shard] = [:]
  private let sweep: SweepRequest?

  /// Throws where there is less than all will take.
  ///
  /// - Parameter sweep: What the shards are held against.
  init(_ names: [String], _ format: RowFormat, sweep: SweepRequest?) throws(Failure) {
    self.sweep = sweep
    for name in names { shards[name] = Shard(name, format) }
    let points = shards.values.reduce(0) { $0 + $1.points }
    let blocks = points * MemoryLayout<ShardFile.Block>.stride
    let rows = shards.values.reduce(0) { max($0, $1.rowsOfLongPoint) }
    // A list of layers that grows, and a copy that is kept.
    let layers = 4 * rows * MemoryLayout<Int>.stride
    try check(needed: bytesOfText + blocks + layers + bytesOfOrder(points: points), taken: 0)
  }

  /// What is known of one of the files.
  func shard(_ name: String) -> Shard { shards[name] ?? Shard() }

  /// The places of the points, and a table of their parameters.
  func bytesOfOrder(points: Int) -> Int {
    let places = points * MemoryLayout<ShardMerge.Place?>.stride
    guard let sweep else { return places + MergeMemory.bytesOfTable(points) }
    return places + sweep.bytesOfListForMerge + MergeMemory.bytesOfTable(sweep.listedCount)
  }

  /// Throws where this is not there beside the text that was read.
  func check(more: Int) throws(Failure) {
    try check(needed: more + bytesOfText, taken: bytesOfText)
  }

  private var bytesOfText: Int { shards.values.reduce(0) { $0 + $1.bytes } }

  private func check(needed: Int, taken: Int) throws(Failure) {
    // A little is there always.
    let little = 1 << 20
    guard needed - taken > little, let available = availableMemory(threads: 1) else { return }
    guard needed - taken > available else { return }
    throw .usage(.tooMuchToMerge(needed: needed, available: available + taken), .merge)
  }

  /// A table that is at most three quarters full has a power of two of places; beside it, the sets of gains grow.
  private static func bytesOfTable(_ count: Int) -> Int {
    var places = 1
    while places / 4 * 3 < count { places *= 2 }
    return places * 3 / 2 * MemoryLayout<Substring>.stride
  }
}

extension MergeMemory.Shard {
  /// What the file is seen to hold, as far as it can be read; why it cannot is said when it is read.
  fileprivate init(_ name: String, _ format: RowFormat) {
    let path = FilePath(argument: name)
    var status = stat()
    guard stat(path.cString, &status) == 0, status.kind == S_IFREG else { return }
    bytes = Int(status.st_size)
    let descriptor = open(path.cString, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var start = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &start, start.count)
    guard count > 0 else { return }
    let lines = start[..<count].split(separator: UInt8(ascii: "\n"))
    let layers = lines.map { format.parts(Substring(decoding: $0, as: UTF8.self))?.layer }
    guard let first = layers.firstIndex(of: 0) else { return }
    if let next = layers[(first + 1)...].firstIndex(of: 0) {
      let rows = lines[first..<next].reduce(0) { $0 + $1.count + 1 }
      points = bytes / rows + 1
    } else {
      points = bytes / count + 1
      rowsOfLongPoint = bytes / max(1, count / (lines.count - first))
    }
  }
}
