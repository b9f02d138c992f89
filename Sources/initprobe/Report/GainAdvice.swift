import Arguments
import SignalPropagation

/// What a table of gains does not show: that no gain holds.
struct GainAdvice {
  private let stack: TheoryStack

  init(_ stack: TheoryStack) { self.stack = stack }

  /// A paragraph after an empty line, or nothing.
  var text: String {
    let advice = stack.experiment.skip == nil ? drift : GainAdvice.residual
    return advice.map { "\n" + $0.wrapped() } ?? ""
  }

  private static let residual =
    "A residual stack adds to the signal in every layer, at any gain: a smaller gain, or a smaller"
    + " '--skip', lets it grow more slowly."

  private var drift: String? {
    guard let unit = try? GainName.unit.value(for: stack.experiment) else { return nil }
    let one = stack.with(gain: unit).fixedPoints().first { ($0.q - 1).magnitude < 1e-6 }
    guard let one, !one.isStable else { return nil }
    let drift =
      "The unit gain does not hold: its fixed point is unstable. A deviation grows tenfold every"
      + " \(fixed(one.layersPerTenfold, decimals: 1)) layers, and the signal drifts away"
    return stack.with(gain: unit).hasStableGain()
      ? "\(drift)."
      : "\(drift), to 0 or to infinity. No other gain has a stable fixed point either, so none holds over"
        + " a deep stack."
  }
}
