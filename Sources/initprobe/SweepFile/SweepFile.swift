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
    guard stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
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
    isRegular = !exists || status.st_mode & S_IFMT == S_IFREG
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
    guard ftruncate(descriptor, off_t(size)) == 0 else {
      throw .cannotWrite(path: name, reason: reason())
    }
    if size == 0 { try append(contents.header, points: 0) }
  }

  /// Writes `text`, the rows of this many points, and returns when it is on disk.
  mutating func append(_ text: String, points count: Int) throws(Failure) {
    do throws(SystemError) {
      try writeAll(text, to: descriptor)
      guard !isRegular || fsync(descriptor) == 0 else { throw .last }
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
      text.removeFirst(try takeLines(of: text, &scan))
      // A crash of the machine may leave any number of zeros; one stands for all. No row is this long.
      let zeros = text.reversed().prefix { $0 == 0 }.count
      text.removeLast(max(0, zeros - 1))
      guard text.count < block.count else { throw .otherColumns }
    }
    try scan.takeTorn(text[...])
  } catch {
    throw .sweep(.foreignFile(path: name, line: max(1, scan.lineNumber), problem: error))
  }
  return scan
}

/// Takes all whole lines and returns how many bytes they are.
private func takeLines(of text: [UInt8], _ scan: inout SweepScan) throws(ForeignLine) -> Int {
  var start = 0
  while let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) {
    try scan.take(text[start..<end])
    start = end + 1
  }
  return start
}
