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
  /// Weights of excess kurtosis κ have sums z that are not normal, and count here as κ/3n · E[h⁴]/E[h²]²
  /// more scatter of K. The logarithm of the pooled variance V = K − M² is curved too: with the pooled P,
  ///
  ///     E[log out] − log(theory) = ½ ((d_K − 2 m d_M − P_MM)/V − ½ Var[K − 2 m M]/V²)
  func predictOutScatter() -> [Scatter]? {
    guard scattersByWidthAlone else { return nil }
    var field = MeanField(self, followsPairs: true)
    var scatter = OutScatter(width: shape.width(ofLayer: 0), batch: batch)
    let block = ResidualBlock(skip: skip)
    return [scatter.ofOut(field.signal.scaled)]
      + reportedLayers.map { layer in
        while field.layer < layer {
          let below = field.advanceFromInput()
          scatter.advance(
            through: activation, block: block, from: below, to: field.signal.scaled,
            forward: weightScale(ofLayer: field.layer).forward.doubleValue,
            kurtosis: kurtosis(ofLayer: field.layer), width: shape.width(ofLayer: field.layer))
        }
        return scatter.ofOut(field.signal.scaled)
      }
  }

  /// The excess kurtosis of a layer's weights, over how many of them a unit sums.
  private func kurtosis(ofLayer layer: Int) -> Double {
    let fanIn = shape.width(ofLayer: layer - 1)
    let weights = initializer.distribution(
      fanIn: fanIn, fanOut: shape.width(ofLayer: layer), gain: gain)
    return weights.excessKurtosis / Double(fanIn)
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
  /// Of h, relative to E[h²] and its root.
  private var moments = HigherMoments.normal
  /// Of the layer below, which serves again once the signal has come to rest.
  private var last: (q: Double, spectrum: HermiteSpectrum)?
  private let batch: Double

  /// A normal batch: Var[h²] = 2 E[h²]², and products of independent rows.
  init(width: Int, batch: Int) {
    row = Deviations(kk: 2 / Double(width), km: 0, mm: 1 / Double(width))
    accident = 1 / Double(width)
    self.batch = Double(batch)
  }

  /// Of log(out), half that of log(K − M²), in which all rows are pooled.
  func ofOut(_ signal: ScaledSignal) -> Scatter {
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
  ///   - kurtosis: Excess kurtosis of the weights over fan_in.
  mutating func advance(
    through activation: Activation, block: ResidualBlock, from below: ScaledSignal,
    to above: ScaledSignal, forward: Double, kurtosis: Double, width: Int
  ) {
    let q = forward * below.square
    let known = last.flatMap { $0.q == q ? $0.spectrum : nil }
    let spectrum =
      known ?? HermiteSpectrum(activation, q: q, functions: UnitFunction.forward)
    last = (q, spectrum)
    let rho = max(0, below.similarity)
    let unit = FiniteWidthUnit(block: block, input: below, width: Double(width))
    guard (unit.square(spectrum) / above.square - 1).magnitude < HermiteSpectrum.tolerance else {
      row.kk = .nan
      return
    }
    let jacobian = unit.jacobian(spectrum, forward: forward)
    let sine = 1 - rho * rho
    let angular = accident * sine * sine
    // z_a² and z_b² of unrelated rows have the covariance 2 q² · ½ kurtosis.
    let skew = 0.5 * kurtosis * sine * sine
    let (rows, pairs) = (UnitCovariance(spectrum, 1), UnitCovariance(spectrum, rho))
    let slope = spectrum.covariance(.value, .value, rho, derivative: 1)

    var curved = UnitCovariance()
    curved.add(0.5 * (angular + skew), UnitCovariance(spectrum, rho, derivative: 2))
    var accidentalNoise = unit.noise(curved, product: rho * below.square)
    accidentalNoise.kk += unit.skippedNoise(slope, product: angular * below.square)

    accident = unit.productDeviation(
      accident, slope: slope, variance: spectrum.productVariance(rho), rows: rows.vv,
      pairs: rho * pairs.vv, above: above.square)
    let rowBelow = row.scaled(by: below.square)
    let tails = kurtosis * moments.fourth / 3 * below.square * below.square
    drift = drift.scaled(by: below.square)
      .passed(
        jacobian,
        curvature: unit.curvature(spectrum, forward: forward, row: rowBelow, tails: tails)
      )
      .scaled(by: 1 / above.square)
    moments = unit.passed(moments, spectrum, above: above.square)
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
