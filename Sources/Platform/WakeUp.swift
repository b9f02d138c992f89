import Synchronization

/// What one thread waits for and another sends.
///
/// A wait stays awake for a moment, giving its time away to whoever can use it, and then sleeps: to wake a
/// sleeping thread takes as long as the product of a small layer.
final class WakeUp: @unchecked Sendable {
  private enum State {
    static let none = 0
    static let sleeping = 1
    static let sent = 2
  }

  /// Times that a waiting thread yields before it sleeps: some tens of microseconds.
  private static let patience = 100

  private let state = Atomic<Int>(State.none)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Wakes the thread that waits, or lets the next wait return at once.
  func send() {
    guard state.exchange(State.sent, ordering: .acquiringAndReleasing) == State.sleeping else {
      return
    }
    pthread_mutex_lock(mutex)
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Returns when `send` has been called since the last wait. One thread at a time may wait.
  func wait() {
    for _ in 0..<WakeUp.patience {
      if state.load(ordering: .acquiring) == State.sent { break }
      sched_yield()
    }
    let (maySleep, _) = state.compareExchange(
      expected: State.none, desired: State.sleeping, ordering: .acquiringAndReleasing)
    if maySleep {
      pthread_mutex_lock(mutex)
      while state.load(ordering: .acquiring) == State.sleeping {
        pthread_cond_wait(condition, mutex)
      }
      pthread_mutex_unlock(mutex)
    }
    state.store(State.none, ordering: .releasing)
  }
}
