import Arguments
import SignalPropagation

/// Which gain to use and why, or why there is none.
enum GainAnswer {
  /// The best candidate of the advice.
  case use(GainAdvice.Candidate, GainAdvice)
  case none(NoGain)

  /// Why no gain can be named.
  enum NoGain {
    /// No matrix of the layer uses one.
    case unused
    /// No name stands for one.
    case unnamed
    /// Every layer adds to the signal.
    case residual
    /// Nothing is left of signal or gradient with any of them.
    case lost(depth: Int)
    /// The best of them, which would not leave the layer what it is.
    case unsuited(Double)
  }

  init(_ stack: TheoryStack) {
    guard let advice = stack.gainAdvice() else {
      self = .none(stack.usesGain ? .unnamed : .unused)
      return
    }
    guard stack.experiment.skip == nil else {
      self = .none(.residual)
      return
    }
    guard let best = advice.best else {
      self = .none(.lost(depth: stack.experiment.shape.depth))
      return
    }
    let gain = best.assessment.gain
    self = GainAnswer.sensible.contains(gain) ? .use(best, advice) : .none(.unsuited(gain))
  }

  /// A gain below takes a branch away instead of making it right, one above drowns what it is added to.
  private static let sensible = 0.05...20

  /// Paragraphs, each after an empty line: the gain, why, and the lines to paste.
  var text: String {
    switch self {
    case .none(let reason): return "\n" + reason.sentence.wrapped()
    case .use(let best, let advice):
      let assessment = best.assessment
      var sentences = [
        "Use \(assessment.gain.figure) (\(best.name)). \(assessment.span) out changes by"
          + " ×\(assessment.outFactor.figure), and the gradient of a random readout by"
          + " ×\(assessment.gradientFactor.figure)."
      ]
      sentences += advice.cautions.map(GainAnswer.sentence)
      if assessment.signal == .settling { sentences.append("But the signal is not at rest yet.") }
      let lines = advice.code.map { "  \($0.framework.rawValue): \($0.line)\n" }
      return "\n" + sentences.joined(separator: " ").wrapped()
        + (lines.isEmpty ? "" : "\n" + lines.joined())
    }
  }

  private static func sentence(_ caution: GainAdvice.Caution) -> String {
    switch caution {
    case .rowsBecomeAlike(let cosine):
      "But inputs become alike: two that had nothing in common end with the cosine \(cosine.share)."
    case .inputIsLost(let layers):
      "But it is soon lost which input it was: two inputs of cosine 0.99 have less than 0.5 after"
        + " \(layers) layers."
    case .driftsAway(let layers):
      "But its fixed point is unstable: the signal drifts away from it, tenfold every"
        + " \(layers.fixed(decimals: 1)) layers."
    case .signalNotKept(let course):
      "But the signal is \(course.rawValue) over these layers, and no named gain does better."
    case .gradientNotKept(let course):
      "But the gradient is \(course.rawValue) over these layers, and no named gain does better."
    }
  }
}

extension GainAnswer.NoGain {
  /// For one layer's answer.
  var sentence: String {
    switch self {
    case .unused: "No matrix of the layer uses the gain, so there is none to choose."
    case .unnamed: "No name stands for a gain here."
    case .residual:
      "A residual stack adds to the signal in every layer, at any gain: a smaller gain, or a smaller factor"
        + " of the branch, lets it grow more slowly."
    case .lost(let depth):
      "No gain with a name serves this layer: over \(depth) layers, the signal or the gradient vanishes or"
        + " overflows with each of them."
    case .unsuited(let gain):
      "No gain with a name serves this layer: the best of them, \(gain.figure),"
        + " would take a part of the layer out of play."
    }
  }

  /// For a column of a table.
  var summary: String {
    switch self {
    case .unused: "no matrix uses the gain"
    case .unnamed: "no name stands for a gain"
    case .residual: "grows at any gain"
    case .lost: "no gain keeps signal and gradient"
    case .unsuited(let gain): "the best, \(gain.figure), would take a part out of play"
    }
  }
}
