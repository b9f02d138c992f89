import Platform

/// A file that is replaced in one step: what is written goes to a file beside it, which then takes its
/// place.
///
/// The file beside it has no name while it is written, where the file system knows such files; else its
/// name exists only that long, with signals held back, so that an interrupt leaves nothing behind.
/// Devices and pipes are written to directly.
struct OutputFile {
  /// As the user gave it, for messages.
  private let name: String

  init(_ name: String) { self.name = name }

  /// Throws where the file could not be written; leaves nothing behind.
  func check() throws(Failure) {
    do throws(SystemError) {
      let target = try Target(FilePath(argument: name))
      try target.check()
      guard !target.hasOtherNames else {
        throw SystemError(
          code: EMLINK, reason: "it has other names (hard links) that would keep the old text")
      }
      guard target.replaces else { return }
      guard target.path.hasName else { throw SystemError(code: ENOENT) }
      try holdingSignals { () throws(SystemError) in
        if UnnamedFile(in: target.path.directory.cString) != nil { return }
        let (file, temporary) = try target.createTemporary()
        close(file)
        unlink(temporary.cString)
      }
    } catch {
      throw .cannotCreate(path: name, reason: error.reason)
    }
  }

  func write(_ pieces: some Sequence<String>) throws(Failure) {
    do throws(SystemError) {
      let target = try Target(FilePath(argument: name))
      try target.replaces ? target.replace(with: pieces) : target.writeDirectly(pieces)
    } catch {
      throw .cannotWrite(path: name, reason: error.reason)
    }
  }
}

/// Runs `body` with the signals that would end the program kept waiting.
private func holdingSignals<Result>(
  _ body: () throws(SystemError) -> Result
) throws(SystemError) -> Result {
  var held = sigset_t()
  var previous = sigset_t()
  sigemptyset(&held)
  for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&held, signal) }
  pthread_sigmask(SIG_BLOCK, &held, &previous)
  defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
  return try body()
}

/// Where the text goes, with symbolic links followed, so that a link stays a link.
private struct Target {
  let path: FilePath
  let existing: stat?

  init(_ name: FilePath) throws(SystemError) {
    var status = stat()
    if stat(name.cString, &status) == 0 {
      existing = status
      // A pipe may have no path but the one that it was given by, as `/dev/fd/63` is.
      guard status.kind == S_IFREG else {
        path = name
        return
      }
      guard let path = name.resolved() else { throw .last }
      self.path = path
      return
    }
    guard errno == ENOENT else { throw .last }
    var path = name
    while let next = path.linkTarget() { path = next }
    (self.path, existing) = (path, nil)
  }

  /// Only a regular file, or none, can be replaced.
  var replaces: Bool { existing.map { $0.kind == S_IFREG } ?? true }

  /// Whether replacing the file would part it from other names of its own.
  var hasOtherNames: Bool { replaces && (existing?.st_nlink ?? 1) > 1 }

  /// Throws where an existing file could not be written.
  func check() throws(SystemError) {
    guard let existing else { return }
    switch existing.kind {
    case S_IFDIR: throw SystemError(code: EISDIR)
    case S_IFREG:
      try checkSticky(existing)
    // To open one waits for a reader.
    case S_IFIFO: break
    default:
      let file = open(path.cString, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      guard file >= 0 else { throw .last }
      close(file)
    }
    guard access(path.cString, W_OK) == 0 else { throw .last }
  }

  /// In a folder such as /tmp only the owner of a file, or of the folder, may replace the file.
  private func checkSticky(_ existing: stat) throws(SystemError) {
    var folder = stat()
    guard stat(path.directory.cString, &folder) == 0 else { throw .last }
    let user = geteuid()
    guard folder.st_mode & S_ISVTX == 0 || [0, existing.st_uid, folder.st_uid].contains(user)
    else { throw SystemError(code: EPERM) }
  }

  func replace(with pieces: some Sequence<String>) throws(SystemError) {
    if try replaceUnnamed(with: pieces) { return }
    try holdingSignals { () throws(SystemError) in try replaceNamed(with: pieces) }
  }

  private func replaceNamed(with pieces: some Sequence<String>) throws(SystemError) {
    let (file, temporary) = try createTemporary()
    do throws(SystemError) {
      do throws(SystemError) {
        try fill(file, with: pieces)
      } catch {
        close(file)
        throw error
      }
      guard close(file) == 0, rename(temporary.cString, path.cString) == 0 else { throw .last }
    } catch {
      unlink(temporary.cString)
      throw error
    }
  }

  /// False where the file system has no files without a name.
  private func replaceUnnamed(with pieces: some Sequence<String>) throws(SystemError) -> Bool {
    guard path.hasName, let file = UnnamedFile(in: path.directory.cString) else { return false }
    try fill(file.descriptor, with: pieces)
    return try holdingSignals { () throws(SystemError) in try name(file) }
  }

  /// False where the file system gives no name to a file that has none.
  private func name(_ file: borrowing UnnamedFile) throws(SystemError) -> Bool {
    if existing == nil, file.link(as: path.cString) { return true }
    // Nothing is allocated while the file has a name that must not stay.
    let (temporary, path) = (try temporaryPath().cString, path.cString)
    guard file.link(as: temporary) else { return false }
    guard rename(temporary, path) == 0 else {
      let error = SystemError.last
      unlink(temporary)
      throw error
    }
    return true
  }

  /// Writes all of the text, under the old file's permissions from the first byte on.
  private func fill(
    _ file: Int32, with pieces: some Sequence<String>
  ) throws(SystemError) {
    if let existing, fchmod(file, existing.st_mode & 0o7777) != 0 {
      var status = stat()
      let reason = SystemError.last
      // A file system without permissions refuses to change what it shows for all files alike.
      guard fstat(file, &status) == 0, status.st_mode == existing.st_mode else { throw reason }
    }
    try writeAll(pieces, to: file)
    guard fsync(file) == 0 else { throw .last }
  }

  func writeDirectly(_ pieces: some Sequence<String>) throws(SystemError) {
    let file = open(path.cString, O_WRONLY | O_NOCTTY | O_CLOEXEC)
    guard file >= 0 else { throw .last }
    defer { close(file) }
    try writeAll(pieces, to: file)
  }

  /// A new file in the same directory, readable by its owner alone where the old file's permissions follow.
  func createTemporary() throws(SystemError) -> (file: Int32, path: FilePath) {
    let temporary = try temporaryPath()
    let file = open(
      temporary.cString, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, existing == nil ? 0o666 : 0o600)
    guard file >= 0 else { throw .last }
    return (file, temporary)
  }

  /// A name that no other process takes.
  private func temporaryPath() throws(SystemError) -> FilePath {
    guard path.hasName else { throw SystemError(code: ENOENT) }
    let number = String(UInt64.random(in: 0 ... .max), radix: 36)
    return path.beside(".initprobe-\(number).tmp")
  }
}

extension stat {
  /// `S_IFREG` for a regular file, and so on.
  var kind: mode_t { st_mode & S_IFMT }
}
