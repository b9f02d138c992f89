import Arguments
import SignalPropagation

/// A run to predict, and how to report that.
struct PredictRequest: Equatable {
  /// The run.
  var draft: ExperimentDraft
  var expectations: [Expectation]
  var output: OutputOptions
  /// Whether text shows more of a layer than its main quantities.
  var statistics: Bool
  /// Whether a note says what the weights really are.
  var describesWeights: Bool

  /// The option table, in the order of help: all of a measurement that does not take one to fulfil.
  static let options =
    RunArguments.stackOptions + RunArguments.reportOptions + RunArguments.statisticsOptions
    + RunArguments.outputOptions

  /// A prediction from everything that follows the command.
  init(parsing tokens: [String]) throws(ArgumentError) {
    var run = RunArguments()
    let positionals = try Parser(PredictRequest.options).parse(tokens, into: &run)
    try run.take(
      positionals, as: RunArguments.positionals, example: "initprobe predict tanh 5/3 --depth 100")
    draft = try run.draft()
    if run.statistics, run.output.format != .text {
      throw .needsCompanion("--stats", companion: "--format text")
    }
    _ = try draft.experiment.coveredByTheory()
    try draft.experiment.checkPredictionTime()
    try run.output.check()
    expectations = try run.parsedExpectations()
    (output, statistics) = (run.output, run.statistics)
    describesWeights = run.settings["init"] != nil
  }

  /// The lines of the measurement, and what they mean.
  func run() throws(Failure) {
    let stack = try checked()
    try output.destination.check()
    let trial = Trial(
      experiment: stack.experiment, records: stack.predict(followingPairs: statistics))
    let meaning =
      output.format == .text
      ? "\n" + Meaning(of: stack, last: trial.records[trial.records.count - 1].predicted).text : ""
    let report = RunReport(trials: [trial], statistics: statistics)
    try output.destination.write(report.text(output) + meaning)
    if !output.quiet {
      writeToStandardError(
        (describesWeights ? Note.weights(of: stack.experiment) : "") + Note.notFinite(in: [trial]))
    }
    try expectations.check([trial])
  }

  private func checked() throws(Failure) -> TheoryStack {
    do throws(ArgumentError) {
      try RunMemory(draft.experiment, trials: 1, threads: nil).check()
      return try draft.withNumber().coveredByTheory()
    } catch {
      throw .usage(error, .predict)
    }
  }
}

extension Experiment {
  /// Throws where the layers are so many that a prediction, which goes through all of them, would take
  /// minutes.
  func checkPredictionTime() throws(ArgumentError) {
    let most = 1_000_000_000
    guard shape.depth <= most else {
      throw .value(Operand(name: "--depth", text: "\(shape.depth)"), .above(most))
    }
  }
}
