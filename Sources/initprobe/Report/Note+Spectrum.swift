import SignalPropagation

extension Note {
  /// Why the singular values of these runs have no predictions beside them: a line for each reason.
  static func unpredictedSpectrum(of runs: [Experiment]) -> String {
    var known: [StackOfRuns: SpectrumLimit?] = [:]
    let limits = runs.filter(\.spectrum).compactMap { run in
      let layer = StackOfRuns(run)
      let limit = known[layer] ?? run.spectrumLimit
      known[layer] = limit
      return limit
    }
    return SpectrumLimit.allCases.map { limit in
      let count = limits.count { $0 == limit }
      let which = count == runs.count ? "" : " of \(count) of \(runs.count) points"
      return count == 0
        ? "" : "Note: the singular values\(which) have no predictions, as \(limit.summary).\n"
    }.joined()
  }
}

/// What decides why a run's singular values have no predictions.
private struct StackOfRuns: Hashable {
  let layer: Layer
  let skip: Double?
  let initializer: Initializer
  let depth: Int

  init(_ run: Experiment) {
    (layer, skip, initializer) = (run.layer, run.skip, run.initializer)
    depth = run.shape.depth
  }
}
