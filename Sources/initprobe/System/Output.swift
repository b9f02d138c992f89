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
  func write(_ text: String) throws(Failure) {
    switch self {
    case .standardOutput:
      do throws(SystemError) {
        try writeAll(text, to: STDOUT_FILENO)
      } catch {
        // A reader that has gone, as `head` does, has all that it wanted: that is no error.
        guard error.code != EPIPE else { return }
        throw .cannotWrite(path: nil, reason: error.reason)
      }
    case .file(let path): try OutputFile(path).write(text)
    }
  }
}

/// Messages; there is nowhere left to say that one could not be written.
func writeToStandardError(_ text: String) {
  try? writeAll(text, to: STDERR_FILENO)
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

/// SIGPIPE must be ignored, so that a reader that has gone is an error like others.
func writeAll(_ text: String, to file: Int32) throws(SystemError) {
  var rest = text.utf8[...]
  while !rest.isEmpty {
    // In pieces, as this is a copy.
    let piece = Array(rest.prefix(1 << 20))
    let count = write(file, piece, piece.count)
    if count >= 0 {
      rest.removeFirst(count)
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
