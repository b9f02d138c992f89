extension Experiment {
  /// How `out` of one run scatters around the prediction because the layers are of finite width: for
  /// the input and for each reported layer. `nil` for orthogonal and sparse weights.
  ///
  /// To first order in 1/width, so it is good to about a tenth as long as the deviation is below about 0.5.
  ///
  /// A layer's pre-activations depend on the layer below only through the products
  /// K_ab = (1/n) Σ_i h_ia h_ib of its rows: given them, the units are independent and alike. So with
  /// M_a = (1/n) Σ_i h_ia beside them, what one layer hands to the next is
  ///
  ///     (K_aa, M_a)' = average over n units of (h'², h')
  ///
  /// whose expectation is the infinite-width map of (K_aa, M_a), and whose noise has 1/n times the
  /// covariance of a single unit. Deviations pass through the derivative J of the map and gather the noise:
  ///
  ///     P' = J P Jᵀ + noise(a, a)/n,   C' = J C Jᵀ + noise(a, b)/n
  ///
  /// P for one row, C between two. `out` pools B rows, so its variance is P/B + (1 − 1/B) C: as B is
  /// large, C counts, and with it how alike the rows are. For tanh they are not alike at all, C has
  /// no noise of first order, and the next order takes its place: rows have accidental products of variance
  /// v = Var[K_ab], which add ½ v ∂²noise/∂K_ab², a factor (1 − ρ²)² keeping that to their angle.
  ///
  /// relu at √2 is the simplest case: E[φ⁴]/E[φ²]² − 1 = 5, J = 1, and rows soon alike, so that log q
  /// has the variance 5·depth/width.
  ///
  /// The mean d of the deviations is of the order 1/n as well, since the map is curved:
  ///
  ///     d' = J d + ½ Σ P_ij ∂²(K, M)'/∂i∂j
  ///
  /// and so is the logarithm of the pooled variance V = K − M²: with the pooled P,
  ///
  ///     E[log out] − log(theory) = ½ ((d_K − 2 m d_M − P_MM)/V − ½ Var[K − 2 m M]/V²)
  package func predictOutScatter() -> [Scatter]? {
    guard scattersByWidthAlone else { return nil }
    var field = MeanField(self, followsPairs: true)
    var scatter = OutScatter(width: shape.width(ofLayer: 0), batch: batch)
    let block = ResidualBlock(skip: skip)
    return [scatter.ofOut(field.signal)]
      + reportedLayers.map { layer in
        while field.layer < layer {
          var below = field.signal
          field.advance()
          below.changeUnit(by: field.signal.unit - below.unit)
          scatter.advance(
            through: activation, block: block, from: below, to: field.signal,
            forward: weightScale(ofLayer: field.layer).forward,
            width: shape.width(ofLayer: field.layer))
        }
        return scatter.ofOut(field.signal)
      }
  }
}

/// What the finite width of the layers so far has done to the statistics of their output.
private struct OutScatter {
  /// P, between the statistics of one row.
  private var row: Deviations
  /// C, between those of two.
  private var pair = Deviations()
  /// What accidental products add to C, of the next order in 1/width.
  private var accidental = Deviations()
  /// d, relative to E[h²] and its root.
  private var drift = Drift()
  /// v = Var[K_ab]/E[h²]².
  private var accident: Double
  private let batch: Double

  /// A normal batch: Var[h²] = 2 E[h²]², and products of independent rows.
  init(width: Int, batch: Int) {
    row = Deviations(kk: 2 / Double(width), km: 0, mm: 1 / Double(width))
    accident = 1 / Double(width)
    self.batch = Double(batch)
  }

  /// Of log(out), half that of log(K − M²), in which all rows are pooled.
  func ofOut(_ signal: MeanFieldSignal) -> Scatter {
    let m = signal.mean / signal.square.squareRoot()
    let share = signal.variance / signal.square
    var pooled = Deviations()
    pooled.add(1 / batch, row)
    pooled.add(1 - 1 / batch, pair)
    let change = drift.k - 2 * m * drift.m - pooled.mm
    let shift = (change / share - pooled.ofVariance(mean: m) / (2 * share * share)) / 2
    pooled.add(1 - 1 / batch, accidental)
    return Scatter(
      deviation: max(pooled.ofVariance(mean: m), 0).squareRoot() / (2 * share), shift: shift,
      uncertainty: shift * shift)
  }

  /// Applies a layer of `width` units.
  ///
  /// - Parameters:
  ///   - below, above: Its input and output at infinite width, in one unit.
  ///   - forward: fan_in·Var[w].
  mutating func advance(
    through activation: Activation, block: ResidualBlock, from below: MeanFieldSignal,
    to above: MeanFieldSignal, forward: Double, width: Int
  ) {
    let q = forward * below.square
    let spectrum = HermiteSpectrum(activation, q: q, functions: UnitFunction.forward)
    let rho = max(0, below.similarity)
    let unit = FiniteWidthUnit(block: block, input: below, width: Double(width))
    guard (unit.square(spectrum) / above.square - 1).magnitude < HermiteSpectrum.tolerance else {
      row.kk = .nan
      return
    }
    let jacobian = unit.jacobian(spectrum, forward: forward)
    let sine = 1 - rho * rho
    let angular = accident * sine * sine
    let (rows, pairs) = (UnitCovariance(spectrum, 1), UnitCovariance(spectrum, rho))
    let slope = spectrum.covariance(.value, .value, rho, derivative: 1)

    var curved = UnitCovariance()
    curved.add(0.5 * angular, UnitCovariance(spectrum, rho, derivative: 2))
    var accidentalNoise = unit.noise(curved, product: rho * below.square)
    accidentalNoise.kk += unit.skippedNoise(slope, product: angular * below.square)

    accident = unit.productDeviation(
      accident, slope: slope, variance: spectrum.productVariance(rho), rows: rows.vv,
      pairs: rho * pairs.vv, above: above.square)
    let rowBelow = row.scaled(by: below.square)
    drift = drift.scaled(by: below.square)
      .passed(jacobian, curvature: unit.curvature(spectrum, forward: forward, row: rowBelow))
      .scaled(by: 1 / above.square)
    row = rowBelow.passed(jacobian, noise: unit.noise(rows, product: below.square))
      .scaled(by: 1 / above.square)
    pair = pair.scaled(by: below.square).passed(
      jacobian, noise: unit.noise(pairs, product: rho * below.square)
    )
    .scaled(by: 1 / above.square)
    accidental = accidental.scaled(by: below.square).passed(jacobian, noise: accidentalNoise)
      .scaled(by: 1 / above.square)
  }
}

/// Covariances between two rows of one unit's φ and φ²: v is φ, s is φ².
private struct UnitCovariance {
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
  fileprivate func productVariance(_ rho: Double) -> Double {
    let mean = product(.value, .value, rho)
    return product(.square, .square, rho) - mean * mean
  }
}

/// One of the `width` units of a layer, h' = R h + S φ(z), with h given.
private struct FiniteWidthUnit {
  var block: ResidualBlock
  var input: MeanFieldSignal
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

  /// Half the second derivatives of the same, each times the covariance `row` of its two arguments.
  func curvature(_ spectrum: HermiteSpectrum, forward: Double, row: Deviations) -> Drift {
    let (carry, s) = (block.carry, block.branch)
    let mean = s * forward * forward * spectrum.curvature(.value)
    let square = s * s * forward * forward * spectrum.curvature(.square)
    let cross = 2 * carry * s * forward * spectrum.slope(.value)
    return Drift(
      k: (square / 2 + carry * input.mean * mean) * row.kk + cross * row.km, m: mean / 2 * row.kk)
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

/// d(K, M)'/d(K, M).
private struct Jacobian {
  var kk: Double
  var km: Double
  var mk: Double
  var mm: Double
}

/// The mean deviation of K = E[h²] and M = E[h] from what they are at infinite width.
private struct Drift {
  var k = 0.0
  var m = 0.0

  /// J·self + curvature.
  func passed(_ j: Jacobian, curvature: Drift) -> Drift {
    Drift(k: j.kk * k + j.km * m + curvature.k, m: j.mk * k + j.mm * m + curvature.m)
  }

  /// In units in which K is `square` times as large.
  func scaled(by square: Double) -> Drift { Drift(k: k * square, m: m * square.squareRoot()) }
}

/// Covariances of the deviations of K = E[h²] and M = E[h] from what they are at infinite width.
private struct Deviations {
  var kk = 0.0
  var km = 0.0
  var mm = 0.0

  /// Variance of K − 2 m M.
  func ofVariance(mean m: Double) -> Double { kk - 4 * m * km + 4 * m * m * mm }

  /// Adds a multiple.
  mutating func add(_ weight: Double, _ other: Deviations) {
    kk += weight * other.kk
    km += weight * other.km
    mm += weight * other.mm
  }

  /// J·self·Jᵀ + noise.
  func passed(_ j: Jacobian, noise: Deviations) -> Deviations {
    Deviations(
      kk: j.kk * j.kk * kk + 2 * j.kk * j.km * km + j.km * j.km * mm + noise.kk,
      km: j.kk * j.mk * kk + (j.kk * j.mm + j.km * j.mk) * km + j.km * j.mm * mm + noise.km,
      mm: j.mk * j.mk * kk + 2 * j.mk * j.mm * km + j.mm * j.mm * mm + noise.mm)
  }

  /// In units in which K is `square` times as large. Between layers they are relative to E[h²].
  func scaled(by square: Double) -> Deviations {
    Deviations(kk: kk * square * square, km: km * square * square.squareRoot(), mm: mm * square)
  }
}
