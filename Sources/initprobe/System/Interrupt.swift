import Platform

/// What an interrupt, a hang-up or a request to end does before the program ends.
private let lastWords = Mutex<(@Sendable (Int32) -> Never)?>(nil)

/// From here on `body` gets the first signal that would end the program, and ends it by `die`.
///
/// A thread waits for the signals, because a signal handler could neither wait for a write to end nor
/// print a number. Threads that are started later inherit that the signals are kept from them.
func onInterrupt(_ body: @escaping @Sendable (Int32) -> Never) {
  lastWords.withLock { $0 = body }
  var signals = interrupts()
  pthread_sigmask(SIG_BLOCK, &signals, nil)
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let status = pthread_create(&thread, nil, { _ in waitForInterrupt() }, nil)
  if status != 0 { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
}

/// Ends the program as interrupted: by the signal itself where it came from the keyboard, so that the loop
/// of a shell ends with it.
func die(of number: Int32) -> Never {
  if number == SIGINT {
    signal(number, SIG_DFL)
    var signals = interrupts()
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
  }
  _exit(ExitStatus.interrupted)
}

private func waitForInterrupt() -> Never {
  var signals = interrupts()
  var number: Int32 = 0
  // Any more stay blocked: many a signal comes twice, as to a process and to its group.
  while sigwait(&signals, &number) != 0 {}
  guard let body = lastWords.withLock(\.self) else { die(of: number) }
  body(number)
}

private let endingSignals = [SIGINT, SIGTERM, SIGHUP]

/// The signals that end the program, without those that it was started to ignore, as under `nohup`.
private func interrupts() -> sigset_t {
  var signals = sigset_t()
  sigemptyset(&signals)
  for number in endingSignals where !isIgnored(number) { sigaddset(&signals, number) }
  return signals
}
