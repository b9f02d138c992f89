import Platform

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
    guard var map = varianceMap(), map.isInRange else {
      return isUniform ? walkedFate() : .undefined
    }
    let q = firstVariance(map)
    let growth = map.growth(q: q)
    let points = map.fixedPoints()
    if growth.magnitude < VarianceMap.rounding {
      let isLinear = map.chaos(q: q).magnitude < VarianceMap.rounding
      if isLinear { return .kept }
      return .fixedPoint(points.first { ($0.q / q - 1).magnitude < 1e-6 } ?? map.fixedPoint(q: q))
    }
    let next =
      (growth > 0 ? points.first { $0.q > q } : points.last { $0.q < q })
      ?? map.farFixedPoint(growing: growth > 0)
    return next.map(SignalFate.fixedPoint) ?? (growth > 0 ? .explodes : .vanishes)
  }

  /// The variance of the first pre-activation, or one in the range of `Double` that goes where it goes.
  private func firstVariance(_ map: VarianceMap) -> Double {
    let square = map.forward * inputStd * inputStd
    let isLost = map.forward > 0 && inputStd > 0 && !(square.isNormal && square.isFinite)
    return (isLost ? (inputStd < 1 ? 0x1p-900 : 0x1p900) : square) + map.bias
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
    if steps == 0, !graph(ofLayer: 1).normalizes {
      slope = slopeOfFirstStep()
      if (slope - 1).magnitude < 1e-6 { return .kept }
    }
    return .fixedPoint(
      FixedPoint(
        q: field.signal.square.doubleValue, outStd: field.signal.deviation.doubleValue,
        slope: slope, chi1: chi)
    )
  }
}

extension LayerStack {
  /// The factor that the second layer puts on a small relative deviation of the first one's output.
  private func slopeOfFirstStep() -> Double {
    let deviations = [1, 1 + 1e-5].map { factor in
      var stack = self
      stack.inputStd *= factor
      var field = MeanField(stack, followsPairs: false, followsOnes: false)
      return (1...2).map { _ in
        field.advance()
        return field.signal.deviation.log
      }
    }
    let first = deviations[1][0] - deviations[0][0]
    return first == 0 ? 0 : (deviations[1][1] - deviations[0][1]) / first
  }
}

extension LayerGraph {
  fileprivate var normalizes: Bool {
    nodes.contains { if case .normalization = $0 { true } else { false } }
  }
}
