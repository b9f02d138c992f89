import Foundation
import Testing

@testable import SignalPropagation

@Suite struct PredictionSpreadTests {
  /// With one row, log K of a linear stack is a sum of logarithms of independent χ²/n, each of variance
  /// 2/n to first order, the input's own included.
  @Test func `a linear stack's single row wanders as a product of chi-squares`() throws {
    let experiment = Experiment(
      activation: .identity, gain: 1.7, shape: .square(width: 500, depth: 40), batch: 1,
      reports: .layers([1, 10, 40]))
    let spread = try #require(experiment.predictOutSpread())
    for (layer, value) in zip([0, 1, 10, 40], spread) {
      #expect(relativeError(4 * value * value, 2 * Double(layer + 1) / 500) < 1e-7)
    }
  }

  /// E[φ⁴]/E[φ²]² − 1 = 5 per layer once all rows are alike.
  @Test func `relu's variance of log q grows by 5 over the width in each layer`() throws {
    let experiment = Experiment(
      activation: .relu, gain: 2.0.squareRoot(), shape: .square(width: 1000, depth: 1000),
      reports: .layers([900, 1000]))
    let spread = try #require(experiment.predictOutSpread())
    let growth = 4 * (spread[2] * spread[2] - spread[1] * spread[1]) / 100
    #expect(relativeError(growth, 5.0 / 1000) < 0.01)
  }

  @Test func `the spread of a smooth stack does not depend on the unit of length`() throws {
    func spread(_ gain: Double) throws -> Double {
      try #require(
        Experiment(activation: .leakyReLU, gain: gain, shape: .square(width: 100, depth: 60))
          .predictOutSpread()?.last)
    }
    #expect(relativeError(try spread(0.001), try spread(1)) < 1e-6)
  }

  /// Over 24 activation and gain pairs, 3 seeds, 4 layers: in units of its prediction, the deviation
  /// of a run from the infinite-width line must be about 1, no more and no less.
  @Test func `PyTorch's runs of width 200 scatter as much as predicted`() throws {
    let runs: MeasuredRuns = load("forum_runs")
    let groups = Dictionary(grouping: runs.records.filter { $0.width == 200 }) {
      "\($0.act) at \($0.gain)"
    }
    #expect(groups.count == 24)
    var squares: [Double] = []
    for seeds in groups.values {
      let experiment = seeds[0].experiment
      let predictions = experiment.predict(followingPairs: false)
      let spread = try #require(experiment.predictOutSpread())
      for seed in seeds {
        for (i, checkpoint) in seed.checkpoints.enumerated() {
          let deviation = log(checkpoint.out_f64) - predictions[i + 1].predicted.outStd!.log
          squares.append(pow(deviation / spread[i + 1], 2))
        }
      }
    }
    let rootMeanSquare = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    #expect((0.85...1.15).contains(rootMeanSquare), "\(rootMeanSquare)")
    #expect(squares.max()! < 16)
  }
}
