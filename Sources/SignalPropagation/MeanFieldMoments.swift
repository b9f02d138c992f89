/// What the infinite-width theory needs to know of φ at a pre-activation z ~ N(0, q).
///
/// The derivatives of expectations are never taken numerically: by Stein's lemma E[f′(z)] = E[z f(z)]/q,
/// which also holds where f has kinks.
struct GaussianMoments: Equatable {
  /// The lanes are smooth in log q, so that they can be interpolated all at once.
  var lanes: SIMD8<Double>

  /// E[φ].
  var mean: Double { lanes[0] }
  /// Var[φ], by itself: as a difference E[φ²] − E[φ]² it would cancel for sigmoid at small q.
  var variance: Double { lanes[1] }
  /// E[φ′²].
  var slopeSquare: Double { lanes[2] }
  /// E[φ″] = E[zφ′]/q.
  var curvature: Double { lanes[3] }
  /// E[(φφ′)′] = E[zφφ′]/q.
  var productSlope: Double { lanes[4] }
  /// E[φφ′²].
  var valueSlopeSquare: Double { lanes[5] }
  /// E[φ²φ′²].
  var productSquare: Double { lanes[6] }
  /// dE[φ²]/dq; differs from `productSlope` where φ jumps, since autograd's φ′ does not see the jump.
  var squareSlope: Double { lanes[7] }

  /// E[φ²].
  var square: Double { variance + mean * mean }
}

extension Activation {
  /// The moments of φ at z ~ N(0, `q`), to about 1e-14 of each; q = 0 is the point z = 0.
  func moments(q: Double) -> GaussianMoments {
    if q == 0 { return momentsAtRest }
    if let known = closedMoments(q: q) { return known }
    var moments = integratedMoments(q: q)
    if q < Activation.smallVariance, kinks.allSatisfy({ $0 * $0 > 100 * q }) {
      extrapolateCancelling(&moments, q: q)
    }
    return moments
  }

  private var momentsAtRest: GaussianMoments {
    let (value, slope) = evaluate(0)
    let square = slope * slope
    return GaussianMoments(
      lanes: [value, 0, square, 0, 0, value * square, value * value * square, 0])
  }

  /// The integrals over the half-line z > 0 of f(z) + f(−z): the odd part cancels exactly, so that
  /// the mean of an odd φ is 0 and not rounding noise.
  private func integratedMoments(q: Double) -> GaussianMoments {
    let nodes = halfLineNodes(deviation: q.squareRoot())
    let points = nodes.map { (evaluate($0.z), evaluate(-$0.z)) }
    let mean = zip(nodes, points).reduce(0) { $0 + $1.0.weight * ($1.1.0.value + $1.1.1.value) }
    var sums = SIMD8<Double>.zero
    for (node, point) in zip(nodes, points) {
      let (right, left) = point
      sums += node.weight * (lanes(right, mean: mean) + lanes(left, mean: mean))
      let t = node.z / q
      sums[3] += node.weight * t * (right.derivative - left.derivative)
      sums[4] +=
        node.weight * t * (right.value * right.derivative - left.value * left.derivative)
      sums[7] +=
        node.weight * (node.z * t - 1) * (right.value * right.value + left.value * left.value)
    }
    // dE[φ²]/dq without a derivative of φ: the density's own is p·(z²/q − 1)/(2q). It cancels at
    // small q, so it serves only where φ jumps.
    let slope = jumps ? sums[7] / (2 * q) : sums[4]
    return GaussianMoments(
      lanes: [mean, sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], slope])
  }

  /// What one point adds to the lanes that are plain averages.
  private func lanes(_ point: (value: Double, derivative: Double), mean: Double) -> SIMD8<Double> {
    let deviation = point.value - mean
    let slopeSquare = point.derivative * point.derivative
    let product = point.value * slopeSquare
    return [0, deviation * deviation, slopeSquare, 0, 0, product, point.value * product, 0]
  }

  /// Nodes for E[f] = Σ weight·(f(z) + f(−z)) over z > 0.
  ///
  /// Ten standard deviations hold all of a Gaussian but 1e-23. The exception is a φ that is zero
  /// around 0 farther out than that (hardshrink at small q): there the integral starts at the edge of
  /// the dead zone k, where the density falls on the scale q/k.
  func halfLineNodes(deviation: Double) -> [GaussianNode] {
    let edges: [Double]
    if let k = deadZone, k > 4 * deviation {
      let scale = deviation * deviation / k
      edges = panelEdges(from: k, to: k + 40 * scale, deviation: scale, centres: [0], kinks: [])
    } else {
      edges = panelEdges(
        from: 0, to: 10 * deviation, deviation: deviation, centres: [0],
        kinks: kinks.map(\.magnitude))
    }
    return PanelRule.fine.gaussianNodes(edges: edges, deviation: deviation)
  }

  /// The k > 0 up to which φ and φ′ vanish on both sides of 0.
  private var deadZone: Double? {
    guard let k = kinks.map(\.magnitude).min(), k > 0 else { return nil }
    return evaluate(k / 2) == (0, 0) && evaluate(-k / 2) == (0, 0) ? k : nil
  }

  /// Whether φ itself, not only a derivative, jumps at a kink.
  var jumps: Bool {
    kinks.contains { k in
      (evaluate(k.nextUp).value - evaluate(k.nextDown).value).magnitude > 1e-6
    }
  }
}

// MARK: Small variance

extension Activation {
  /// Below it φ is its own Taylor polynomial of degree 5 to rounding.
  private static let smallVariance = 1e-6

  /// Replaces the moments that cancel at small q where φ is smooth around 0.
  ///
  /// For sigmoid, E[zφφ′] = q·(φφ′)′(0) + … is the small rest of terms z·φ(0)φ′(0) that are 1/√q times
  /// larger, and Var[φ] the small rest of φ(0)²: in double precision nothing is left of them at
  /// q = 1e-30. Both are power series in q once divided by q, so they are extrapolated by a parabola
  /// from three q at which they lose three digits only.
  private func extrapolateCancelling(_ moments: inout GaussianMoments, q: Double) {
    let (value, slope) = evaluate(0)
    guard slope != 0 else { return }
    let t = q / Activation.smallVariance
    let samples = (1...3).map { integratedMoments(q: Double($0) * Activation.smallVariance) }
    func parabola(_ quantity: (Int) -> Double) -> Double {
      quantity(0) * (t - 2) * (t - 3) / 2 - quantity(1) * (t - 1) * (t - 3)
        + quantity(2) * (t - 1) * (t - 2) / 2
    }
    func perVariance(_ lane: Int, minus constant: Double) -> Double {
      parabola {
        (samples[$0].lanes[lane] - constant) / (Double($0 + 1) * Activation.smallVariance)
      }
    }
    moments.lanes[3] = parabola { samples[$0].curvature }
    if value == 0 {
      moments.lanes[0] = q * perVariance(0, minus: 0)
    } else {
      moments.lanes[1] = q * perVariance(1, minus: 0)
      moments.lanes[4] = parabola { samples[$0].productSlope }
      moments.lanes[7] = moments.lanes[4]
    }
  }
}

// MARK: Closed forms

extension Activation {
  /// The moments of sin, cos and exp, whose oscillation or growth no panel follows at large q.
  ///
  /// All follow from E[e^(iaz)] = e^(−a²q/2), after φ, φ′ and their products are written as sums of
  /// exponentials.
  private func closedMoments(q: Double) -> GaussianMoments? {
    func decay(_ power: Double) -> Double { realExp(-power * q) }
    let lanes: SIMD8<Double>
    switch self {
    case .sin:
      lanes = [
        0, -realExpm1(-2 * q) / 2, (1 + decay(2)) / 2, 0, decay(2), 0, -realExpm1(-8 * q) / 8, 0,
      ]
    case .cos:
      let deviation = realExpm1(-q)
      lanes = [
        decay(0.5), deviation * deviation / 2, -realExpm1(-2 * q) / 2, -decay(0.5), -decay(2),
        -decay(0.5) * realExpm1(-4 * q) / 4, -realExpm1(-8 * q) / 8, 0,
      ]
    case .exp:
      lanes = [
        decay(-0.5), decay(-1) * realExpm1(q), decay(-2), decay(-0.5), 2 * decay(-2), decay(-4.5),
        decay(-8), 0,
      ]
    default: return nil
    }
    var moments = GaussianMoments(lanes: lanes)
    moments.lanes[7] = moments.productSlope
    return moments
  }
}
