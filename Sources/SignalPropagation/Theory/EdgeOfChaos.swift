import Platform

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
  /// V′ at the fixed point; above 1 it repels, and signals leave the edge. `nil` where it is not at a variance
  /// of its own.
  package var slope: Double?
}

extension LayerStack {
  /// The edge of chaos of a plain stack, whose own gain is ignored; `nil` where there is none: in a residual
  /// stack, where layers differ, and where χ₁ = 1 only on unstable fixed points.
  package func edgeOfChaos() -> EdgeOfChaos? {
    guard var map = squareMap() else { return nil }
    if map.bias == 0, let edge = map.edgeAtZero() { return edge }
    return map.edgesAtVariances().first { ($0.slope ?? 0).magnitude < 1 }
  }

  /// All points of the edge of chaos with the stack's bias, ascending in q, those that repel included.
  package func edgesOfChaos() -> [EdgeOfChaos] {
    var map = squareMap()
    return map?.edgesAtVariances() ?? []
  }

  /// The variance map at gain 1 of layers that do to variances the same on the way up and down.
  private func squareMap() -> VarianceMap? {
    with(gain: 1).varianceMap().flatMap { $0.forward == $0.backward ? $0 : nil }
  }
}

extension VarianceMap {
  /// The gain at which fan_in·Var[w] is `variance`, where the map is that of gain 1.
  private func gain(_ variance: Double) -> Double { (variance / forward).squareRoot() }

  /// Around zero φ is linear on each side, or it is not and χ₁ is not 1 there.
  fileprivate mutating func edgeAtZero() -> EdgeOfChaos? {
    let small = 0x1p-300
    guard chaos(q: small).magnitude < VarianceMap.rounding else { return nil }
    let variance = 1 / table.moments(q: small).slopeSquare
    if isHomogeneous { return EdgeOfChaos(gain: gain(variance), q: nil) }
    // As the map at that gain, whose σ² is rounded once more.
    let square = gain(variance) * gain(variance) * forward
    let growth = realLog(square * table.moments(q: 0x1p-10).square / 0x1p-10)
    return growth < VarianceMap.rounding ? EdgeOfChaos(gain: gain(variance), q: 0) : nil
  }

  /// Where q is a fixed point and χ₁ = 1 at one σ: σ² = 1/E[φ′²] and σ_b² = q − E[φ²]/E[φ′²].
  fileprivate mutating func edgesAtVariances() -> [EdgeOfChaos] {
    let bias = bias
    let places =
      bias == 0
      ? roots { $0.chaos(q: $1) }
      : roots { map, q in
        let moments = map.table.moments(q: q)
        return (q - moments.square / moments.slopeSquare - bias) / q
      }
    return places.map { q in
      let moments = table.moments(q: q)
      let variance = bias == 0 ? q / moments.square : 1 / moments.slopeSquare
      return EdgeOfChaos(gain: gain(variance), q: q, slope: variance * moments.squareSlope)
    }
  }
}

extension Experiment {
  /// See `LayerStack.edgeOfChaos`.
  package func edgeOfChaos() -> EdgeOfChaos? { stack.edgeOfChaos() }
}
