import Testing

@testable import SignalPropagation

/// A stack for the plans: twenty layers of at most 40 units, all of them reported.
private struct PlannedStack: CustomTestStringConvertible {
  let layer: String
  var initializer = Initializer.xavierNormal
  var skip: Double?
  var shape = Experiment.Shape.square(width: 24, depth: 20)

  var testDescription: String { "\(layer) \(initializer) \(shape)" }

  static let all = [
    PlannedStack(layer: "tanh(x)"),
    PlannedStack(layer: "gelu(x)", skip: 0.5),
    PlannedStack(
      layer: "h + W(gelu(W(layernorm(h), out=4*d, std=0.02, bias=0.1)), std=0.02/sqrt(2*N))"),
    PlannedStack(
      layer: "n = rmsnorm(h); h + W2(silu(W1(n, out=8*d/3))*W3(n, out=8*d/3), gain=g/sqrt(2*N))"),
    PlannedStack(layer: "0.9*h + 0.1*x0 + 0.1*W(relu(W(rmsnorm(h))))"),
    PlannedStack(layer: "W1(tanh(W1(h, bias=0.3)))/sqrt(l)"),
    PlannedStack(layer: "elu(x, 0.5)", initializer: .truncNormal(std: 0.2, a: -0.3, b: 0.3)),
    PlannedStack(layer: "relu(layernorm(x))", initializer: .orthogonal),
    PlannedStack(
      layer: "W1(h)*sigmoid(W2(h))",
      shape: .widths((0...20).map { [40, 17, 24, 33, 1][$0 % 5] })),
  ]

  func experiment(_ mode: PlannedStack.Mode, batch: Int = 150) throws -> Experiment {
    Experiment(
      layer: try Layer(parsing: layer), gain: 1.2, initializer: initializer, skip: skip,
      loss: mode == .last ? .random : nil, backward: mode == .last ? .last : .each, shape: shape,
      batch: batch, seed: 7, reports: .every(1), gradients: mode != .forward, histogram: true)
  }

  enum Mode: CaseIterable {
    case forward
    case each
    case last
  }
}

@Suite struct `The plan of a run` {
  private static let limits = [
    RunPlan.Limits(),
    RunPlan.Limits(tapeBytes: 1, weightBytes: 1, leastWaveRows: 48),
    RunPlan.Limits(tapeBytes: 400_000, weightBytes: 20_000, leastWaveRows: 16),
    RunPlan.Limits(tapeBytes: 1 << 30, weightBytes: 9_000, leastWaveRows: 32),
  ]

  @Test(arguments: PlannedStack.all, PlannedStack.Mode.allCases)
  private func `never changes a digit`(stack: PlannedStack, mode: PlannedStack.Mode) throws {
    let experiment = try stack.experiment(mode)
    let network = try Network(experiment)
    let expected = try experiment.measure(threads: 1)
    #expect(expected.count == 21)
    for limits in Self.limits {
      for threads in [1, 2, 7] {
        let plan = RunPlan(experiment, network, threads: threads, limits: limits)
        let records = Run(experiment, network, plan).run()
        #expect(records == expected, "\(limits), \(threads) threads")
      }
    }
  }

  @Test(arguments: PlannedStack.all, PlannedStack.Mode.allCases)
  private func `shares the products of few rows among threads, and never changes a digit`(
    stack: PlannedStack, mode: PlannedStack.Mode
  ) throws {
    for batch in [2, 20] {
      let experiment = try stack.experiment(mode, batch: batch)
      let network = try Network(experiment)
      let expected = try experiment.measure(threads: 1)
      for threads in [2, 3, 7] {
        let plan = RunPlan(
          experiment, network, threads: threads,
          limits: RunPlan.Limits(leastProductFlops: 1, flopsPerThread: 1))
        #expect(plan.threads == threads)
        let slices = plan.waves[0].count
        #expect(slices == (batch + 15) / 16)
        #expect(plan.team(forSlices: slices).threads == max(1, threads / slices))
        #expect(
          Run(experiment, network, plan).run() == expected, "\(batch) rows, \(threads) threads")
      }
    }
  }

  /// Otherwise the first test would show little.
  @Test(arguments: PlannedStack.Mode.allCases)
  private func `has many pieces where little is allowed`(mode: PlannedStack.Mode) throws {
    let experiment = try PlannedStack.all[3].experiment(mode)
    let network = try Network(experiment)
    let plans = Self.limits.map { RunPlan(experiment, network, threads: 7, limits: $0) }
    #expect(plans[0].waves.count == 1 && plans[0].segments.count == 1)
    #expect(plans[1].waves.count == (mode == .last ? 1 : 4))
    #expect(plans[1].segments.count == 1 || mode != .forward)
    #expect(mode == .forward || plans[1].segments.count > 2)
    #expect(plans[1].segments.joined().count == 20)
    #expect(plans[3].segments.count == 1 && plans[3].segments[0].count > 3)
    #expect(plans[0].lossGroups.map(\.count) == [[], [16, 4], [1]][mode.place])
  }

  @Test(arguments: PlannedStack.all)
  private func `covers every row and every layer once, in order`(stack: PlannedStack) throws {
    let experiment = try stack.experiment(.each)
    let network = try Network(experiment)
    for limits in Self.limits {
      let plan = RunPlan(experiment, network, threads: 3, limits: limits)
      let rows = plan.waves.joined().flatMap { $0.start..<($0.start + $0.count) }
      #expect(rows == Array(0..<150))
      #expect(plan.segments.joined().flatMap(\.self) == Array(1...20))
      #expect(plan.lossGroups.joined().elementsEqual((1...20).reversed()))
      let largest = (1...20).map { RunSize.weightBytes(network[$0]) }.max()!
      #expect(plan.weightBytes <= max(limits.weightBytes, largest))
    }
  }
}

extension PlannedStack.Mode {
  fileprivate var place: Int { PlannedStack.Mode.allCases.firstIndex(of: self)! }
}
