import Platform

/// Takes the rows of points in the order in which they are finished, and appends them to the file in the
/// order of the sweep.
///
/// Whoever brings the point that is next writes it, and all that have come to follow it meanwhile; the
/// others go on with their work. A thread of its own has what was written put on disk, many points at a time,
/// since that takes longer than many a point.
final class SweepRecorder: Sendable {
  private struct Queue {
    var waiting: [Int: String] = [:]
    var next: Int
    var written: Int
    var isWriting = false
    /// Whether the thread that has the rows put on disk was asked for.
    var isSyncing = false
    var isClosed = false
    /// Whether all that is left was written after the closing.
    var isFlushed = false
    var failure: Failure?

    /// The rows of each of the points that come next, which are taken to be written; `nil` where there are
    /// none.
    mutating func takeRows() -> [String]? {
      var points: [String] = []
      while let rows = waiting.removeValue(forKey: next) {
        points.append(rows)
        next += 1
      }
      isWriting = !points.isEmpty
      return isWriting ? points : nil
    }
  }

  private let queue: Mutex<Queue>
  private let file: Mutex<SweepFile>
  /// Seconds within which a finished point is on disk; with 0, before `record` returns.
  private let interval: Double

  init(_ file: SweepFile, interval: Double) {
    queue = Mutex(Queue(next: file.points, written: file.points))
    self.file = Mutex(file)
    self.interval = interval
  }

  /// Takes the rows of a point; false where there is no sense in more, as writing has failed or is over.
  func record(_ rows: String, of index: Int) -> Bool {
    queue.withLock { $0.waiting[index] = rows }
    var isContinuing = false
    while let points = nextRows(isContinuing: isContinuing) {
      do throws(Failure) {
        try write(points)
        if !syncsLater() { try sync() }
      } catch {
        queue.withLock { $0.failure = error }
        return false
      }
      isContinuing = true
    }
    return queue.withLock { $0.failure == nil && !$0.isClosed }
  }

  /// Returns when all is on disk; throws what writing has failed with. Does not return once the recorder is
  /// closed: the thread that has closed it is about to end the program and say so.
  func finish() throws(Failure) {
    let isClosed = queue.withLock(\.isClosed)
    while isClosed { pause() }
    if let failure = queue.withLock(\.failure) { throw failure }
    try sync()
  }

  /// Lets a write end, writes what is finished, keeps all else from beginning, and gives `body` the number of
  /// points in the file.
  ///
  /// A disk that does not answer is not waited for: then a write may have begun that is not counted.
  func close(_ body: (Int) -> Never) -> Never {
    queue.withLock { $0.isClosed = true }
    if !startThread({ self.flush() }) { flush() }
    let patience = monotonicSeconds() + 2
    while monotonicSeconds() < patience, !queue.withLock(\.isFlushed) { usleep(1000) }
    body(queue.withLock(\.written))
  }

  /// The rows of all points that can be written now; `nil` where there are none or another thread is at it.
  private func nextRows(isContinuing: Bool) -> [String]? {
    queue.withLock { queue in
      if isContinuing { queue.isWriting = false }
      return queue.isWriting || queue.isClosed ? nil : queue.takeRows()
    }
  }

  /// One by one, so that where one has no room those before it stay.
  private func write(_ points: [String]) throws(Failure) {
    try file.withLock { (file) throws(Failure) in
      for rows in points {
        try file.append(rows, points: 1)
        queue.withLock { $0.written += 1 }
      }
    }
  }

  /// Has put on disk what was written up to now.
  private func sync() throws(Failure) {
    let copy = file.withLock(\.self)
    guard copy.needsSync else { return }
    let status = copy.sync()
    try file.withLock { (file) throws(Failure) in
      try file.finishSync(of: copy, status: status)
    }
  }

  /// Whether a thread has rows put on disk; the first call starts it.
  private func syncsLater() -> Bool {
    guard interval > 0 else { return false }
    return queue.withLock { queue in
      if !queue.isSyncing { queue.isSyncing = startThread { self.syncRepeatedly() } }
      return queue.isSyncing
    }
  }

  private func syncRepeatedly() {
    while true {
      sleep(seconds: interval)
      do throws(Failure) {
        try sync()
      } catch {
        return queue.withLock { $0.failure = $0.failure ?? error }
      }
    }
  }

  /// Writes what is finished after the closing, when the write that was under way has ended.
  private func flush() {
    while queue.withLock({ $0.isWriting && $0.failure == nil }) { usleep(1000) }
    let rest = queue.withLock { $0.failure == nil ? $0.takeRows() : nil }
    do throws(Failure) {
      if let rest { try write(rest) }
      try sync()
    } catch {
      // What is in the file is said, and the rest is run again.
    }
    queue.withLock { $0.isFlushed = true }
  }
}
