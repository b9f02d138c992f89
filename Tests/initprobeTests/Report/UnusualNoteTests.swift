import Foundation
import NamedActivations
import SignalPropagation
import Testing

@testable import initprobe

@Suite struct `The note on an unusual figure` {
  private let experiment = Experiment(
    activation: .tanh, gain: 5.0 / 3, shape: .square(width: 200, depth: 25), batch: 100, seed: 5)

  private func note(_ trials: [Trial]) throws -> String {
    Note.unusual(in: trials, of: try trials[0].experiment.theory())
  }

  /// A run whose out is so many predicted standard deviations off at each layer, the input first.
  private func trial(_ deviations: [Double], seed: UInt64 = 5, of run: Experiment? = nil) throws
    -> Trial
  {
    var run = run ?? experiment
    let spread = try #require(experiment.theory().outScatter())
    let records = try zip(run.theory().predict(), zip(deviations, spread)).map {
      record, deviation in
      var record = record
      record.measured.outStd =
        record.predicted.outStd!
        * Magnitude(exp(deviation.0 * deviation.1.deviation + deviation.1.shift))
      return record
    }
    run.seed = seed
    return Trial(experiment: run, records: records)
  }

  @Test func `names the layer that is farthest off`() throws {
    #expect(
      try note([try trial([0, 1, -4.23, 3.5])])
        == "Note: out at layer 11 is 4.2 standard deviations of a run of this width from the theory.\n"
    )
  }

  @Test func `is silent about what chance explains, and about the input`() throws {
    #expect(try note([trial([9, 2.9, -2.9, 0])]) == "")
  }

  @Test func `allows more to many trials and layers, and names the seed`() throws {
    // √(9 + 2 ln 60) is 4.15.
    let usual = try (0..<20).map { try trial([0, 0, 4.1, 0], seed: $0) }
    #expect(try note(usual) == "")
    let unusual = try usual + [trial([0, 0, 0, 4.27], seed: 77)]
    #expect(
      try note(unusual)
        == "Note: out at layer 21 of seed 77 is 4.3 standard deviations of a run of this width from"
        + " the theory.\n")
  }

  /// Its mean is off by half the variance of one row, either way, so that is let pass.
  @Test(arguments: [-1.0, 1]) func `says the same of the gradient`(sign: Double) throws {
    let layers = experiment.reportedLayers
    let scatter = try #require(experiment.theory().gradientScatter(at: layers))
    func note(_ size: Double) throws -> String {
      var records = try trial([0, 0, 0, 0]).records
      let deviation = sign * (size * scatter[1].deviation + scatter[1].uncertainty)
      records[2].measured.gradMeanAbs =
        records[2].predicted.gradMeanAbs! * Magnitude(exp: deviation)
      return try self.note([Trial(experiment: experiment, records: records)])
    }
    #expect(scatter[1].uncertainty > 0.02)
    #expect(try note(3.4) == "")
    #expect(
      try note(4.27)
        == "Note: grad at layer 11 is 4.3 standard deviations of a run of this width from the theory.\n"
    )
  }

  @Test func `is silent about a gradient through more layers than a tenth of the width`() throws {
    var records = try trial([0, 0, 0, 0]).records
    records[3].measured.gradMeanAbs = records[3].predicted.gradMeanAbs! * Magnitude(1000)
    #expect(try note([Trial(experiment: experiment, records: records)]) == "")
  }

  @Test(arguments: [Initializer.orthogonal, .sparse(sparsity: 0.9)])
  func `is silent where the scatter is not known`(scheme: Initializer) throws {
    var run = experiment
    run.initializer = scheme
    #expect(try run.theory().outScatter() == nil)
    #expect(try note([trial([0, 50, 50, 50], of: run)]) == "")
  }

  /// Wide layers whose weights differ in nothing but their seed are not unusual.
  @Test(arguments: [
    "tanh 5/3", "relu sqrt2", "gelu 1.5", "sigmoid 1", "abs 1",
    "square 0.5774", "hardshrink 1", "tanhshrink 0.7", "selu 1 --skip 1/2",
  ])
  func `is not printed for ordinary runs`(run: String) throws {
    let size = "--width 100 --batch 100 --depth 30 --theory"
    for seed in ["1", "2"] {
      // A signal that vanishes for single precision is said to be 0.
      let errors = try Binary.run("\(run) \(size) --seed \(seed)").errors
      #expect(errors == "" || errors.wholeMatch(of: /Note: out is 0 first at layer \d+\.\n/) != nil)
    }
  }

  /// What is measured at one gain beside what is predicted for another.
  @Test(arguments: [
    (Activation.tanh, 5.0 / 3), (.relu, 2.0.squareRoot()), (.gelu, 1.5), (.selu, 1), (.selu, 0.75),
    (.sigmoid, 4), (.softplus, 1), (.softsign, 2), (.hardtanh, 1.2), (.sin, 1.5), (.abs, 1),
    (.identity, 1), (.square, 0.5774), (.tanhshrink, 2),
  ])
  func `is printed where the gain is wrong by 5 per cent, and only there`(
    activation: Activation, gain: Double
  ) throws {
    let stated = Experiment(
      activation: activation, gain: gain, shape: .square(width: 400, depth: 10), batch: 100,
      seed: 11, reports: .every(3))
    func note(measuredAt gain: Double) throws -> String {
      var run = stated
      run.gain = gain
      let predictions = try stated.theory().predict(followingPairs: false)
      let records = try run.measure(threads: 2).beside(predictions: predictions)
      return try self.note([Trial(experiment: stated, records: records)])
    }
    #expect(try note(measuredAt: gain) == "")
    #expect(try note(measuredAt: gain * 1.05).contains("Note: out at layer"))
    #expect(try note(measuredAt: gain / 1.05).contains("Note: out at layer"))
  }
}
