import Platform
import SignalPropagation

/// The file of a sweep: it only grows, by whole points, and one process at a time writes to it.
struct SweepFile {
  /// As the user gave it, for messages.
  let name: String
  let format: RowFormat
  /// Points of the sweep that are in the file.
  private(set) var points = 0
  private var size = 0
  /// As much of it as is on disk.
  private var synced = (points: 0, size: 0)
  /// What it has failed with, after which nothing more is written.
  private var failure: Failure?
  private let descriptor: Int32
  /// Devices and pipes are written to directly: nothing can be read back, and nothing be cut.
  private let isRegular: Bool

  /// Opens a file for the points that it lacks, a torn last one among them; throws where it holds
  /// anything else.
  static func continuing(
    _ path: String, _ contents: SweepContents
  ) throws(Failure) -> SweepFile {
    var file: SweepFile
    do throws(SystemError) {
      file = try SweepFile(path, contents.format)
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
    try file.lock()
    try file.cutTornPoint(contents)
    return file
  }

  /// The points that are in a file, which is left as it is; 0 where there is none.
  static func pointsDone(
    _ path: String, _ contents: SweepContents
  ) throws(Failure) -> Int {
    var status = stat()
    let file = FilePath(argument: path).cString
    guard stat(file, &status) == 0, status.kind == S_IFREG else { return 0 }
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: reason()) }
    defer { close(descriptor) }
    return try scanSweep(descriptor, path, contents).points
  }

  private init(_ name: String, _ format: RowFormat) throws(SystemError) {
    self.name = name
    self.format = format
    let path = FilePath(argument: name)
    var status = stat()
    let exists = stat(path.cString, &status) == 0
    isRegular = !exists || status.kind == S_IFREG
    let flags = isRegular ? O_RDWR | O_CREAT | O_APPEND : O_WRONLY
    descriptor = open(path.cString, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .last }
    if !exists { syncDirectory(path.directory) }
  }

  /// The lock goes with the process, however that ends. Where the file system has none, as on some
  /// clusters, nothing can be promised.
  private func lock() throws(Failure) {
    guard isRegular, flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    if errno == EWOULDBLOCK { throw .sweep(.fileInUse(path: name)) }
    writeToStandardError(
      "Note: \(name.quoted) cannot be locked (\(reason())); let no other sweep write to it.\n")
  }

  private mutating func cutTornPoint(_ contents: SweepContents) throws(Failure) {
    guard isRegular else { return try append(contents.header, points: 0) }
    let scan = try scanSweep(descriptor, name, contents)
    (points, size) = (scan.points, scan.end)
    synced = (points, size)
    guard ftruncate(descriptor, off_t(size)) == 0 else {
      throw .cannotWrite(path: name, reason: reason())
    }
    guard size == 0 else { return }
    try append(contents.header, points: 0)
    try finishSync(of: self, status: sync())
  }

  /// Writes `text`, the rows of this many points; they are on disk after a `sync`.
  mutating func append(_ text: String, points count: Int) throws(Failure) {
    if let failure { throw failure }
    do throws(SystemError) {
      try writeAll(CollectionOfOne(text), to: descriptor)
    } catch {
      if isRegular { ftruncate(descriptor, off_t(size)) }
      throw .cannotWrite(path: name, reason: error.reason)
    }
    var status = stat()
    // The rows would be gone with the process.
    if isRegular, fstat(descriptor, &status) == 0, status.st_nlink == 0 {
      throw .cannotWrite(path: name, reason: "it was removed while the sweep ran")
    }
    size += text.utf8.count
    points += count
  }

  /// Whether there is something that is not on disk.
  var needsSync: Bool { isRegular && synced.size < size && failure == nil }

  /// Returns 0 when all that was written is on disk, or what `errno` says. May take its time, in which other
  /// copies of the file can be appended to: they hear of it by `finishSync`.
  func sync() -> Int32 { !isRegular || fsync(descriptor) == 0 ? 0 : errno }

  /// Takes what has come of the sync of an earlier copy. Where it has failed, nobody knows which of the rows
  /// since the one before are there: they are cut off, and it is thrown.
  mutating func finishSync(of copy: SweepFile, status: Int32) throws(Failure) {
    guard status != 0 else {
      synced = (copy.points, copy.size)
      return
    }
    ftruncate(descriptor, off_t(synced.size))
    (points, size) = synced
    let failure = Failure.cannotWrite(path: name, reason: reason(status))
    self.failure = failure
    throw failure
  }

  /// Seconds that it takes until a few rows are on the disk of a directory; 0 where that cannot be tried
  /// without a trace.
  static func secondsToSync(in directory: FilePath) -> Double {
    guard let file = UnnamedFile(in: directory.cString) else { return 0 }
    let rows = String(repeating: "0", count: 4095) + "\n"
    let tries = 3
    let start = monotonicSeconds()
    for _ in 0..<tries {
      guard (try? writeAll(CollectionOfOne(rows), to: file.descriptor)) != nil,
        fsync(file.descriptor) == 0
      else {
        return 0
      }
    }
    return (monotonicSeconds() - start) / Double(tries)
  }
}

/// A new name is on disk when its directory is; where that cannot be had, a crash of the machine may take
/// the file away, and the sweep begins anew.
private func syncDirectory(_ directory: FilePath) {
  let descriptor = open(directory.cString, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}

/// What an open file holds of a sweep.
func scanSweep(
  _ descriptor: Int32, _ name: String, _ contents: SweepContents
) throws(Failure) -> SweepScan {
  var scan = SweepScan(contents)
  var text: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 1 << 16)
  do throws(ForeignLine) {
    while true {
      let count = read(descriptor, &block, block.count)
      guard count >= 0 else { throw .unreadable(reason()) }
      if count == 0 { break }
      text += block.prefix(count)
      // A crash of the machine may leave zeros between rows, too: from there on nothing counts.
      let whole = text.firstIndex(of: 0) ?? text.count
      text.removeFirst(try takeLines(of: text[..<whole], &scan))
      if text.contains(0), scan.lineNumber > 0 {
        text.removeSubrange(text.firstIndex(of: 0)!...)
        break
      }
      // A crash of the machine may leave any number of zeros; one stands for all.
      let zeros = text.reversed().prefix { $0 == 0 }.count
      text.removeLast(max(0, zeros - 1))
      guard text.count < contents.longestRow else { throw .otherColumns }
    }
    try scan.takeTorn(text[...])
  } catch {
    throw .sweep(.foreignFile(path: name, line: max(1, scan.lineNumber), problem: error))
  }
  return scan
}

/// Takes all whole lines and returns how many bytes they are.
private func takeLines(
  of text: ArraySlice<UInt8>, _ scan: inout SweepScan
) throws(ForeignLine) -> Int {
  var start = 0
  while let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) {
    try scan.take(text[start..<end])
    start = end + 1
  }
  return start
}
