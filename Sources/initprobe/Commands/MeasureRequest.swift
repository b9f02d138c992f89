import Arguments
import SignalPropagation
import Platform

/// A run to measure, and how to report it.
struct MeasureRequest: Equatable {
  /// The first trial; the others differ in their seed alone.
  var draft: ExperimentDraft
  /// How many seeds are run, from the draft's own upwards.
  var trials: Int
  /// Worker threads; `nil` for one on each core that this process may use.
  var threads: Int?
  var expectations: [Expectation]
  var output: OutputOptions
  /// Whether the prediction stands beside what is measured.
  var theory: Bool
  /// Whether text shows more of a layer than its main quantities.
  var statistics: Bool
  /// Whether a note says what the weights really are.
  var describesWeights: Bool

  /// Whether a chart stands below the text.
  var chart: Bool

  /// The option table, in the order of help.
  static let groups = [
    RunArguments.stack,
    OptionGroup(
      "WHAT IS REPORTED",
      RunArguments.layerOptions + RunArguments.textOptions + RunArguments.lookOptions),
    RunArguments.checks, RunArguments.run, RunArguments.outputGroup,
  ]

  /// A measurement from everything that follows the name of the program.
  init(parsing tokens: [String]) throws(ArgumentError) {
    var run = RunArguments()
    let positionals = try Parser(MeasureRequest.groups).parse(tokens, into: &run)
    try run.take(
      positionals, as: RunArguments.positionals, example: "initprobe tanh 5/3 --depth 100")
    draft = try run.draft()
    if run.theory { _ = try draft.experiment.coveredByTheory() }
    try run.output.check()
    try run.checkChart()
    if run.histogram, run.output.format == .csv {
      throw .conflict("--histogram", "--format csv")
    }
    expectations = try run.parsedExpectations()
    (trials, threads, output) = (run.trials, run.threads, run.output)
    (theory, statistics) = (run.theory, run.statistics)
    describesWeights = run.values["init"] != nil
    chart = run.chart
  }

  /// Everything that can be refused is refused before the work; the results are out before any verdict.
  func run() throws(Failure) {
    let threads = threads ?? availableCores()
    let (experiment, stack) = try checked(threads: workers(threads))
    try output.destination.check()
    let trials = try measure(experiment, stack, threads: workers(threads))
    let shown = trials.map { $0.showing(draft.experiment.reportCount) }
    let report = RunReport(trials: shown, statistics: statistics, chart: chart)
    try output.destination.write(report.pieces(output))
    if !output.quiet {
      writeToStandardError(
        Note.all(
          of: experiment, asked: draft, in: shown, describesWeights: describesWeights,
          theory: theory)
          + (stack.map { Note.theory(of: $0) + Note.unusual(in: shown, of: $0) } ?? ""))
    }
    try expectations.check(trials)
  }

  private var memory: RunMemory {
    RunMemory(experiment: draft.experiment, trials: trials, format: output.format, theory: theory)
  }

  /// The experiment with its gain as a number, and its theory where that is asked for.
  ///
  /// The number behind a name takes time that grows with the depth: so it is looked for when the size of
  /// the run is known to be sane.
  private func checked(threads: Int) throws(Failure) -> (Experiment, TheoryStack?) {
    do throws(ArgumentError) {
      try memory.check(threads: threads)
      let experiment = try draft.experiment(for: expectations)
      return (experiment, theory ? try experiment.coveredByTheory() : nil)
    } catch {
      throw .usage(error, .measure)
    }
  }

  private func measure(
    _ experiment: Experiment, _ stack: TheoryStack?, threads: Int
  ) throws(Failure) -> [Trial] {
    let progress = ProgressLine(quiet: output.quiet)
    defer { progress.finish() }
    let predictions = stack?.predict(followingPairs: statistics || !output.format.isText)
    let runs = (0..<trials).map { trial in
      var run = experiment
      run.seed &+= UInt64(trial)
      return run
    }
    let state = Mutex(
      (records: runs.map { _ in [LayerRecord]() }, done: 0, error: LayerError?.none))
    // Trials are the points of a sweep over the seed, and share the threads like these.
    let available = availableMemory(threads: threads).map(memory.left)
    SweepSchedule(runs[...], threads: threads, memory: available)
      .run(runs) { [trials] trial, fraction in
        progress.update((Double(trial) + fraction) / Double(trials))
      } finish: { trial, result in
        state.withLock { state in
          switch result {
          case .success(let records):
            state.records[trial] =
              predictions.map { records.beside(predictions: $0) } ?? records
            state.done += 1
            progress.update(Double(state.done) / Double(trials))
          case .failure(let error): state.error = error
          }
          return state.error == nil
        }
      }
    return try state.withLock { (state) throws(Failure) in
      if let error = state.error { throw .usage(.refused(error.message), .measure) }
      return zip(runs, state.records).map { Trial(experiment: $0, records: $1) }
    }
  }
}

extension ExperimentDraft {
  /// The experiment with its last layer reported where there are expectations, which it has to meet, or
  /// what is wrong with the name of its gain.
  func experiment(for expectations: [Expectation]) throws(ArgumentError) -> Experiment {
    var experiment = try withNumber()
    if !expectations.isEmpty { experiment.reportLast() }
    return experiment
  }

  /// The experiment, or what is wrong with the name of its gain.
  func withNumber() throws(ArgumentError) -> Experiment {
    do throws(GainError) {
      return try resolved()
    } catch {
      throw .noGain(error, argument: "gain")
    }
  }
}

extension Experiment {
  /// The stack as one that predictions can be made for, or what is wrong with it.
  func coveredByTheory() throws(ArgumentError) -> TheoryStack {
    do throws(TheoryLimit) {
      return try theory()
    } catch {
      throw .notCovered(self, error)
    }
  }
}
