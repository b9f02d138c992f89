import NamedActivations
import Testing

@testable import SignalPropagation

@Suite struct `The points of a sweep` {
  private let small: Sweep = {
    var sweep = Sweep(axes: [
      .activations([.tanh, .relu]), .gains([.number(1), .number(2)]), .widths([3, 4]), .depths([5]),
    ])
    sweep.trials = 2
    sweep.base.experiment.seed = .max
    return sweep
  }()

  @Test func `come in the order of nested loops, seeds innermost`() {
    var expected: [Experiment] = []
    for activation in [Activation.tanh, .relu] {
      for gain in [1.0, 2] {
        for width in [3, 4] {
          for seed in [UInt64.max, 0] {
            expected.append(
              Experiment(
                activation: activation, gain: gain, shape: .square(width: width, depth: 5),
                seed: seed))
          }
        }
      }
    }
    #expect(small.points().runs == expected)
    #expect(small.points().missing == [])
    #expect(small.gridCount == expected.count)
  }

  @Test func `nest every axis in the order of the columns`() {
    var sweep = small
    sweep.axes = [
      .activations([.tanh, .relu]), .gains([.number(1), .number(2)]),
      Sweep.Axis(\.experiment.initializer, [.orthogonal, .lecunNormal]),
      Sweep.Axis(\.experiment.skip, [nil, 0.5]), Sweep.Axis(\.experiment.inputStd, [1, 2]),
      .widths([3, 4]), .batches([6, 7]), .depths([8, 9]),
    ]
    let runs = sweep.points().runs
    #expect(runs.count == 512)
    // The axis that changes at the power of two p, from the innermost outwards.
    let changed: [(Experiment, Experiment) -> Bool] = [
      { $0.seed != $1.seed }, { $0.shape.depth != $1.shape.depth }, { $0.batch != $1.batch },
      { $0.shape.width(ofLayer: 1) != $1.shape.width(ofLayer: 1) }, { $0.inputStd != $1.inputStd },
      { $0.skip != $1.skip }, { $0.initializer != $1.initializer }, { $0.gain != $1.gain },
      { $0.activation != $1.activation },
    ]
    for (power, isChanged) in changed.enumerated() {
      #expect(runs.indices.allSatisfy { isChanged(runs[0], runs[$0]) == ($0 >> power & 1 == 1) })
    }
  }

  @Test func `are counted without overflow`() {
    var sweep = small
    sweep.trials = .max / 8
    #expect(sweep.gridCount == .max / 8 * 8)
    sweep.trials = .max / 8 + 1
    #expect(sweep.gridCount == nil)
  }

  @Test func `have the numbers of named gains, each point once`() throws {
    let gainList: [GainSetting] = [.number(5.0 / 3), .named(.pytorch), .named(.neutral)]
    var sweep = Sweep(axes: [
      .activations([.tanh, .relu]), .gains(gainList), .widths([20]), .depths([10, 20]),
    ])
    let gains = sweep.points().runs.map(\.gain)
    let root = 2.0.squareRoot()
    let neutral = try [10, 20].map { depth in
      try GainName.neutral.value(
        for: Experiment(activation: .tanh, gain: 1, shape: .square(width: 20, depth: depth)))
    }
    #expect(neutral[0] != neutral[1])
    #expect(Array(gains.prefix(6)) == [5.0 / 3, 5.0 / 3] + neutral + [5.0 / 3, 5.0 / 3])
    #expect(Array(gains.dropFirst(6).prefix(2)) == [root, root])
    sweep.axes[1] = .gains(gainList.reversed())
    let reversed = sweep.points().runs
    #expect(reversed.filter { $0.activation == .tanh }.map(\.gain) == neutral + [5.0 / 3, 5.0 / 3])
    for (index, run) in reversed.enumerated() {
      #expect(!reversed.dropFirst(index + 1).contains(run))
    }
  }

  @Test func `are missing where a name stands for no gain`() {
    var sweep = Sweep(axes: [
      .activations([.gelu, .tanh]), .gains([.named(.pytorch), .number(1)]),
      Sweep.Axis(\.experiment.skip, [nil, 1]),
    ])
    sweep.trials = 3
    let points = sweep.points()
    #expect(points.runs.count == 18)
    let error = GainError(.pytorch, Experiment(activation: .gelu, gain: 1), .notTabulated)
    #expect(points.missing == [.init(error: error, count: 6)])
  }

  @Test(arguments: 1...10) func `fall into disjoint shards`(count: Int) {
    let points = small.points()
    let shards = (1...count).map { points.shard($0, of: count) }
    for (index, run) in points.runs.enumerated() {
      #expect(shards[index % count][index / count] == run)
    }
    #expect(shards.reduce(0) { $0 + $1.count } == points.runs.count)
  }

  @Test func `have a largest one`() {
    let sweep = Sweep(axes: [
      .gains([.named(.unit)]), .widths([3, 9, 4]), .batches([8, 2]), .depths([1, 17]),
    ])
    #expect(sweep.largest.shape == .square(width: 9, depth: 17))
    #expect(sweep.largest.batch == 8)
  }
}

extension Sweep {
  /// A sweep with the defaults for all that no axis says.
  init(axes: [Axis]) {
    let defaults = Experiment(activation: .identity, gain: 1)
    self.init(base: ExperimentDraft(defaults, gain: .number(1)), axes: axes)
  }
}

extension Sweep.Axis {
  init<Value>(
    _ path: WritableKeyPath<ExperimentDraft, Value> & Sendable, _ values: [Value],
    movesNamedGains: Bool = true
  ) where Value: Sendable {
    self.init(
      values.map { value in ParameterValue("\(value)") { $0[keyPath: path] = value } },
      movesNamedGains: movesNamedGains)
  }

  static func activations(_ values: [Activation]) -> Self {
    Self(\.experiment.layer, values.map(Layer.init))
  }
  static func gains(_ values: [GainSetting]) -> Self { Self(\.gain, values) }
  static func batches(_ values: [Int]) -> Self {
    Self(\.experiment.batch, values, movesNamedGains: false)
  }

  static func widths(_ values: [Int]) -> Self {
    Self(
      values.map { width in
        ParameterValue("\(width)") { draft in
          let depth = draft.experiment.shape.depth
          draft.experiment.shape = .square(width: width, depth: depth)
        }
      })
  }

  static func depths(_ values: [Int]) -> Self {
    Self(
      values.map { depth in
        ParameterValue("\(depth)") { draft in
          let width = draft.experiment.shape.width(ofLayer: 0)
          draft.experiment.shape = .square(width: width, depth: depth)
        }
      })
  }
}
