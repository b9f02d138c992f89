import Kernels
import NamedActivations
import Testing

@testable import SignalPropagation

/// The infinite-width theory against measurements of the program, over seeds and with their own spread.
@Suite struct TheoryMeasurementTests {
  @Test(arguments: [
    Experiment(
      activation: .relu, gain: 2.0.squareRoot(), initializer: .orthogonal,
      shape: .square(width: 200, depth: 6), batch: 64, reports: .every(1)),
    Experiment(
      activation: .tanh, gain: 1.5, initializer: .orthogonal,
      shape: .square(width: 200, depth: 9), batch: 64, reports: .every(2)),
    Experiment(
      activation: .elu, gain: 1.2, initializer: .orthogonal,
      shape: .widths([300, 200, 250, 150]), batch: 64, reports: .every(1)),
    Experiment(
      activation: .gelu, gain: 1.4, initializer: .kaimingNormal(.fanIn), skip: 0.4,
      shape: .square(width: 200, depth: 8), batch: 64, reports: .every(1)),
    Experiment(
      activation: .sigmoid, gain: 3, initializer: .xavierUniform, inputStd: 2,
      shape: .widths([100, 300, 200]), batch: 64, reports: .every(1)),
  ])
  func `Predictions lie within the spread of measurements`(experiment: Experiment) throws {
    try checkSpread(experiment, seeds: 12)
  }

  @Test(arguments: [
    ("n = rmsnorm(h); h + W2(silu(W1(n, out=2*d))*W3(n, out=2*d))", Experiment.Backward.each),
    ("layernorm(h + W(relu(W(h, out=2*d))))", .each), ("gelu(W(h, bias=0.4))", .each),
    ("h + W(tanh(h), gain=0.5)", .each), ("W1(h)*sigmoid(W2(h))", .each),
    ("tanh(W(h))", .last), ("h + 0.5*selu(W(layernorm(h)))", .last), ("relu(W(h))", .last),
  ])
  func `Layers of all kinds lie within the spread of measurements`(
    text: String, backward: Experiment.Backward
  ) throws {
    let experiment = Experiment(
      layer: try Layer(parsing: text), gain: 1.3, loss: .random, backward: backward,
      shape: .square(width: 128, depth: 7), batch: 64, reports: .every(3))
    try checkSpread(experiment, seeds: 10)
  }

  private func checkSpread(_ experiment: Experiment, seeds: Int) throws {
    let runs = try (0..<seeds).map { seed in
      var run = experiment
      run.seed = UInt64(seed)
      return try run.measure(threads: 2)
    }
    for (index, prediction) in experiment.predict().enumerated() {
      check(runs.map { $0[index].measured.outStd! }, prediction.predicted.outStd!)
      guard prediction.layer > 0 else { continue }
      check(runs.map { $0[index].measured.gradMeanAbs! }, prediction.predicted.gradMeanAbs!)
    }
  }

  /// The mean over seeds must be within five of its standard errors, and 1 % for what finite width does
  /// to the mean itself.
  private func check(_ measured: [Magnitude], _ predicted: Magnitude) {
    let spread = TrialStatistics(of: measured.map(Figure.magnitude))
    let standardError =
      spread.standardDeviation.doubleValue / Double(measured.count).squareRoot()
    let distance = abs(spread.mean.doubleValue - predicted.doubleValue)
    #expect(distance <= 5 * standardError + 0.01 * predicted.doubleValue)
  }
}
