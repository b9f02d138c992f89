import SignalPropagation

extension Measurement {
  /// Everything that can be refused is refused before the work; the results are out before any verdict.
  func run() throws(Failure) {
    let threads = threads ?? availableCores()
    let run = try checked(threads: threads, as: .measure)
    try destination.check()
    try run.finish(run.measure(threads: threads))
  }

  /// The same without a simulation.
  func runPrediction() throws(Failure) {
    let run = try checked(threads: nil, as: .predict)
    try destination.check()
    let trial = Trial(experiment: run.experiment, records: run.predict())
    let last = trial.records[trial.records.count - 1]
    let meaning =
      format == .text ? "\n" + initprobe.meaning(of: run.experiment, last: last) : ""
    try run.finish([trial], meaning: meaning)
  }

  /// The same with its gain known, once it is sure to fit this machine; `threads` is `nil` for a
  /// prediction.
  private func checked(threads: Int?, as command: CommandName) throws(Failure) -> Measurement {
    do throws(ArgumentError) {
      try checkMemory(threads: threads)
      var checked = self
      try checked.resolveGain()
      return checked
    } catch {
      throw .usage(error, command)
    }
  }

  private func measure(threads: Int) -> [Trial] {
    let progress = Progress(quiet: quiet)
    defer { progress.finish() }
    let predictions = theory ? predict() : []
    return experiments.enumerated().map { index, experiment in
      var records = try! experiment.measure(threads: threads) { [trials] fraction in
        progress.update((Double(index) + fraction) / Double(trials))
      }
      records.takePredictions(of: predictions)
      return Trial(experiment: experiment, records: records)
    }
  }

  private func predict() -> [LayerRecord] { experiment.predict(followingPairs: statistics) }

  private func finish(_ trials: [Trial], meaning: String = "") throws(Failure) {
    try destination.write(report(trials) + meaning)
    if !quiet {
      writeToStandardError(
        (describesWeights ? weightNote(experiment) : "") + notes(trials)
          + (theory ? unusualNote(trials) : ""))
    }
    let breaks = expectations.compactMap { $0.firstBreak(in: trials) }
    if !breaks.isEmpty { throw .brokenExpectations(breaks, trials: trials.count) }
  }

  private func report(_ trials: [Trial]) -> String {
    switch format {
    case .text: textReport(trials, statistics: statistics)
    case .csv: (header ? csvHeader : "") + csvRows(trials)
    case .jsonl: jsonLines(trials)
    }
  }
}

extension [LayerRecord] {
  /// Sets predictions for the same layers, or none at all, beside what was measured.
  mutating func takePredictions(of others: [LayerRecord]) {
    for (index, other) in others.enumerated() {
      self[index].predictedOutStd = other.predictedOutStd
      self[index].predictedGradMeanAbs = other.predictedGradMeanAbs
      self[index].predictedSimilarity = other.predictedSimilarity
    }
  }
}
