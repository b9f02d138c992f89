/// The gain at which a plain stack passes from order to chaos: χ₁ = 1 at a stable fixed point of the
/// signal (Poole et al. 2016, Schoenholz et al. 2017).
///
/// Below it nearly equal inputs become one and gradients vanish, above it they part and gradients
/// explode; on it both last longest.
package struct EdgeOfChaos: Equatable, Sendable {
  /// The gain.
  package var gain: Double
  /// The variance of the pre-activations at the fixed point; 0 where the signal decays to it, ever more
  /// slowly; `nil` where every variance is a fixed point.
  package var q: Double?
}

extension Experiment {
  /// The edge of chaos of the experiment's stack, whose own gain is ignored; `nil` where there is none:
  /// in a residual stack, where layers differ, and where χ₁ = 1 only on unstable fixed points.
  func edgeOfChaos() -> EdgeOfChaos? {
    guard var map = with(gain: 1).varianceMap(), map.weights.forward == map.weights.backward else {
      return nil
    }
    func gain(_ variance: Double) -> Double { (variance / map.weights.forward).squareRoot() }

    // Around zero φ is linear on each side, or it is not and χ₁ is not 1 there.
    let small = 0x1p-300
    if map.chaos(q: small).magnitude < VarianceMap.rounding {
      let variance = 1 / map.table.moments(q: small).slopeSquare
      if map.isHomogeneous { return EdgeOfChaos(gain: gain(variance), q: nil) }
      var atEdge = with(gain: gain(variance)).varianceMap(table: map.table)!
      if atEdge.growth(q: 0x1p-10) < VarianceMap.rounding {
        return EdgeOfChaos(gain: gain(variance), q: 0)
      }
    }
    for q in map.roots(of: { $0.chaos(q: $1) }) {
      let variance = q / map.table.moments(q: q).square
      var atEdge = with(gain: gain(variance)).varianceMap(table: map.table)!
      if atEdge.fixedPoint(q: q).isStable { return EdgeOfChaos(gain: gain(variance), q: q) }
    }
    return nil
  }
}
