import Platform

/// A file that is replaced in one step: what is written goes to a file beside it, which is then renamed.
///
/// The file beside it exists only while it is written, with signals held back, so that an interrupt
/// leaves nothing behind. Devices and pipes are written to directly.
struct OutputFile {
  /// As the user gave it, for messages.
  private let name: String
  /// With symbolic links followed, so that a link stays a link.
  private let path: String
  private let existing: stat?

  init(_ name: String) {
    self.name = name
    var resolved = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let exists = realpath(name, &resolved) != nil
    let bytes = resolved.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    path = exists ? String(decoding: bytes, as: UTF8.self) : name
    var status = stat()
    existing = stat(name, &status) == 0 ? status : nil
  }

  /// Throws where the file could not be written; leaves nothing behind.
  func check() throws(Failure) {
    do throws(SystemError) {
      if let existing {
        if existing.st_mode & S_IFMT == S_IFDIR { throw SystemError(code: EISDIR) }
        guard access(path, W_OK) == 0 else { throw .last }
      }
      guard replaces else { return }
      try holdingSignals { () throws(SystemError) in
        let (file, temporary) = try createTemporary()
        close(file)
        unlink(temporary)
      }
    } catch {
      throw .cannotCreate(path: name, reason: error.reason)
    }
  }

  func write(_ text: String) throws(Failure) {
    do throws(SystemError) {
      try replaces
        ? holdingSignals { () throws(SystemError) in try replace(with: text) }
        : writeDirectly(text)
    } catch {
      throw .cannotWrite(path: name, reason: error.reason)
    }
  }

  /// Only a regular file, or none, can be replaced.
  private var replaces: Bool { existing.map { $0.st_mode & S_IFMT == S_IFREG } ?? true }

  private func replace(with text: String) throws(SystemError) {
    let (file, temporary) = try createTemporary()
    do throws(SystemError) {
      try fill(file, with: text)
      guard rename(temporary, path) == 0 else { throw .last }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Closes the file, too, and reports what only then turns out not to fit.
  private func fill(_ file: Int32, with text: String) throws(SystemError) {
    do throws(SystemError) {
      try writeAll(text, to: file)
      if let existing { fchmod(file, existing.st_mode & 0o7777) }
      guard fsync(file) == 0 else { throw .last }
    } catch {
      close(file)
      throw error
    }
    guard close(file) == 0 else { throw .last }
  }

  private func writeDirectly(_ text: String) throws(SystemError) {
    let file = open(name, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { throw .last }
    defer { close(file) }
    try writeAll(text, to: file)
  }

  /// A new file in the same directory, whose name no other process takes.
  private func createTemporary() throws(SystemError) -> (file: Int32, path: String) {
    let directory = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let number = String(UInt64.random(in: 0 ... .max), radix: 36)
    let temporary = "\(directory).initprobe-\(number).tmp"
    guard !path.isEmpty, !path.hasSuffix("/") else { throw SystemError(code: ENOENT) }
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .last }
    return (file, temporary)
  }

  /// Runs `body` with the signals that would end the program kept waiting.
  private func holdingSignals(_ body: () throws(SystemError) -> Void) throws(SystemError) {
    var held = sigset_t()
    var previous = sigset_t()
    sigemptyset(&held)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&held, signal) }
    pthread_sigmask(SIG_BLOCK, &held, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    try body()
  }
}
