import Arguments
import SignalPropagation

/// Which gain to use, why, and the lines to paste.
struct GainAnswer {
  /// Paragraphs, each after an empty line.
  let text: String

  init(_ stack: TheoryStack) {
    let depth = stack.experiment.shape.depth
    guard let advice = stack.gainAdvice(), let best = advice.best else {
      text = "\n" + (stack.usesGain ? GainAnswer.none : GainAnswer.unused).wrapped()
      return
    }
    guard stack.experiment.skip == nil else {
      text = "\n" + GainAnswer.residual.wrapped()
      return
    }
    guard GainAnswer.sensible.contains(best.assessment.gain) else {
      text =
        "\n"
        + ("No gain with a name serves this layer: the best of them, \(figure(best.assessment.gain)),"
        + " would take a part of the layer out of play.").wrapped()
      return
    }
    let assessment = best.assessment
    let over = depth == 1 ? "Over this layer" : "Over these \(depth) layers"
    var sentences = [
      "Use \(figure(assessment.gain)) (\(best.name)). \(over) out changes by"
        + " ×\(figure(assessment.outFactor)), and the gradient of a random readout by"
        + " ×\(figure(assessment.gradientFactor))."
    ]
    sentences += advice.cautions.map(GainAnswer.sentence)
    if assessment.signal == .settling { sentences.append("But the signal is not at rest yet.") }
    let lines = advice.code.map { "  \($0.framework.rawValue): \($0.line)\n" }
    text =
      "\n" + sentences.joined(separator: " ").wrapped()
      + (lines.isEmpty ? "" : "\n" + lines.joined())
  }

  /// A gain below takes a branch away instead of making it right, one above drowns what it is added to.
  private static let sensible = 0.05...20

  private static let unused = "No matrix of the layer uses the gain, so there is none to choose."
  private static let none = "No name stands for a gain here."

  private static let residual =
    "A residual stack adds to the signal in every layer, at any gain: a smaller gain, or a smaller factor"
    + " of the branch, lets it grow more slowly."

  private static func sentence(_ caution: GainAdvice.Caution) -> String {
    switch caution {
    case .rowsBecomeAlike(let cosine):
      "But inputs become alike: two that had nothing in common end with the cosine \(share(cosine))."
    case .inputIsLost(let layers):
      "But it is soon lost which input it was: two inputs of cosine 0.99 have less than 0.5 after"
        + " \(layers) layers."
    case .driftsAway(let layers):
      "But its fixed point is unstable: the signal drifts away from it, tenfold every"
        + " \(fixed(layers, decimals: 1)) layers."
    case .signalNotKept(let course):
      "But the signal is \(course.rawValue) over these layers, and no named gain does better."
    case .gradientNotKept(let course):
      "But the gradient is \(course.rawValue) over these layers, and no named gain does better."
    }
  }
}
