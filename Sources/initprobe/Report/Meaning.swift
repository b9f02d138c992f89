import SignalPropagation

/// What a prediction means in plain words.
struct Meaning {
  /// A line on the signal and, where there are gradients, one on them, since the two are different
  /// questions.
  let text: String

  /// - Parameter last: The prediction for the last reported layer.
  init(of stack: TheoryStack, last: LayerFigures) {
    let outlook = stack.outlook()
    let depth = stack.experiment.shape.depth
    let signal = Trend(
      name: "out", growth: outlook.signalGrowth, tenfold: outlook.signalTenfold, depth: depth,
      end: last.outStd)
    var lines = ["Forward: \(Meaning.forward(outlook.signal, signal))\n"]
    if stack.experiment.gradients {
      let gradient = Trend(
        name: "the gradient", growth: outlook.gradientGrowth, tenfold: outlook.gradientTenfold,
        depth: depth, end: last.gradMeanAbs)
      lines.append("Backward: \(gradient.verdict.rawValue). \(gradient.sentence)\n")
    }
    text = lines.joined()
  }

  private static func forward(_ fate: SignalFate, _ trend: Trend) -> String {
    switch fate {
    case .fixedPoint(let point):
      let place = "a fixed point at out \(figure(Magnitude(point.outStd)))"
      let pace = "every \(Trend.layers(point.layersPerTenfold))"
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
      + " \(growth < 1 ? "1/10" : "10") in \(Trend.layers(tenfold))."
  }

  /// `24.2 layers`.
  static func layers(_ count: Double) -> String {
    "\(count < 100_000 ? fixed(count, decimals: 1) : figure(Magnitude(count))) layers"
  }
}
