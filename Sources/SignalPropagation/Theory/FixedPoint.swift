import Platform

/// A variance q of the pre-activations that a layer of a plain stack leaves as it is.
package struct FixedPoint: Equatable, Sendable {
  /// The variance of the pre-activation: q = V(q) = σ² E[φ²], z ~ N(0, q), σ² = fan_in·Var[w]. In a layer that
  /// is more than a function of one pre-activation, E[h²] of its output.
  package var q: Double
  /// The standard deviation of the layer's output there.
  package var outStd: Double
  /// V′(q): the factor per layer by which a small deviation from q shrinks or grows.
  package var slope: Double
  /// χ₁ = σ² E[φ′²] (Schoenholz et al. 2017): the factor per layer on the squared gradient of a
  /// network with independent cotangents, and on the squared distance of two nearly equal inputs.
  package var chi1: Double

  /// Whether the signal returns to the fixed point after a small deviation.
  package var isStable: Bool { slope.magnitude < 1 }

  /// Layers over which a deviation from the fixed point changes by a factor of 10.
  package var layersPerTenfold: Double {
    2.302585092994045684 / realLog(slope.magnitude).magnitude
  }
}

/// V(q) = σ² E[φ²] + σ_b² of a plain stack whose layers are all alike, and what follows from it.
struct VarianceMap {
  /// σ² = fan_in·Var[w].
  let forward: Double
  /// fan_out·Var[w].
  let backward: Double
  /// σ_b², the variance of the bias.
  let bias: Double
  /// Whether doubles hold what the weights do.
  let isInRange: Bool
  var table: MomentTable

  /// Whether V is linear, so that at one gain every q is a fixed point.
  var isHomogeneous: Bool { table.homogeneity.everywhere && bias == 0 }

  /// log(V(q)/q): the growth of the signal's variance in one layer.
  mutating func growth(q: Double) -> Double {
    let next = forward * table.moments(q: q).square
    return realLog((bias == 0 ? next : next + bias) / q)
  }

  /// log(q E[φ′²]/E[φ²]): log χ₁ once σ is chosen to make q a fixed point.
  mutating func chaos(q: Double) -> Double {
    let moments = table.moments(q: q)
    return realLog(q * moments.slopeSquare / moments.square)
  }

  /// Below this, rounding hides the sign of a logarithm: it counts as 0.
  static let rounding = 1e-12

  /// q from 1e-15 to 1e18, two to an octave, none of them a round number that a fixed point might be.
  private static let grid = (-100...120).map { k in
    Double(sign: .plus, exponent: Int((Double(k) / 2).rounded(.down)), significand: 1)
      * (k.isMultiple(of: 2) ? 1.1 : 1.57)
  }

  /// Whether a variance is among those at which fixed points are sought first.
  static func covers(_ q: Double) -> Bool { q > grid[0] && q < grid[grid.count - 1] }

  /// All q > 0 with V(q) = q, ascending; none where every q is one.
  mutating func fixedPoints() -> [FixedPoint] {
    isHomogeneous ? [] : roots { $0.growth(q: $1) }.map { fixedPoint(q: $0) }
  }

  /// The fixed point beyond those of `fixedPoints`, where a signal that grows, or shrinks, there is held.
  mutating func farFixedPoint(growing: Bool) -> FixedPoint? {
    let grid = VarianceMap.grid
    let (near, far) = (realLog(growing ? grid[grid.count - 1] : grid[0]), growing ? 600.0 : -600)
    guard !isHomogeneous, growth(q: realExp(far)) * (growing ? 1 : -1) < -VarianceMap.rounding
    else { return nil }
    var map = self
    defer { self = map }
    return map.fixedPoint(
      q: realExp(findRoot(between: near, and: far) { map.growth(q: realExp($0)) }))
  }

  /// What there is to say about the fixed point `q`.
  mutating func fixedPoint(q: Double) -> FixedPoint {
    let moments = table.moments(q: q)
    return FixedPoint(
      q: q, outStd: moments.variance.squareRoot(), slope: forward * moments.squareSlope,
      chi1: backward * moments.slopeSquare)
  }

  /// Where `f` changes sign over q.
  mutating func roots(of f: (inout VarianceMap, Double) -> Double) -> [Double] {
    var map = self
    defer { self = map }
    let samples = VarianceMap.grid.map { (q: $0, value: f(&map, $0)) }
      .filter { $0.value.magnitude > VarianceMap.rounding }
    return zip(samples, samples.dropFirst()).compactMap { left, right in
      guard (left.value > 0) != (right.value > 0) else { return nil }
      return findRoot(between: left.q, and: right.q) { f(&map, $0) }
    }
  }
}

extension LayerStack {
  /// φ, weights and bias of the layers, where all are φ(W h + b) and alike.
  func uniformBranch() -> BranchLayer? {
    guard let first = BranchLayer(graph(ofLayer: 1)) else { return nil }
    let isUniform =
      self.isUniform
      || (2...max(depth, 2)).allSatisfy { layer in
        layer > depth || BranchLayer(graph(ofLayer: layer)).map { $0.isSameMap(as: first) } ?? false
      }
    return isUniform ? first : nil
  }

  /// The variance map; `nil` for a residual stack, whose signal grows in every layer, for one whose
  /// layers differ, and for layers of other kinds.
  func varianceMap() -> VarianceMap? {
    guard let branch = uniformBranch(), branch.block.carry == 0 else { return nil }
    return VarianceMap(
      forward: branch.weights.forward.doubleValue,
      backward: branch.weights.backward.doubleValue, bias: branch.bias.doubleValue,
      isInRange: branch.weights.forward.exponent.magnitude < 1000,
      table: MomentTable(branch.function))
  }

  /// The fixed points of the signal's variance, ascending; empty where there is none, as in a residual
  /// stack, or where every variance is one, as for relu at √2.
  package func fixedPoints() -> [FixedPoint] {
    var map = varianceMap()
    return map?.fixedPoints() ?? []
  }
}

extension BranchLayer {
  /// Whether it does the same to the distribution of its input.
  func isSameMap(as other: BranchLayer) -> Bool {
    function == other.function && block == other.block && weights == other.weights
      && bias == other.bias
  }
}

extension Experiment {
  /// See `LayerStack.fixedPoints`.
  package func fixedPoints() -> [FixedPoint] { stack.fixedPoints() }
}
