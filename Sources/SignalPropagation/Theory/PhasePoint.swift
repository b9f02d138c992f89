import Platform

/// Where a plain stack lies in the phase diagram over gain and bias (Poole et al. 2016, Schoenholz et al.
/// 2017): what becomes of size and direction of signals in a stack without end.
package struct PhasePoint: Equatable, Sendable {
  /// The fixed point of the signal's variance.
  package var fixedPoint: FixedPoint
  /// c*: the cosine between the pre-activations of two inputs in the end. 1 where inputs become one (order);
  /// below it they part, however near they were (chaos).
  package var cosine: Double
  /// χ_c = σ² E[φ′(z_a) φ′(z_b)] at c*: the factor per layer on a small deviation from it.
  package var cosineSlope: Double

  /// ξ_q: layers over which a deviation from the fixed point of the variance falls to 1/e.
  package var varianceDepth: Double { -1 / realLog(fixedPoint.slope.magnitude) }
  /// ξ_c: layers over which a deviation of the cosine falls to 1/e. Gradients and what is left of the input
  /// reach some six of them (Schoenholz et al., figure 5).
  package var cosineDepth: Double { -1 / realLog(cosineSlope.magnitude) }
  /// Whether a deviation of the cosine lasts longer than 100 000 layers.
  package var isOnEdge: Bool { (fixedPoint.chi1 - 1).magnitude < 1e-5 }
  /// Whether nearly equal inputs part.
  package var isChaotic: Bool { fixedPoint.chi1 > 1 + VarianceMap.rounding }
}

extension VarianceMap {
  /// What there is to say about the directions at a fixed point.
  mutating func phasePoint(_ point: FixedPoint) -> PhasePoint {
    let forwardChi = forward * table.moments(q: point.q).slopeSquare
    guard forwardChi > 1 + VarianceMap.rounding else {
      return PhasePoint(fixedPoint: point, cosine: 1, cosineSlope: forwardChi)
    }
    let dissimilarity = partedDissimilarity(q: point.q)
    return PhasePoint(
      fixedPoint: point, cosine: 1 - dissimilarity,
      cosineSlope: forward
        * table.function.slopeProduct(q: point.q, dissimilarity: dissimilarity))
  }

  /// 1 − c*: the dissimilarity that a layer leaves as it is, 1 where orthogonal inputs stay so.
  private mutating func partedDissimilarity(q: Double) -> Double {
    func growth(_ dissimilarity: Double) -> Double {
      let next = forward * table.spread(q: q, dissimilarity: dissimilarity) / q
      return realLog(next / dissimilarity)
    }
    // The map of cosines is convex on 0…1 and starts at 0 or above.
    guard growth(1) < -VarianceMap.rounding else { return 1 }
    return findRoot(between: 1e-9, and: 1, growth)
  }
}

extension PointwiseFunction {
  /// E[φ′(z_a) φ′(z_b)] for z_a, z_b ~ N(0, `q`) with correlation 1 − `dissimilarity`.
  func slopeProduct(q: Double, dissimilarity: Double) -> Double {
    let square = moments(q: q).slopeSquare
    let apart = PairIntegral(kinks: kinks, structures: structures, isUnbounded: false)
      .halfMeanProduct(common: q * (2 - dissimilarity) / 2, difference: q * dissimilarity / 2) {
        u, v in
        let step = evaluate(u + v).derivative - evaluate(u - v).derivative
        return step * step
      }
    return square - apart
  }
}

extension LayerStack {
  /// Where the stack lies in the phase diagram: at the fixed point that its input goes to; `nil` where it goes
  /// to none, and for layers that are not φ(W h + b) or not alike.
  package func phasePoint() -> PhasePoint? {
    guard var map = varianceMap(), case .fixedPoint(let point) = signalFate() else { return nil }
    return map.phasePoint(point)
  }
}
