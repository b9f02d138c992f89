import Platform
import Synchronization

/// Takes the rows of points in the order in which they are finished, and appends them to the file in the
/// order of the sweep.
///
/// Whoever brings the point that is next writes it, and all that have come to follow it meanwhile; the
/// others go on with their work while the disk is busy.
final class SweepRecorder: Sendable {
  private struct Queue {
    var waiting: [Int: String] = [:]
    var next: Int
    var written: Int
    var isWriting = false
    var isClosed = false
    var failure: Failure?
  }

  private let queue: Mutex<Queue>
  private let file: Mutex<SweepFile>

  init(_ file: SweepFile) {
    queue = Mutex(Queue(next: file.points, written: file.points))
    self.file = Mutex(file)
  }

  /// Takes the rows of a point; false where there is no sense in more, as writing has failed or is over.
  func record(_ rows: String, of index: Int) -> Bool {
    queue.withLock { $0.waiting[index] = rows }
    var isContinuing = false
    while let (text, points) = nextRows(isContinuing: isContinuing) {
      do throws(Failure) {
        try file.withLock { (file) throws(Failure) in try file.append(text, points: points) }
      } catch {
        queue.withLock { $0.failure = error }
        return false
      }
      queue.withLock { $0.written += points }
      isContinuing = true
    }
    return queue.withLock { $0.failure == nil && !$0.isClosed }
  }

  /// Throws what writing has failed with. Does not return once the recorder is closed: rows may be missing,
  /// and the thread that has closed it is about to end the program and say so.
  func check() throws(Failure) {
    let (failure, isClosed) = queue.withLock { ($0.failure, $0.isClosed) }
    while isClosed { pause() }
    if let failure { throw failure }
  }

  /// Lets a write end, keeps all others from beginning, and gives `body` the number of points in the file.
  ///
  /// A disk that does not answer is not waited for: then a write may have begun that is not counted.
  func close(_ body: (Int) -> Never) -> Never {
    let written = queue.withLock { queue in
      queue.isClosed = true
      return queue.written
    }
    let patience = monotonicSeconds() + 2
    while monotonicSeconds() < patience {
      file.withLockIfAvailable { body($0.points) }
      usleep(1000)
    }
    body(written)
  }

  /// The rows of all points that can be written now; `nil` where there are none or another thread is at it.
  private func nextRows(isContinuing: Bool) -> (text: String, points: Int)? {
    queue.withLock { queue in
      guard isContinuing || !queue.isWriting, !queue.isClosed else { return nil }
      let first = queue.next
      var text = ""
      while let rows = queue.waiting.removeValue(forKey: queue.next) {
        text += rows
        queue.next += 1
      }
      queue.isWriting = queue.next > first
      return queue.isWriting ? (text, queue.next - first) : nil
    }
  }
}
