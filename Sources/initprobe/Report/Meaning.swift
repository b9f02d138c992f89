import SignalPropagation

/// What a prediction means in plain words: a line on the signal and, where there are gradients, one on
/// them, since the two are different questions.
///
/// - Parameter last: The prediction for the last reported layer.
func meaning(of experiment: Experiment, last: LayerRecord) -> String {
  let outlook = experiment.outlook()
  let depth = experiment.shape.depth
  let signal = Trend(
    name: "out", growth: outlook.signalGrowth, tenfold: outlook.signalTenfold, depth: depth,
    end: last.predictedOutStd)
  var lines = ["Forward: \(forward(outlook.signal, signal))\n"]
  if experiment.gradients {
    let gradient = Trend(
      name: "the gradient", growth: outlook.gradientGrowth, tenfold: outlook.gradientTenfold,
      depth: depth, end: last.predictedGradMeanAbs)
    lines.append("Backward: \(gradient.verdict.rawValue). \(gradient.sentence)\n")
  }
  return lines.joined()
}

private func forward(_ fate: SignalFate, _ trend: Trend) -> String {
  switch fate {
  case .fixedPoint(let point):
    let place = "a fixed point at out \(figure(Magnitude(point.outStd)))"
    let pace = "every \(layers(point.layersPerTenfold))"
    return point.isStable
      ? "stable. The signal goes to \(place), ten times closer \(pace)."
      : "unstable. The signal rests on \(place), from which any deviation grows tenfold \(pace)."
  case .kept: return "stable. Every layer keeps the variance of the signal."
  case .vanishes: return "vanishing. The signal shrinks towards 0. \(trend.sentence)"
  case .explodes: return "exploding. The signal grows without end. \(trend.sentence)"
  case .undefined:
    return "\(trend.verdict.rawValue). The layers differ, so there is no fixed point."
      + " \(trend.sentence)"
  }
}

/// How a figure changes from layer to layer over the last half of a stack.
private struct Trend {
  let name: String
  let growth: Double
  /// Layers for a factor of 10; `nil` where there is no change.
  let tenfold: Double?
  let depth: Int
  /// The figure at the last reported layer.
  let end: Magnitude?

  /// Zero and infinity have no rate any more.
  private var isOver: Bool { !(growth.isFinite && growth > 0) }

  /// A factor of 10 over the depth is what parts stable from the rest.
  var verdict: GainAssessment.Verdict {
    if isOver { return end?.significand == 0 ? .vanishing : .exploding }
    guard let tenfold, tenfold < Double(depth) else { return .stable }
    return growth < 1 ? .vanishing : .exploding
  }

  var sentence: String {
    let subject = name.prefix(1).uppercased() + name.dropFirst()
    if isOver { return end?.significand == 0 ? "\(subject) is 0." : "\(subject) overflows." }
    guard let tenfold else { return "Every layer keeps \(name) as it is." }
    return "At this depth a layer multiplies \(name) by \(figure(Magnitude(growth))), which makes"
      + " \(growth < 1 ? "1/10" : "10") in \(layers(tenfold))."
  }
}

/// `24.2 layers`.
private func layers(_ count: Double) -> String {
  "\(count < 100_000 ? fixed(count, decimals: 1) : figure(Magnitude(count))) layers"
}
