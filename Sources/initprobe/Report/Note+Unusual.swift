import Platform
import SignalPropagation

extension Note {
  /// One line on the reported out that is farthest from the theory, measured by how much a single run of
  /// finite width scatters; nothing where that is no farther than chance explains.
  static func unusual(in trials: [Trial], of stack: TheoryStack) -> String {
    guard let spread = stack.predictOutSpread() else { return "" }
    let worst =
      trials.flatMap { trial in
        zip(trial.records, spread).compactMap { deviation(of: $0, spread: $1, in: trial) }
      }.max { $0.size < $1.size }
    // The farthest of n is farther than the one, by about √(2 ln n) for normal numbers.
    let usual = (9 + 2 * log(Double(trials.count))).squareRoot()
    guard let worst, worst.size > usual else { return "" }
    let place =
      trials.count > 1 ? "layer \(worst.layer) of seed \(worst.seed)" : "layer \(worst.layer)"
    return "Note: out at \(place) is \(fixed(worst.size, decimals: 1)) standard deviations of a"
      + " run of this width from the theory.\n"
  }

  /// Only where the spread is small: it is worked out to first order in 1/width, and beyond that out is far
  /// from lognormal where φ grows quickly.
  private static func deviation(
    of record: LayerRecord, spread: Double, in trial: Trial
  ) -> Deviation? {
    guard record.layer > 0, spread > 0, spread < 0.1, let measured = record.measured.outStd,
      let predicted = record.predicted.outStd
    else { return nil }
    let size = ((measured / predicted).log / spread).magnitude
    guard size.isFinite else { return nil }
    return Deviation(layer: record.layer, seed: trial.experiment.seed, size: size)
  }
}

private struct Deviation {
  let layer: Int
  let seed: UInt64
  /// In standard deviations.
  let size: Double
}
