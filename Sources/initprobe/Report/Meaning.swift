import SignalPropagation

/// What a prediction means in plain words: what becomes of signal and gradient over these layers, and what
/// would become of them in a stack without end, since these are two questions.
struct Meaning {
  /// Whole lines.
  let text: String

  init(of stack: TheoryStack) {
    let assessment = stack.assessment()
    let hasGradients = stack.experiment.gradients
    var lines = [
      "\(assessment.span): the signal is"
        + " \(assessment.signal.rawValue)\(Meaning.factor(assessment.outFactor))"
        + (hasGradients
          ? ", the gradient of a random readout \(assessment.gradientCourse.rawValue)"
            + "\(Meaning.factor(assessment.gradientFactor))." : ".")
    ]
    lines.append("Without end: \(Meaning.end(assessment, hasGradients: hasGradients))")
    if let phase = assessment.end.phase {
      lines.append(Meaning.phase(phase))
      if phase.isChaotic, let layers = stack.layersUntilInputIsLost() {
        lines.append(
          "Which input it was is lost: two of cosine 0.99 have less than 0.5 after \(layers) layers."
        )
      }
    }
    if let line = Meaning.spectrum(of: stack.experiment) { lines.append(line) }
    text = lines.map { "\($0)\n" }.joined()
  }

  /// The moments of the squared singular values of the last reported layer, for a glance.
  private static func spectrum(of experiment: Experiment) -> String? {
    guard experiment.spectrum, let layer = experiment.reportedLayers.last else { return nil }
    var last = experiment
    last.reports = .layers([layer])
    guard let spectra = try? last.predictSpectra(), let spectrum = spectra[0] else { return nil }
    return
      "Squared singular values after layer \(layer): mean \(spectrum.meanSquare.figure), variance by"
      + " mean² \(Magnitude(spectrum.relativeVariance).figure); 0 is an isometry."
  }

  /// ` (×0.8577)`, or nothing.
  private static func factor(_ factor: Magnitude) -> String {
    factor.factor.map { " (\($0))" } ?? ""
  }

  private static func end(_ assessment: StackAssessment, hasGradients: Bool) -> String {
    let signal: String
    switch assessment.end.signal {
    case .fixedPoint(let point):
      let place = "a fixed point at out \(Magnitude(point.outStd).figure)"
      let pace = "every \(layers(point.layersPerTenfold))"
      signal =
        point.isStable
        ? "the signal goes to \(place), ten times closer \(pace)"
        : "the signal rests on \(place), from which any deviation grows tenfold \(pace)"
    case .kept: signal = "every layer keeps the variance of the signal"
    case .vanishes: signal = "the signal shrinks towards 0"
    case .explodes: signal = "the signal grows beyond all bounds"
    case .undefined: signal = "the layers differ, so there is no fixed point"
    }
    guard hasGradients, let factor = assessment.end.gradientPerLayer else { return signal + "." }
    return "\(signal); \(gradient(factor))."
  }

  private static func gradient(_ factor: Double) -> String {
    let rate = Magnitude(factor).log
    guard rate.magnitude > 1e-9, rate.isFinite else {
      return rate.isFinite ? "every layer keeps the gradient as it is" : "the gradient is 0 there"
    }
    return "a layer multiplies the gradient by \(Magnitude(factor).figure), tenfold"
      + " \(rate < 0 ? "less " : "")in \(layers(2.302585092994045684 / rate.magnitude))"
  }

  private static func phase(_ phase: PhasePoint) -> String {
    guard !phase.isOnEdge else {
      return "Edge of chaos: no factor per layer brings inputs together or apart;"
        + " χ₁ = \(phase.fixedPoint.chi1.figure), ξ_q = \(depth(phase.varianceDepth)), ξ_c = endless."
    }
    let name = phase.isChaotic ? "Chaos" : "Order"
    let what =
      phase.isChaotic
      ? "near inputs part, to the cosine c* = \(phase.cosine.share)"
      : "inputs become one, c* = 1.0000"
    return
      "\(name): \(what); χ₁ = \(phase.fixedPoint.chi1.figure), ξ_q = \(depth(phase.varianceDepth)),"
      + " ξ_c = \(depth(phase.cosineDepth))."
  }

  private static func depth(_ layers: Double) -> String {
    layers.isFinite ? Meaning.layers(layers) : "endless"
  }

  /// `24.2 layers`.
  private static func layers(_ count: Double) -> String {
    "\(count < 100_000 ? count.fixed(decimals: 1) : Magnitude(count).figure) layers"
  }
}

extension StackAssessment {
  /// `Over these 100 layers`.
  var span: String { depth == 1 ? "Over this layer" : "Over these \(depth) layers" }
}
