import Synchronization

/// Whether the process was told to ignore a signal, as `nohup` and `trap ''` do.
package func isIgnored(_ signal: Int32) -> Bool {
  var action = sigaction()
  guard sigaction(signal, nil, &action) == 0 else { return false }
  // The handler comes first in the structure of every C library, in a union with a name of its own.
  let handler = withUnsafeBytes(of: action) { $0.load(as: Int.self) }
  return handler == unsafeBitCast(SIG_IGN, to: Int.self)
}

/// Opens `/dev/null` as each of the descriptors 0, 1 and 2 that is closed, in a way in which its use still
/// fails: else the next file to be opened would be taken for standard error, and messages go into it.
///
/// False where that cannot be done.
package func openStandardDescriptors() -> Bool {
  for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
    let mode = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY
    guard open("/dev/null", mode) == descriptor else { return false }
  }
  return true
}

/// Ends the program with `status`, and with `message` on standard error, where it would be aborted: Swift
/// does so when there is no memory left.
package func onAbort(_ message: StaticString, status: Int32) {
  abortion.withLock { $0 = (message, status) }
  signal(SIGABRT) { _ in
    let (message, status) = abortion.withLockIfAvailable { $0 } ?? ("", EXIT_FAILURE)
    write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
    _exit(status)
  }
}

private let abortion = Mutex<(StaticString, Int32)>(("", EXIT_FAILURE))
