import Platform
import Testing

@Suite struct ThreadsTests {
  @Test(arguments: [0, 1, 2, 7, 100], [1, 2, 3, 16])
  func `Every job runs exactly once`(jobs: Int, threads: Int) {
    let counts = Mutex([Int](repeating: 0, count: jobs))
    forEachJob(jobs, threads: threads) { job in counts.withLock { $0[job] += 1 } }
    #expect(counts.withLock { $0 } == Array(repeating: 1, count: jobs))
  }

  /// As each product of a small batch does; helpers are awake for some and asleep for others.
  @Test func `Thousands of short phases follow one another`() {
    var sums = [Int](repeating: 0, count: 4)
    for phase in 0..<20_000 {
      let parts = mapJobs(4, threads: 4) { job in phase % 7 + job }
      for (index, part) in parts.enumerated() { sums[index] += part }
    }
    let sum = (0..<20_000).reduce(0) { $0 + $1 % 7 }
    #expect(sums == (0..<4).map { sum + 20_000 * $0 })
  }

  @Test func `A job may have jobs of its own`() {
    let sums = mapJobs(8, threads: 3) { outer in
      mapJobs(50, threads: 2) { inner in
        mapJobs(3, threads: 2) { outer * inner * $0 }.reduce(0, +)
      }.reduce(0, +)
    }
    #expect(sums == (0..<8).map { $0 * 1225 * 3 })
  }
}
