import Foundation
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
    let spread = try #require(experiment.theory().predictOutSpread())
    let records = try zip(run.theory().predict(), zip(deviations, spread)).map {
      record, deviation in
      var record = record
      record.measured.outStd =
        record.predicted.outStd! * Magnitude(exp(deviation.0 * deviation.1))
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

  @Test func `allows more to many trials, and names the seed`() throws {
    // √(9 + 2 ln 20) is 3.87.
    let usual = try (0..<20).map { try trial([0, 0, 3.8, 0], seed: $0) }
    #expect(try note(usual) == "")
    let unusual = try usual + [trial([0, 0, 0, 3.97], seed: 77)]
    #expect(
      try note(unusual)
        == "Note: out at layer 21 of seed 77 is 4.0 standard deviations of a run of this width from"
        + " the theory.\n")
  }

  @Test(arguments: [Initializer.orthogonal, .sparse(sparsity: 0.9)])
  func `is silent where the scatter is not known`(scheme: Initializer) throws {
    var run = experiment
    run.initializer = scheme
    #expect(try run.theory().predictOutSpread() == nil)
    #expect(try note([trial([0, 50, 50, 50], of: run)]) == "")
  }

  /// Wide layers whose weights differ in nothing but their seed are not unusual.
  @Test(arguments: ["tanh 5/3", "relu sqrt2", "gelu 1.5", "sigmoid 1", "selu 1 --skip 1/2"])
  func `is not printed for ordinary runs`(run: String) throws {
    let size = ["--width", "100", "--batch", "100", "--depth", "30", "--no-grad", "--theory"]
    for seed in ["1", "2"] {
      let arguments = run.split(separator: " ").map(String.init) + size + ["--seed", seed]
      #expect(try Binary.run(arguments).errors == "")
    }
  }
}
