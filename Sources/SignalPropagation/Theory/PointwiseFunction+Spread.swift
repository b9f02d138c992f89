import Platform

extension PointwiseFunction {
  /// ½ E[(φ(z_a) − φ(z_b))²] for z_a, z_b ~ N(0, `q`) with correlation 1 − `dissimilarity`.
  ///
  /// How two inputs drift apart or together. With z_a = u + v and z_b = u − v, u and v are independent
  /// with variances q(1 ± ρ)/2. For a given v the integrand has kinks in u where either point meets a
  /// kink of φ, at k − v and k + v, and all of them become panel edges; the outer integral is smooth in
  /// v except where two such lines cross. Taking the difference before squaring keeps the relative
  /// accuracy when the two inputs are almost one. 1e-7 or better, relative; 1e-3 where φ repeats itself more than
  /// ten times in a standard deviation.
  ///
  /// - Parameter dissimilarity: 1 − ρ in 0…1.
  func spread(q: Double, dissimilarity: Double) -> Double {
    let common = q * (2 - dissimilarity) / 2
    let difference = q * dissimilarity / 2
    guard difference > 0 else { return 0 }
    if let known = closedSpread(common: common, difference: difference) { return known }
    let isNarrow = isLostInRest(q: q)
    return PairIntegral(kinks: kinks, structures: structures, isUnbounded: isUnbounded)
      .halfMeanProduct(common: common, difference: difference) { u, v in
        let step =
          isNarrow
          ? stepFromRest(u + v) - stepFromRest(u - v)
          : evaluate(u + v).value - evaluate(u - v).value
        return step * step
      }
  }

  /// Whether φ keeps growing, so that at large q what it does near 0 hardly matters.
  var isUnbounded: Bool {
    max(evaluate(1000).value.magnitude, evaluate(-1000).value.magnitude) > 100
  }

  /// The same in closed form, where sums of angles factorise: sin(u + v) − sin(u − v) = 2 cos u sin v.
  private func closedSpread(common: Double, difference: Double) -> Double? {
    switch activation?.kind {
    case .sin: -(1 + realExp(-2 * common)) * realExpm1(-2 * difference) / 2
    case .cos: realExpm1(-2 * common) * realExpm1(-2 * difference) / 2
    case .exp: realExp(2 * common) * realExpm1(2 * difference)
    default: nil
    }
  }
}

/// Integrals over the sum and the difference of two Gaussians, u + v and u − v.
struct PairIntegral {
  /// Where the functions of either are not smooth.
  var kinks: [Double]
  /// Around what they bend.
  var structures: [PanelStructure]
  /// Whether they keep growing.
  var isUnbounded: Bool

  /// ½ E[(f(u + v) − f(u − v)) (g(u + v) − g(u − v))] for u ~ N(0, `common`) and v ~ N(0, `difference`).
  ///
  /// - Parameter product: The product of the two differences at (u, v), the same at (u, −v).
  func halfMeanProduct(
    common: Double, difference: Double, _ product: (_ u: Double, _ v: Double) -> Double
  ) -> Double {
    let deviation = difference.squareRoot()
    let crossings = kinks.flatMap { a in kinks.map { b in (a - b).magnitude / 2 } }
    let edges = panelEdges(
      from: 0, to: 6.5 * deviation, deviation: deviation,
      structures: structures.map { $0.moved(to: $0.centre.magnitude) },
      kinks: crossings + kinks.map(\.magnitude),
      resolution: PanelResolution(
        finest: isUnbounded ? 0.5 : 0.02, farWidth: 3, finestRepeat: 0.1))
    var sum = 0.0
    PanelRule.coarse.forEachNode(edges: edges, deviation: deviation) { v, weight in
      sum += weight * mean(across: v, deviation: common.squareRoot(), product)
    }
    return sum
  }

  /// The mean over u ~ N(0, deviation²).
  private func mean(
    across v: Double, deviation: Double, _ product: (_ u: Double, _ v: Double) -> Double
  ) -> Double {
    let shifted = structures.flatMap { structure in
      [-v, v].map { structure.moved(to: structure.centre + $0) }
    }
    let edges = panelEdges(
      from: -6.5 * deviation, to: 6.5 * deviation, deviation: deviation, structures: shifted,
      kinks: kinks.flatMap { [$0 - v, $0 + v] }
        + structures.flatMap { [$0.centre - v, $0.centre + v] },
      resolution: PanelResolution(
        finest: isUnbounded ? 1e-3 : 1e-9, farWidth: 3, finestRepeat: 0.1))
    var sum = 0.0
    PanelRule.coarse.forEachNode(edges: edges, deviation: deviation) { u, weight in
      sum += weight * product(u, v)
    }
    return sum
  }
}
