import Platform

/// What one gain does to signal and gradient at the experiment's depth, predicted.
package struct GainAssessment: Equatable, Sendable {
  /// The gain.
  package var gain: Double
  /// The standard deviation of the last layer's output.
  package var out: Magnitude
  /// Mean |gradient| at the input for a gradient of ones at the last layer.
  package var gradient: Magnitude
  /// The geometric mean of the factor per layer on `out`, from the first to the last layer.
  package var signalGrowth: Double
  /// The same on the mean |gradient|.
  package var gradientGrowth: Double
  /// What becomes of the signal over the depth.
  package var signalVerdict: Verdict
  /// What becomes of the gradient over the depth.
  package var gradientVerdict: Verdict
  /// All fixed points of the signal's variance at this gain, ascending.
  package var fixedPoints: [FixedPoint]
  /// Where the signal ends in a stack without end.
  package var fate: SignalFate

  /// What becomes of a figure from the first layer to the last.
  package enum Verdict: String, Sendable {
    /// It ends below a tenth.
    case vanishing
    /// It stays within a factor of 10.
    case stable
    /// It ends above ten times.
    case exploding

    init(factor: Magnitude) {
      if factor < Magnitude(0.1) {
        self = .vanishing
      } else {
        self = factor > Magnitude(10) || !factor.significand.isFinite ? .exploding : .stable
      }
    }
  }
}

/// Where the variance of the pre-activations goes in a stack without end.
package enum SignalFate: Equatable, Sendable {
  /// To a fixed point, or it starts on one; an unstable one is left at the first disturbance.
  case fixedPoint(FixedPoint)
  /// It stays where it is, as every variance is a fixed point (relu at √2).
  case kept
  /// To zero.
  case vanishes
  /// Beyond all bounds.
  case explodes
  /// The layers are not alike, so there is no map to follow.
  case undefined
}

extension Experiment {
  /// What the experiment's gain does at its depth, and where the signal would go beyond it.
  func assessGain() -> GainAssessment {
    var field = MeanField(self, followsPairs: false)
    field.advance()
    let first = (out: field.signal.deviation, gradient: field.meanGradient)
    while field.layer < shape.depth { field.advance() }
    let last = (out: field.signal.deviation, gradient: field.meanGradient)
    let (out, gradient) = (last.out / first.out, last.gradient / first.gradient)
    let steps = Double(max(shape.depth - 1, 1))
    return GainAssessment(
      gain: gain, out: last.out, gradient: last.gradient,
      signalGrowth: realExp(out.log / steps), gradientGrowth: realExp(gradient.log / steps),
      signalVerdict: last.out.significand == 0 ? .vanishing : .init(factor: out),
      gradientVerdict: last.gradient.significand == 0 ? .vanishing : .init(factor: gradient),
      fixedPoints: fixedPoints(), fate: signalFate())
  }

  /// See `LayerStack.signalFate`.
  package func signalFate() -> SignalFate { stack.signalFate() }
}

extension LayerStack {
  /// Where the variance goes from the first layer on.
  ///
  /// The variance map of a plain stack is monotone but for cos, so the signal moves towards the next
  /// fixed point in the direction of its first step and never past it.
  func signalFate() -> SignalFate {
    // h ← h + S φ(z) never loses variance.
    if let block = BranchLayer(graph(ofLayer: 1))?.block, block.carry != 0 {
      return block.branch == 0 ? .kept : .explodes
    }
    guard var map = varianceMap() else { return isUniform ? walkedFate() : .undefined }
    let q = map.weights.forward * inputStd * inputStd + map.bias
    let growth = map.growth(q: q)
    let points = map.fixedPoints()
    if growth.magnitude < VarianceMap.rounding {
      let isLinear = map.chaos(q: q).magnitude < VarianceMap.rounding
      if isLinear { return .kept }
      return .fixedPoint(points.first { ($0.q / q - 1).magnitude < 1e-6 } ?? map.fixedPoint(q: q))
    }
    let next = growth > 0 ? points.first { $0.q > q } : points.last { $0.q < q }
    return next.map(SignalFate.fixedPoint) ?? (growth > 0 ? .explodes : .vanishes)
  }

  /// The same for layers of any kind that are all alike, by going on until it shows: a fixed point is
  /// approached by the same factor in every layer, and a growth without end slows down as 1/l at most.
  private func walkedFate() -> SignalFate {
    var field = MeanField(self, followsPairs: false, followsOnes: false)
    field.advance()
    var (last, step, slope) = (field.signal.deviation.log, 0.0, 0.0)
    var steps = 0
    while field.layer < 400, field.limit == nil {
      field.advance()
      let next = field.signal.deviation.log
      guard next.isFinite else { return next > 0 ? .explodes : .vanishes }
      if (next - last).magnitude < VarianceMap.rounding { break }
      // Of steps that rounding has spoilt nothing can be learnt.
      if step.magnitude > 1e-9 { slope = (next - last) / step }
      (step, last) = (next - last, next)
      steps += 1
    }
    guard field.limit == nil else { return .undefined }
    if field.layer == 400, slope > 0.985 { return step > 0 ? .explodes : .vanishes }
    let chi = realExp(field.logNormGain)
    if steps == 0, !graph(ofLayer: 1).normalizes { return .kept }
    return .fixedPoint(
      FixedPoint(
        q: field.signal.square, outStd: field.signal.deviation.doubleValue, slope: slope, chi1: chi)
    )
  }
}

extension LayerGraph {
  fileprivate var normalizes: Bool {
    nodes.contains { if case .normalization = $0 { true } else { false } }
  }
}
