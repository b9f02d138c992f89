import Platform

/// What the infinite-width theory needs to know of φ at a pre-activation z ~ N(0, q).
///
/// The derivatives of expectations are never taken numerically: by Stein's lemma E[f′(z)] = E[z f(z)]/q,
/// which also holds where f has kinks.
struct GaussianMoments: Equatable {
  /// E[φ].
  var mean = 0.0
  /// Var[φ], by itself: as a difference E[φ²] − E[φ]² it would cancel for sigmoid at small q.
  var variance = 0.0
  /// E[φ′²].
  var slopeSquare = 0.0
  /// E[φ″] = E[zφ′]/q.
  var curvature = 0.0
  /// E[(φφ′)′] = E[zφφ′]/q.
  var productSlope = 0.0
  /// E[φφ′²].
  var valueSlopeSquare = 0.0
  /// E[φ²φ′²].
  var productSquare = 0.0
  /// dE[φ²]/dq; differs from `productSlope` where φ jumps, since autograd's φ′ does not see the jump.
  var squareSlope = 0.0

  /// E[φ²].
  var square: Double { variance + mean * mean }

  /// Beyond the range of `Double`.
  static let overflown = GaussianMoments(
    mean: .infinity, variance: .infinity, slopeSquare: .infinity, curvature: .infinity,
    productSlope: .infinity, valueSlopeSquare: .infinity, productSquare: .infinity,
    squareSlope: .infinity)

  /// Below the range of `Double`.
  static let lost = GaussianMoments(
    mean: .nan, variance: .nan, slopeSquare: .nan, curvature: .nan, productSlope: .nan,
    valueSlopeSquare: .nan, productSquare: .nan, squareSlope: .nan)

  /// Adds a multiple of each moment, as interpolation does.
  mutating func add(_ weight: Double, _ other: GaussianMoments) {
    mean += weight * other.mean
    variance += weight * other.variance
    slopeSquare += weight * other.slopeSquare
    curvature += weight * other.curvature
    productSlope += weight * other.productSlope
    valueSlopeSquare += weight * other.valueSlopeSquare
    productSquare += weight * other.productSquare
    squareSlope += weight * other.squareSlope
  }
}

extension PointwiseFunction {
  /// The moments of φ at z ~ N(0, `q`), q = 0 being the point z = 0.
  ///
  /// Figures that do not cancel come out to about 1e-14. Where a kink at 0 leaves φ′ continuous (elu),
  /// `mean`, `curvature` and `valueSlopeSquare` lose digits as 1/√q below q = 1e-12: all they enter is
  /// smaller by √q than what it is added to.
  func moments(q: Double) -> GaussianMoments {
    if q == 0 { return momentsAtRest }
    if let known = closedMoments(q: q) { return known }
    var moments = integratedMoments(q: q)
    guard moments.square.isFinite else { return .overflown }
    // A factor that no double holds when it is squared.
    if moments.slopeSquare == 0, evaluate(q.squareRoot()).derivative != 0 { return .lost }
    if q < smallVariance, kinks.allSatisfy({ $0 * $0 > 100 * q }) {
      extrapolateCancelling(&moments, q: q)
    }
    return moments
  }

  private var momentsAtRest: GaussianMoments {
    let (value, slope) = evaluate(0)
    let square = slope * slope
    return GaussianMoments(
      mean: value, slopeSquare: square, valueSlopeSquare: value * square,
      productSquare: value * value * square)
  }

  /// The integrals over the half-line z > 0 of f(z) + f(−z): the odd part cancels exactly, so that
  /// the mean of an odd φ is 0 and not rounding noise. For the same reason φ is taken relative to φ(0)
  /// until the end.
  private func integratedMoments(q: Double) -> GaussianMoments {
    let rest = evaluate(0).value
    // Without a kink at 0, what cancels is replaced afterwards.
    let isNarrow = kinks.contains(0) && isLostInRest(q: q)
    let deviation = q.squareRoot()
    var sums = GaussianMoments()
    var score = 0.0
    PanelRule.fine.forEachNode(edges: halfLineEdges(deviation: deviation), deviation: deviation) {
      z, weight in
      let (right, left) = (evaluate(z), evaluate(-z))
      let (rightStep, leftStep) =
        isNarrow
        ? (stepFromRest(z), stepFromRest(-z)) : (right.value - rest, left.value - rest)
      let (rightSlope, leftSlope) =
        (right.derivative * right.derivative, left.derivative * left.derivative)
      let (rightProduct, leftProduct) = (right.value * rightSlope, left.value * leftSlope)
      let t = z / q
      sums.mean += weight * (rightStep + leftStep)
      sums.variance += weight * (rightStep * rightStep + leftStep * leftStep)
      sums.slopeSquare += weight * (rightSlope + leftSlope)
      sums.curvature += weight * t * (right.derivative - left.derivative)
      sums.productSlope +=
        weight * t * (right.value * right.derivative - left.value * left.derivative)
      sums.valueSlopeSquare += weight * (rightProduct + leftProduct)
      sums.productSquare += weight * (right.value * rightProduct + left.value * leftProduct)
      score += weight * (z * t - 1) * (right.value * right.value + left.value * left.value)
    }
    sums.variance -= sums.mean * sums.mean
    sums.mean += rest
    // dE[φ²]/dq without a derivative of φ: the density's own is p·(z²/q − 1)/(2q). It cancels at
    // small q, so it serves only where φ jumps.
    sums.squareSlope = jumps ? score / (2 * q) : sums.productSlope
    return sums
  }

  /// Panels over z > 0 for E[f] = ∫ (f(z) + f(−z)) p(z) dz.
  ///
  /// Ten standard deviations hold all of a Gaussian but 1e-23. The exception is a φ that is zero
  /// around 0 farther out than that (hardshrink at small q): there the integral starts at the edge of
  /// the dead zone k, where the density falls on the scale q/k. Beyond 40 standard deviations the density
  /// is 0 in `Double`, and there is no panel.
  func halfLineEdges(deviation: Double) -> [Double] {
    if let k = deadZone, k > 4 * deviation {
      guard k < 40 * deviation else { return [] }
      let scale = deviation * deviation / k
      return panelEdges(from: k, to: k + 40 * scale, deviation: scale, centres: [0], kinks: [])
    }
    return panelEdges(
      from: 0, to: 10 * deviation, deviation: deviation,
      structures: structures.map { $0.moved(to: $0.centre.magnitude) },
      kinks: kinks.map(\.magnitude), resolution: isUnbounded ? .full : .saturating)
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

extension PointwiseFunction {
  /// Below it φ is its own Taylor polynomial of degree 5 to rounding.
  private var smallVariance: Double {
    let finest = structures.map(\.size).min() ?? 1
    return 1e-6 * min(1, finest * finest)
  }

  /// Whether the steps of φ over z ~ N(0, `q`) are lost in φ(0).
  func isLostInRest(q: Double) -> Bool {
    q < 1e-8 * smallVariance && evaluate(0).value != 0 && !jumps
      && kinks.allSatisfy { $0 == 0 || $0 * $0 > 100 * q }
  }

  /// φ(z) − φ(0).
  func stepFromRest(_ z: Double) -> Double {
    NarrowStep.change(over: z) { evaluate($0).derivative }
  }

  /// Replaces the moments that cancel at small q where φ is smooth around 0.
  ///
  /// For sigmoid, E[zφφ′] = q·(φφ′)′(0) + … is the small rest of terms z·φ(0)φ′(0) that are 1/√q times
  /// larger, and Var[φ] the small rest of φ(0)²: in double precision nothing is left of them at
  /// q = 1e-30. Both are power series in q once divided by q, so they are extrapolated by a parabola
  /// from three q at which they lose three digits only.
  private func extrapolateCancelling(_ moments: inout GaussianMoments, q: Double) {
    let (value, slope) = evaluate(0)
    guard slope != 0 else { return }
    let t = q / smallVariance
    let samples = (1...3).map { integratedMoments(q: Double($0) * smallVariance) }
    func parabola(_ quantity: (Int) -> Double) -> Double {
      quantity(0) * (t - 2) * (t - 3) / 2 - quantity(1) * (t - 1) * (t - 3)
        + quantity(2) * (t - 1) * (t - 2) / 2
    }
    func perVariance(_ moment: (GaussianMoments) -> Double) -> Double {
      parabola { moment(samples[$0]) / (Double($0 + 1) * smallVariance) }
    }
    moments.curvature = parabola { samples[$0].curvature }
    if value == 0 {
      moments.mean = q * perVariance(\.mean)
    } else {
      moments.variance = q * perVariance(\.variance)
      moments.productSlope = parabola { samples[$0].productSlope }
      moments.squareSlope = moments.productSlope
    }
  }
}

// MARK: Closed forms

extension PointwiseFunction {
  /// The moments of sin, cos and exp, whose oscillation or growth no panel follows at large q.
  ///
  /// All follow from E[e^(iaz)] = e^(−a²q/2), after φ, φ′ and their products are written as sums of
  /// exponentials.
  private func closedMoments(q: Double) -> GaussianMoments? {
    func decay(_ power: Double) -> Double { realExp(-power * q) }
    switch activation?.kind {
    case .sin:
      return GaussianMoments(
        variance: -realExpm1(-2 * q) / 2, slopeSquare: (1 + decay(2)) / 2,
        productSlope: decay(2), productSquare: -realExpm1(-8 * q) / 8, squareSlope: decay(2))
    case .cos:
      let fall = realExpm1(-q)
      return GaussianMoments(
        mean: decay(0.5), variance: fall * fall / 2, slopeSquare: -realExpm1(-2 * q) / 2,
        curvature: -decay(0.5), productSlope: -decay(2),
        valueSlopeSquare: -decay(0.5) * realExpm1(-4 * q) / 4,
        productSquare: -realExpm1(-8 * q) / 8, squareSlope: -decay(2))
    case .exp:
      return GaussianMoments(
        mean: decay(-0.5), variance: decay(-1) * realExpm1(q), slopeSquare: decay(-2),
        curvature: decay(-0.5), productSlope: 2 * decay(-2), valueSlopeSquare: decay(-4.5),
        productSquare: decay(-8), squareSlope: 2 * decay(-2))
    default: return nil
    }
  }
}

/// A change of a function that is lost in its value.
enum NarrowStep {
  /// The integral of the slope from 0 to `step`, by Gauss's rule of two points.
  static func change(over step: Double, _ slope: (Double) -> Double) -> Double {
    let offset = (1.0 / 12).squareRoot()
    return step / 2 * (slope((0.5 - offset) * step) + slope((0.5 + offset) * step))
  }
}
