/// One of the `width` units of a layer, h' = R h + S φ(z), with h given.
struct FiniteWidthUnit {
  var block: ResidualBlock
  var input: ScaledSignal
  var width: Double

  /// Covariance of (h'_a², h'_a) with (h'_b², h'_b), over the width; `product` is E[h_a h_b].
  func noise(_ c: UnitCovariance, product: Double) -> Deviations {
    let (carry, s) = (block.carry, block.branch)
    return Deviations(
      kk: s * s * (s * s * c.ss + 4 * carry * s * input.mean * c.vs) / width
        + skippedNoise(c.vv, product: product),
      km: s * s * (s * c.vs + 2 * carry * input.mean * c.vv) / width, mm: s * s * c.vv / width)
  }

  /// The part in which h_a and h_b are multiplied.
  func skippedNoise(_ vv: Double, product: Double) -> Double {
    4 * block.carry * block.branch * block.branch * product * vv / width
  }

  /// E[h'²].
  func square(_ spectrum: HermiteSpectrum) -> Double {
    let mixed = 2 * block.carry * input.mean * spectrum.mean(.value)
    return block.carry * input.square + block.branch
      * (mixed + block.branch * spectrum.mean(.square))
  }

  /// The derivative of E[h'²] = R K + 2 R S M E[φ] + S² E[φ²] and E[h'] = R M + S E[φ] by K and M.
  func jacobian(_ spectrum: HermiteSpectrum, forward: Double) -> Jacobian {
    let (carry, s) = (block.carry, block.branch)
    let meanSlope = spectrum.slope(.value)
    let mixed = 2 * carry * s * input.mean * meanSlope
    return Jacobian(
      kk: carry + forward * (mixed + s * s * spectrum.slope(.square)),
      km: 2 * carry * s * spectrum.mean(.value), mk: forward * s * meanSlope, mm: carry)
  }

  /// Half the second derivatives of the same, each times the covariance `row` of its two arguments;
  /// `tails` is what counts as more scatter of q alone.
  func curvature(_ spectrum: HermiteSpectrum, forward: Double, row: Deviations, tails: Double)
    -> Drift
  {
    let (carry, s) = (block.carry, block.branch)
    let mean = s * forward * forward * spectrum.curvature(.value)
    let square = s * s * forward * forward * spectrum.curvature(.square)
    let cross = 2 * carry * s * forward * spectrum.slope(.value)
    let scatter = row.kk + tails
    return Drift(
      k: (square / 2 + carry * input.mean * mean) * scatter + cross * row.km,
      m: mean / 2 * scatter)
  }

  /// E[h'³] and E[h'⁴] over powers of the root of E[h'²], `above`.
  func passed(_ moments: HigherMoments, _ spectrum: HermiteSpectrum, above: Double)
    -> HigherMoments
  {
    let (carry, s) = (block.carry, block.branch)
    let root = input.square.squareRoot()
    let (mean, square) = (spectrum.mean(.value), spectrum.mean(.square))
    let cube = spectrum.product(.value, .square, 1)
    let fourth = spectrum.product(.square, .square, 1)
    let skipped = (
      cube: moments.cube * root * input.square, fourth: moments.fourth * input.square * input.square
    )
    let third =
      carry * (skipped.cube + 3 * s * (input.square * mean + s * input.mean * square))
      + s * s * s * cube
    let mixed =
      4 * skipped.cube * mean + s * (6 * input.square * square + 4 * s * input.mean * cube)
    return HigherMoments(
      cube: third / (above * above.squareRoot()),
      fourth: (carry * (skipped.fourth + s * mixed) + s * s * s * s * fourth) / (above * above))
  }

  /// v one layer up: K_ab' is the average of R h_a h_b + R S (h_a φ_b + h_b φ_a) + S² φ_a φ_b.
  func productDeviation(
    _ accident: Double, slope: Double, variance: Double, rows: Double, pairs: Double, above: Double
  ) -> Double {
    let branch = block.branch * block.branch
    let passed = block.carry * input.square + branch * slope
    let mixed = 2 * block.carry * branch * input.square * (rows + pairs)
    return (passed * passed * accident + (branch * branch * variance + mixed) / width)
      / (above * above)
  }
}

/// E[h³] and E[h⁴] relative to the root of E[h²].
struct HigherMoments {
  var cube: Double
  var fourth: Double

  static let normal = HigherMoments(cube: 0, fourth: 3)
}

/// Covariances between two rows of one unit's φ and φ²: v is φ, s is φ².
struct UnitCovariance {
  var vv = 0.0
  var vs = 0.0
  var ss = 0.0

  init() {}

  /// At correlation ρ, or the first or second derivative by it.
  init(_ spectrum: HermiteSpectrum, _ rho: Double, derivative: Int = 0) {
    vv = spectrum.covariance(.value, .value, rho, derivative: derivative)
    vs = spectrum.covariance(.value, .square, rho, derivative: derivative)
    ss = spectrum.covariance(.square, .square, rho, derivative: derivative)
  }

  /// Adds a multiple.
  mutating func add(_ weight: Double, _ other: UnitCovariance) {
    vv += weight * other.vv
    vs += weight * other.vs
    ss += weight * other.ss
  }
}

extension HermiteSpectrum {
  /// Var[φ_a φ_b].
  func productVariance(_ rho: Double) -> Double {
    let mean = product(.value, .value, rho)
    return product(.square, .square, rho) - mean * mean
  }
}
