import Synchronization

/// Runs `body(0)`, …, `body(jobs - 1)`, each once, on up to `threads` threads, and returns when all
/// are done.
///
/// The caller is one of the threads. A thread takes the next job when it has finished one, so the
/// threads end together as far as the jobs allow; no thread is pinned. The caller promises that jobs
/// which run at the same time touch disjoint data.
package func forEachJob(_ jobs: Int, threads: Int, _ body: (Int) -> Void) {
  guard jobs > 1, threads > 1 else {
    for job in 0..<jobs { body(job) }
    return
  }
  withoutActuallyEscaping(body) { body in
    let queue = JobQueue(jobs: jobs, body: body)
    let helpers = (1..<min(threads, jobs)).compactMap { _ in startThread(queue) }
    queue.work()
    for helper in helpers { pthread_join(helper, nil) }
  }
}

/// The results of `body(0)`, …, `body(jobs - 1)`, in this order, run as by `forEachJob`.
package func mapJobs<Result>(_ jobs: Int, threads: Int, _ body: (Int) -> Result) -> [Result] {
  Array(unsafeUninitializedCapacity: jobs) { results, count in
    let start = results.baseAddress
    forEachJob(jobs, threads: threads) { job in (start! + job).initialize(to: body(job)) }
    count = jobs
  }
}

/// Bytes of the stack of a thread: far more than any job takes, and far less than the 8 MB of the system,
/// which count where address space is limited.
package let threadStackSize = 1 << 20

private final class JobQueue {
  private let jobs: Int
  private let body: (Int) -> Void
  private let next = Atomic<Int>(0)

  init(jobs: Int, body: @escaping (Int) -> Void) {
    self.jobs = jobs
    self.body = body
  }

  func work() {
    while true {
      let job = next.add(1, ordering: .relaxed).oldValue
      guard job < jobs else { return }
      body(job)
    }
  }
}

/// Starts a thread that works on the queue; `nil` where the system has no thread to give, in which
/// case the others do its share.
private func startThread(_ queue: JobQueue) -> pthread_t? {
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let context = Unmanaged.passRetained(queue).toOpaque()
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, threadStackSize)
  defer { pthread_attr_destroy(&attributes) }
  let status = pthread_create(&thread, &attributes, runJobs, context)
  guard status == 0 else {
    Unmanaged<JobQueue>.fromOpaque(context).release()
    return nil
  }
  return thread
}

#if canImport(Darwin)
  private func runJobs(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue().work()
    return nil
  }
#else
  private func runJobs(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<JobQueue>.fromOpaque(context!).takeRetainedValue().work()
    return nil
  }
#endif
