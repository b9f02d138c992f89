extension Experiment {
  /// How much `out` of one run scatters around the prediction because the layers are of finite width:
  /// the standard deviation of log(out) over seeds, for the input and for each reported layer. `nil`
  /// for orthogonal weights, which the derivation does not cover, and for sparse ones, whose sums of few terms
  /// scatter more.
  ///
  /// To first order in 1/width, so it is good to about a tenth as long as it is below about 0.5.
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
  func predictOutSpread() -> [Double]? {
    guard initializer != .orthogonal else { return nil }
    if case .sparse = initializer { return nil }
    var field = MeanField(self, followsPairs: true)
    var spread = FiniteWidthSpread(width: shape.width(ofLayer: 0), batch: batch)
    let block = ResidualBlock(skip: skip)
    return [spread.ofOut(field.signal)]
      + reportedLayers.map { layer in
        while field.layer < layer {
          var below = field.signal
          field.advance()
          below.changeUnit(by: field.signal.unit - below.unit)
          spread.advance(
            through: activation, block: block, from: below, to: field.signal,
            forward: weightScale(ofLayer: field.layer).forward,
            width: shape.width(ofLayer: field.layer))
        }
        return spread.ofOut(field.signal)
      }
  }
}

/// What the finite width of the layers so far has done to the statistics of their output.
private struct FiniteWidthSpread {
  /// P, between the statistics of one row.
  private var row: Deviations
  /// C, between those of two.
  private var pair = Deviations()
  /// v = Var[K_ab]/E[h²]².
  private var accident: Double
  private let batch: Double

  /// A normal batch: Var[h²] = 2 E[h²]², and products of independent rows.
  init(width: Int, batch: Int) {
    row = Deviations(kk: 2 / Double(width), km: 0, mm: 1 / Double(width))
    accident = 1 / Double(width)
    self.batch = Double(batch)
  }

  /// The standard deviation of log(out): half that of log(K − M²), in which all rows are pooled.
  func ofOut(_ signal: MeanFieldSignal) -> Double {
    let m = signal.mean / signal.square.squareRoot()
    func pooled(_ part: (Deviations) -> Double) -> Double {
      part(row) / batch + part(pair) * (1 - 1 / batch)
    }
    let variance = pooled(\.kk) - 4 * m * pooled(\.km) + 4 * m * m * pooled(\.mm)
    return max(variance, 0).squareRoot() / (2 * signal.variance / signal.square)
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
    guard q.isNormal, q.isFinite, above.square.isNormal else { return }
    let spectrum = HermiteSpectrum(activation, q: q)
    let rho = max(0, below.similarity)
    let unit = FiniteWidthUnit(block: block, input: below, width: Double(width))
    let jacobian = unit.jacobian(spectrum, forward: forward)
    let sine = 1 - rho * rho
    let angular = accident * sine * sine
    let (rows, pairs) = (spectrum.covariance(1), spectrum.covariance(rho))
    let slope = spectrum.covariance(rho, derivative: 1).vv

    var curved = pairs
    curved.add(0.5 * angular, spectrum.covariance(rho, derivative: 2))
    var pairNoise = unit.noise(curved, product: rho * below.square)
    pairNoise.kk += unit.noise(UnitCovariance(vv: slope), product: angular * below.square).kk
    pairNoise.kk -= unit.noise(UnitCovariance(vv: slope), product: 0).kk

    accident = unit.productDeviation(
      accident, slope: slope, variance: spectrum.productVariance(rho), rows: rows.vv,
      pairs: rho * pairs.vv, above: above.square)
    row = row.scaled(by: below.square)
      .passed(jacobian, noise: unit.noise(rows, product: below.square))
      .scaled(by: 1 / above.square)
    pair = pair.scaled(by: below.square).passed(jacobian, noise: pairNoise)
      .scaled(by: 1 / above.square)
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
      kk: s * s * (s * s * c.ss + 4 * carry * (s * input.mean * c.vs + product * c.vv)) / width,
      km: s * s * (s * c.vs + 2 * carry * input.mean * c.vv) / width, mm: s * s * c.vv / width)
  }

  /// The derivative of E[h'²] = R K + 2 R S M E[φ] + S² E[φ²] and E[h'] = R M + S E[φ] by K and M.
  func jacobian(_ spectrum: HermiteSpectrum, forward: Double) -> Jacobian {
    let (carry, s) = (block.carry, block.branch)
    let mixed = 2 * carry * s * input.mean * spectrum.meanSlope
    return Jacobian(
      kk: carry + forward * (mixed + s * s * spectrum.squareSlope),
      km: 2 * carry * s * spectrum.mean, mk: forward * s * spectrum.meanSlope, mm: carry)
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

/// Covariances of the deviations of K = E[h²] and M = E[h] from what they are at infinite width.
private struct Deviations {
  var kk = 0.0
  var km = 0.0
  var mm = 0.0

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
