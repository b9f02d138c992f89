import SignalPropagation

/// What is said about a run beside its results: whole lines, or nothing.
enum Note {
  /// All that is said of the stack and of what is shown of its trials.
  ///
  /// - Parameters:
  ///   - draft: What was asked for.
  ///   - describesWeights: Whether it is said what the weights really are.
  ///   - theory: Whether predictions stand beside what was measured.
  static func all(
    of experiment: Experiment, asked draft: ExperimentDraft, in shown: [Trial],
    describesWeights: Bool, theory: Bool = false
  ) -> String {
    layer(of: experiment, asked: draft.loss)
      + (describesWeights ? weights(of: experiment) : "")
      + (theory ? unpredictedSpectrum(of: [experiment]) : "") + zero(in: shown)
      + notFinite(in: shown)
  }
}
