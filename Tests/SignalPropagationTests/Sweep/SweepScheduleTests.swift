import NamedActivations
import Platform
import Testing

@testable import SignalPropagation

@Suite struct `The schedule of a sweep` {
  private func runs(widths: [Int], trials: Int = 1) -> [Experiment] {
    var sweep = Sweep(axes: [
      .activations([.tanh]), .widths(widths), .batches([20]), .depths([10]),
    ])
    sweep.trials = trials
    return sweep.points().runs
  }

  private func schedule(
    _ points: [Experiment], threads: Int, memory: Int? = nil
  ) -> [SweepSchedule.Batch] {
    SweepSchedule(points[...], threads: threads, memory: memory).batches
  }

  @Test func `runs small points side by side and large ones alone`() {
    let points = runs(widths: [10, 20, 20_000, 30_000, 10])
    let batches = schedule(points, threads: 4)
    #expect(batches.map(\.points) == [0..<2, 2..<3, 3..<4, 4..<5])
    #expect(batches.map(\.atOnce) == [2, 1, 1, 1])
    #expect(batches.map(\.threads) == [2, 4, 4, 4])
  }

  @Test func `keeps batches short and covers all points`() {
    let batches = schedule(runs(widths: [10], trials: 1000), threads: 3)
    #expect(
      batches.map(\.points) == [0..<192, 192..<384, 384..<576, 576..<768, 768..<960, 960..<1000])
    #expect(batches.allSatisfy { $0.atOnce == 3 && $0.threads == 1 })
  }

  @Test func `begins in the middle of the points`() {
    let points = runs(widths: [10], trials: 10)
    let rest = SweepSchedule(points[7...], threads: 2, memory: nil)
    #expect(rest.batches.map(\.points) == [7..<10])
    #expect(SweepSchedule(points[10...], threads: 2, memory: nil).batches == [])
  }

  @Test func `runs fewer at once where memory is short`() throws {
    let points = runs(widths: [10], trials: 10)
    let one = try #require(points[0].memoryNeeded(threads: 1))
    let two = try #require(points[0].memoryNeeded(threads: 2))
    #expect(schedule(points, threads: 8, memory: 3 * two).map(\.atOnce) == [3])
    #expect(schedule(points, threads: 8, memory: 3 * two).map(\.threads) == [2])
    #expect(schedule(points, threads: 8, memory: one / 2).map(\.atOnce) == [1])
    let plan = SweepSchedule(points[...], threads: 8, memory: 3 * two)
    #expect(plan.memoryNeeded(for: points) == 3 * two)
  }

  @Test(arguments: [1, 2, 3, 4, 7, 8, 16, 33])
  func `needs no more than there is, but for one point at a time`(threads: Int) throws {
    let points = runs(widths: [10, 200, 30], trials: 5)
    let alone = try #require(points[5].memoryNeeded(threads: threads))
    for memory in stride(from: alone, to: 20 * alone, by: alone / 3) {
      let plan = SweepSchedule(
        points[...], threads: threads, memory: memory, bytesBesideRecord: 0)
      #expect(try #require(plan.memoryNeeded(for: points)) <= memory)
    }
  }

  @Test func `needs the sum of the largest points that run at the same time`() throws {
    let points = runs(widths: [10, 200, 30], trials: 1)
    let sizes = try points.map { try #require($0.memoryNeeded(threads: 1)) }
    let plan = SweepSchedule(points[...], threads: 2, memory: nil)
    #expect(plan.memoryNeeded(for: points) == sizes[1] + sizes[2])
  }

  @Test(arguments: [1, 3]) func `yields what each run alone yields`(threads: Int) throws {
    let points = runs(widths: [5, 9, 16], trials: 3)
    let results = Mutex<[Int: [LayerRecord]]>([:])
    SweepSchedule(points[1...], threads: threads, memory: nil).run(points, progress: { _, _ in }) {
      index, records in
      guard case .success(let records) = records else { return false }
      return results.withLock { $0.updateValue(records, forKey: index) == nil }
    }
    let expected = try points.indices.dropFirst().map { ($0, try points[$0].measure(threads: 1)) }
    #expect(results.withLock(\.self) == Dictionary(uniqueKeysWithValues: expected))
  }

  @Test func `begins no point after it is told to stop`() {
    let points = runs(widths: [5], trials: 20)
    let finished = Mutex<[Int]>([])
    SweepSchedule(points[...], threads: 1, memory: nil).run(points, progress: { _, _ in }) {
      index, _ in
      finished.withLock { $0.append(index) }
      return index < 4
    }
    #expect(finished.withLock(\.self) == [0, 1, 2, 3, 4])
  }

  @Test func `estimates time by work and threads`() {
    let points = runs(widths: [10, 20_000])
    let plan = SweepSchedule(points[...], threads: 2, memory: nil)
    #expect(
      plan.seconds(for: points, rate: 1e9)
        == points[0].work / 2e9 + points[1].work / 2e9)
  }
}

@Suite struct `The work of a run` {
  private func work(_ change: (inout Experiment) -> Void) -> Double {
    var experiment = Experiment(activation: .tanh, gain: 1)
    change(&experiment)
    return experiment.work
  }

  /// 91 layers forward, 460 backward, of 1000 × 1000 × 1000 multiplications and additions.
  @Test func `is mostly matrix products for a large one`() {
    let products = 551.0 * 2e9
    #expect(((products)...(1.05 * products)).contains(work { _ in }))
  }

  @Test func `is the same for every way to list the layers`() {
    let listed = work { $0.reports = .layers(Array(stride(from: 1, through: 91, by: 10))) }
    #expect(listed == work { _ in })
  }

  @Test func `is less without gradients and more with a QR`() {
    let forward = work { $0.gradients = false }
    #expect(forward < work { _ in } / 5)
    #expect(work { ($0.gradients, $0.initializer) = (false, .orthogonal) } > 1.5 * forward)
  }
}
