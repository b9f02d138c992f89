import Platform

/// Where results go.
enum Destination: Equatable, Sendable {
  case standardOutput
  case file(String)

  /// `-` is standard output, as for most programs.
  init(_ path: String) {
    self = path == "-" || path == "/dev/stdout" ? .standardOutput : .file(path)
  }

  /// Throws where nothing could be written, so that no work is done in vain. Leaves no trace.
  func check() throws(Failure) {
    switch self {
    case .standardOutput:
      let mode = fcntl(STDOUT_FILENO, F_GETFL)
      guard mode >= 0 else { throw .cannotWrite(path: nil, reason: reason()) }
      guard mode & O_ACCMODE != O_RDONLY else {
        throw .cannotWrite(path: nil, reason: reason(EBADF))
      }
    case .file(let path): try OutputFile(path).check()
    }
  }

  /// Writes all of `text`, which in a file appears complete or not at all.
  func write(_ text: String) throws(Failure) { try write(CollectionOfOne(text)) }

  /// The same for a text in pieces, each of which is made when the ones before it are on their way: so the
  /// text takes no memory, whatever its length.
  ///
  /// - Parameter pieces: To be gone through again where a file system refuses what it seemed to know.
  func write(_ pieces: some Sequence<String>) throws(Failure) {
    switch self {
    case .standardOutput:
      do throws(SystemError) {
        try writeAll(pieces, to: STDOUT_FILENO)
      } catch {
        // A reader that has gone, as `head` does, has all that it wanted: that is no error.
        guard error.code != EPIPE else { return }
        throw .cannotWrite(path: nil, reason: error.reason)
      }
    case .file(let path): try OutputFile(path).write(pieces)
    }
  }
}

/// Messages; there is nowhere left to say that one could not be written.
func writeToStandardError(_ text: String) {
  try? writeAll(CollectionOfOne(text), to: STDERR_FILENO)
}

/// The same for a message that is not worth waiting long for: it is left out where standard error, a
/// stopped terminal or a full pipe, takes nothing within this time.
func writeToStandardError(_ text: String, withinMilliseconds patience: Int32) {
  var terminal = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
  guard poll(&terminal, 1, patience) > 0, terminal.revents & Int16(POLLOUT) != 0 else { return }
  writeToStandardError(text)
}

/// A system call that failed, with its `errno`.
struct SystemError: Error {
  let code: Int32
  /// What the system says of it, unless there is more to say.
  let reason: String

  init(code: Int32, reason: String? = nil) {
    self.code = code
    self.reason = reason ?? initprobe.reason(code)
  }

  /// The error of the call that has just failed.
  static var last: SystemError { SystemError(code: errno) }
}

/// Writes the pieces of a text one after the other, many short ones at a time.
///
/// SIGPIPE must be ignored, so that a reader that has gone is an error like others.
func writeAll(_ pieces: some Sequence<String>, to file: Int32) throws(SystemError) {
  let most = 1 << 16
  var buffer: [UInt8] = []
  for piece in pieces {
    var rest = piece.utf8[...]
    while buffer.count + rest.count >= most {
      let taken = rest.prefix(most - buffer.count)
      buffer += taken
      rest.removeFirst(taken.count)
      try empty(&buffer, into: file)
    }
    buffer += rest
  }
  try empty(&buffer, into: file)
}

/// Writes all bytes and keeps none of them.
private func empty(_ bytes: inout [UInt8], into file: Int32) throws(SystemError) {
  while !bytes.isEmpty {
    let count = write(file, bytes, bytes.count)
    if count >= 0 {
      bytes.removeFirst(count)
      continue
    }
    switch errno {
    case EINTR: continue
    case EAGAIN:
      var writable = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
      poll(&writable, 1, -1)
    default: throw .last
    }
  }
}
