import Testing

@testable import SignalPropagation

@Suite struct `The points of a sweep` {
  private let small: Sweep = {
    var sweep = Sweep(layers: [Layer(.tanh), Layer(.relu)], gains: [.number(1), .number(2)])
    sweep.widths = [3, 4]
    sweep.depths = [5]
    sweep.trials = 2
    sweep.seed = .max
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
    sweep.initializers = [.orthogonal, .lecunNormal]
    sweep.skips = [nil, 0.5]
    sweep.inputStds = [1, 2]
    sweep.batches = [6, 7]
    sweep.depths = [8, 9]
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
    var sweep = Sweep(
      layers: [Layer(.tanh), Layer(.relu)],
      gains: [.number(5.0 / 3), .named(.pytorch), .named(.neutral)])
    sweep.widths = [20]
    sweep.depths = [10, 20]
    let gains = sweep.points().runs.map(\.gain)
    let tanh = sweep.experiment(at: GridPlace())
    var deep = GridPlace()
    deep.depth = 1
    let root = 2.0.squareRoot()
    let neutral = try [tanh, sweep.experiment(at: deep)].map { try GainName.neutral.value(for: $0) }
    #expect(neutral[0] != neutral[1])
    #expect(Array(gains.prefix(6)) == [5.0 / 3, 5.0 / 3] + neutral + [5.0 / 3, 5.0 / 3])
    #expect(Array(gains.dropFirst(6).prefix(2)) == [root, root])
    sweep.gains.reverse()
    let reversed = sweep.points().runs
    #expect(reversed.filter { $0.activation == .tanh }.map(\.gain) == neutral + [5.0 / 3, 5.0 / 3])
    for (index, run) in reversed.enumerated() {
      #expect(!reversed.dropFirst(index + 1).contains(run))
    }
  }

  @Test func `are missing where a name stands for no gain`() {
    var sweep = Sweep(layers: [Layer(.gelu), Layer(.tanh)], gains: [.named(.pytorch), .number(1)])
    sweep.skips = [nil, 1]
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
    var sweep = small
    sweep.widths = [3, 9, 4]
    sweep.batches = [8, 2]
    sweep.depths = [1, 7]
    #expect(sweep.largest.shape == .square(width: 9, depth: 7))
    #expect(sweep.largest.batch == 8)
  }
}
