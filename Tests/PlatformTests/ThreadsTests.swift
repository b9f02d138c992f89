import Platform
import Synchronization
import Testing

@Suite struct ThreadsTests {
  @Test(arguments: [0, 1, 2, 7, 100], [1, 2, 3, 16])
  func `Every job runs exactly once`(jobs: Int, threads: Int) {
    let counts = Mutex([Int](repeating: 0, count: jobs))
    forEachJob(jobs, threads: threads) { job in counts.withLock { $0[job] += 1 } }
    #expect(counts.withLock { $0 } == Array(repeating: 1, count: jobs))
  }
}
