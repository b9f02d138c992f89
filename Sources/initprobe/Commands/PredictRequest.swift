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

  /// Whether a chart stands below the text.
  var chart: Bool

  /// The option table, in the order of help: all of a measurement that does not take one to fulfil.
  static let groups = [
    RunArguments.stack,
    OptionGroup("WHAT IS REPORTED", RunArguments.layerOptions + RunArguments.textOptions),
    RunArguments.checks, RunArguments.outputGroup,
  ]

  /// A prediction from everything that follows the command.
  init(parsing tokens: [String]) throws(ArgumentError) {
    var run = RunArguments()
    let positionals = try Parser(PredictRequest.groups).parse(tokens, into: &run)
    try run.take(
      positionals, as: RunArguments.positionals, example: "initprobe predict tanh 5/3 --depth 100")
    draft = try run.draft()
    if run.statistics, !run.output.format.isText {
      throw .needsCompanion("--stats", companion: "--format text")
    }
    _ = try draft.experiment.coveredByTheory()
    try draft.experiment.checkPredictionTime()
    if run.spectrum { try draft.experiment.checkSpectrum() }
    try run.output.check()
    try run.checkChart()
    expectations = try run.parsedExpectations()
    (output, statistics) = (run.output, run.statistics)
    describesWeights = run.values["init"] != nil
    chart = run.chart
  }

  /// The lines of the measurement, and what they mean.
  func run() throws(Failure) {
    let stack = try checked()
    try output.destination.check()
    let trial = Trial(
      experiment: stack.experiment,
      records: stack.predict(followingPairs: statistics || !output.format.isText))
    let shown = trial.showing(draft.experiment.reportCount)
    let report = RunReport(trials: [shown], statistics: statistics, chart: chart)
    try output.destination.write(
      report.pieces(output, end: output.format.isText ? "\n" + Meaning(of: stack).text : ""))
    if !output.quiet {
      writeToStandardError(
        Note.all(
          of: stack.experiment, asked: draft, in: [shown], describesWeights: describesWeights)
          + Note.theory(of: stack))
    }
    try expectations.check([trial])
  }

  private func checked() throws(Failure) -> TheoryStack {
    do throws(ArgumentError) {
      let memory = RunMemory(
        experiment: draft.experiment, trials: 1, format: output.format, theory: true)
      try memory.check(threads: nil)
      return try draft.experiment(for: expectations).coveredByTheory()
    } catch {
      throw .usage(error, .predict)
    }
  }
}

extension Experiment {
  /// Throws where no spectrum can be predicted.
  func checkSpectrum() throws(ArgumentError) {
    guard let limit = spectrumLimit else { return }
    throw .refused(
      "the option '--spectrum' has no prediction here, as \(limit.summary); leave it out, or measure"
        + " without 'predict'.")
  }

  /// Throws where the layers are so many that a prediction, which goes through all of them, would take
  /// long.
  func checkPredictionTime() throws(ArgumentError) {
    let most = Experiment.deepestPrediction
    guard shape.depth <= most else {
      throw .value(Operand(name: "--depth", text: "\(shape.depth)"), .above(most))
    }
  }
}
