import Platform

extension Activation {
  /// ½ E[(φ(z_a) − φ(z_b))²] for z_a, z_b ~ N(0, `q`) with correlation 1 − `dissimilarity`.
  ///
  /// How two inputs drift apart or together. With z_a = u + v and z_b = u − v, u and v are independent
  /// with variances q(1 ± ρ)/2. For a given v the integrand has kinks in u where either point meets a
  /// kink of φ, at k − v and k + v, and all of them become panel edges; the outer integral is smooth in
  /// v except where two such lines cross. Taking the difference before squaring keeps the relative
  /// accuracy when the two inputs are almost one. 1e-7 or better, relative.
  ///
  /// - Parameter dissimilarity: 1 − ρ in 0…1.
  func spread(q: Double, dissimilarity: Double) -> Double {
    let common = q * (2 - dissimilarity) / 2
    let difference = q * dissimilarity / 2
    guard difference > 0 else { return 0 }
    if let known = closedSpread(common: common, difference: difference) { return known }
    let deviation = difference.squareRoot()
    let crossings = kinks.flatMap { a in kinks.map { b in (a - b).magnitude / 2 } }
    let edges = panelEdges(
      from: 0, to: 6.5 * deviation, deviation: deviation, centres: [0],
      kinks: crossings + kinks.map(\.magnitude),
      resolution: PanelResolution(finest: isUnbounded ? 0.5 : 0.02, farWidth: 3))
    var sum = 0.0
    PanelRule.coarse.forEachNode(edges: edges, deviation: deviation) { v, weight in
      sum += weight * meanSquareDifference(across: v, deviation: common.squareRoot())
    }
    return sum
  }

  /// E[(φ(u + v) − φ(u − v))²] over u ~ N(0, deviation²).
  private func meanSquareDifference(across v: Double, deviation: Double) -> Double {
    let edges = panelEdges(
      from: -6.5 * deviation, to: 6.5 * deviation, deviation: deviation, centres: [-v, v],
      kinks: kinks.flatMap { [$0 - v, $0 + v] } + [-v, v],
      resolution: PanelResolution(finest: isUnbounded ? 1e-3 : 1e-9, farWidth: 3))
    var sum = 0.0
    PanelRule.coarse.forEachNode(edges: edges, deviation: deviation) { u, weight in
      let step = evaluate(u + v).value - evaluate(u - v).value
      sum += weight * step * step
    }
    return sum
  }

  /// Whether φ keeps growing, so that at large q what it does near 0 hardly matters.
  var isUnbounded: Bool {
    max(evaluate(1000).value.magnitude, evaluate(-1000).value.magnitude) > 100
  }

  /// The same in closed form, where sums of angles factorise: sin(u + v) − sin(u − v) = 2 cos u sin v.
  private func closedSpread(common: Double, difference: Double) -> Double? {
    switch kind {
    case .sin: -(1 + realExp(-2 * common)) * realExpm1(-2 * difference) / 2
    case .cos: realExpm1(-2 * common) * realExpm1(-2 * difference) / 2
    case .exp: realExp(2 * common) * realExpm1(2 * difference)
    default: nil
    }
  }
}
