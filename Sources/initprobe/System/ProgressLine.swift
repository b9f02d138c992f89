import Platform

/// A line on the terminal that says how far a run of more than a second is, and is gone when it is done.
final class ProgressLine: Sendable {
  private let start = monotonicSeconds()
  /// When the line was last drawn.
  private let drawn = Mutex<Double?>(nil)
  let isShown: Bool

  /// Nothing is shown where standard error is no terminal, or that of another foreground job.
  init(quiet: Bool) {
    isShown = !quiet && isatty(STDERR_FILENO) == 1 && tcgetpgrp(STDERR_FILENO) == getpgrp()
  }

  /// Draws the line, ten times a second at most.
  func update(_ fraction: Double) {
    show { progressLine(fraction: fraction, elapsed: $0) }
  }

  /// The same for any line, from the seconds since the start.
  func show(_ line: (Double) -> String) {
    guard isShown else { return }
    let now = monotonicSeconds()
    guard now - start > 1 else { return }
    drawn.withLock { drawn in
      guard now - (drawn ?? 0) > 0.1 else { return }
      if drawn == nil { clearLineOnInterrupt() }
      drawn = now
      writeToStandardError("\r" + line(now - start) + "\u{1B}[K", withinMilliseconds: 0)
    }
  }

  /// Takes the line away.
  func finish() {
    guard drawn.withLock({ $0 != nil }) else { return }
    writeToStandardError("\r\u{1B}[K", withinMilliseconds: 1000)
    if !isIgnored(SIGINT) { signal(SIGINT, SIG_DFL) }
  }
}

/// `42 % done, 3 s left`.
func progressLine(fraction: Double, elapsed: Double) -> String {
  let done = "\(Int(fraction * 100)) % done"
  guard fraction >= 0.01 else { return done }
  let left = (elapsed / fraction - elapsed).rounded(.up)
  return "\(done), \(Int(left)) s left"
}

/// The program still dies of the interrupt, but leaves a clean line; one that was started to ignore it goes
/// on ignoring it.
private func clearLineOnInterrupt() {
  guard !isIgnored(SIGINT) else { return }
  signal(SIGINT) { number in
    write(STDERR_FILENO, "\r\u{1B}[K", 4)
    signal(number, SIG_DFL)
    raise(number)
  }
}
