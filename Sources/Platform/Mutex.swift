import Synchronization

#if THREAD_SANITIZER
  /// The lock of a build with the thread sanitizer, which sees those of POSIX but not those of
  /// `Synchronization`, and would call whatever they guard a race.
  package struct Mutex<Value>: ~Copyable {
    private final class Storage {
      var lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
      nonisolated(unsafe) var value: Value

      init(_ value: Value) {
        self.value = value
        pthread_mutex_init(lock, nil)
      }

      deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
      }
    }

    private let storage: Storage

    package init(_ value: sending Value) { storage = Storage(value) }

    /// The result of `body`, which has the value for itself.
    package borrowing func withLock<Result, E: Error>(
      _ body: (inout Value) throws(E) -> Result
    ) throws(E) -> Result {
      pthread_mutex_lock(storage.lock)
      defer { pthread_mutex_unlock(storage.lock) }
      return try body(&storage.value)
    }

    /// As `withLock`; `nil` where another thread has the value.
    package borrowing func withLockIfAvailable<Result, E: Error>(
      _ body: (inout Value) throws(E) -> Result
    ) throws(E) -> Result? {
      guard pthread_mutex_trylock(storage.lock) == 0 else { return nil }
      defer { pthread_mutex_unlock(storage.lock) }
      return try body(&storage.value)
    }
  }

  extension Mutex: @unchecked Sendable {}
#else
  /// A value that one thread at a time has for itself.
  package typealias Mutex = Synchronization.Mutex
#endif
