import Synchronization

/// Runs `body(0)`, …, `body(jobs - 1)`, each once, on up to `threads` threads, and returns when all
/// are done.
///
/// The caller is one of the threads. A thread takes the next job when it has finished one, so the threads end together
/// as far as the jobs allow; no thread is pinned, and one that the system gives no time to holds nobody up.
/// A job may call this again. The caller promises that jobs which run at the same time touch disjoint data.
package func forEachJob(_ jobs: Int, threads: Int, _ body: (Int) -> Void) {
  let workers = min(jobs, threads)
  guard workers > 1 else {
    for job in 0..<jobs { body(job) }
    return
  }
  withoutActuallyEscaping(body) { body in
    withUnsafePointer(to: body) { body in
      let queue = JobQueue(jobs: jobs, body: body)
      for _ in 1..<workers where !Helper.help(queue) { break }
      queue.work()
      queue.waitUntilDone()
    }
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

/// Jobs that threads take one after the other.
private final class JobQueue: @unchecked Sendable {
  private let jobs: Int
  /// On the stack of the caller, who stays until all jobs are done. Nobody keeps the closure itself: whoever
  /// comes too late for a job does not touch it.
  private let body: UnsafePointer<(Int) -> Void>
  private let next = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)
  private let done = WakeUp()

  init(jobs: Int, body: UnsafePointer<(Int) -> Void>) {
    self.jobs = jobs
    self.body = body
  }

  func work() {
    while true {
      let job = next.add(1, ordering: .relaxed).oldValue
      guard job < jobs else { return }
      run(job)
      if finished.add(1, ordering: .acquiringAndReleasing).newValue == jobs { done.send() }
    }
  }

  /// Not inlined: what it retains of the closure is released when it returns.
  @inline(never)
  private func run(_ job: Int) { body.pointee(job) }

  func waitUntilDone() { done.wait() }
}

/// A thread that waits for queues to work on. It is kept when a queue is done: a run has a phase for every
/// few layers, or even for every product, and to create threads for each would take longer than the work.
private final class Helper: Sendable {
  private let wakeUp = WakeUp()
  private let queue = Mutex<JobQueue?>(nil)
  private static let idle = Mutex<[Helper]>([])

  /// Has an idle helper, or a new one, work on a queue; false where the system has no thread to give, in
  /// which case the others do its share.
  static func help(_ queue: JobQueue) -> Bool {
    if let helper = idle.withLock({ $0.popLast() }) {
      helper.take(queue)
      return true
    }
    let helper = Helper()
    helper.take(queue)
    return startThread { helper.run() }
  }

  private func take(_ work: JobQueue) {
    queue.withLock { $0 = work }
    wakeUp.send()
  }

  private func run() {
    while true {
      wakeUp.wait()
      queue.withLock { queue in
        defer { queue = nil }
        return queue
      }?.work()
      Helper.idle.withLock { $0.append(self) }
    }
  }
}

/// Starts a thread that runs `body`, which may use only what threads may share; false where the system has no
/// thread to give.
package func startThread(_ body: @escaping () -> Void) -> Bool {
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, threadStackSize)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  defer { pthread_attr_destroy(&attributes) }
  if pthread_create(&thread, &attributes, runBody, context) == 0 { return true }
  Unmanaged<ThreadBody>.fromOpaque(context).release()
  return false
}

/// What a thread is started for.
private final class ThreadBody {
  let run: () -> Void

  init(_ run: @escaping () -> Void) { self.run = run }
}

#if canImport(Darwin)
  private func runBody(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
    return nil
  }
#else
  private func runBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(context!).takeRetainedValue().run()
    return nil
  }
#endif
