/// Covariances between two rows of one unit's φ and φ²: v is φ, s is φ².
struct UnitCovariance {
  var vv = 0.0
  var vs = 0.0
  var ss = 0.0

  /// Adds a multiple.
  mutating func add(_ weight: Double, _ other: UnitCovariance) {
    vv += weight * other.vv
    vs += weight * other.vs
    ss += weight * other.ss
  }
}

/// φ and φ² at z = √q x in normalised Hermite polynomials: with f = Σ f_n h_n(x),
/// E[f(z_a) g(z_b)] = Σ f_n g_n ρⁿ (Mehler).
///
/// The terms beyond the last, many small ones where φ has a kink, are kept as one more of their total
/// size: all of it counts at ρ = 1, and nearly nothing where inputs differ.
struct HermiteSpectrum {
  private static let count = 32
  private let values: [Double]
  private let squares: [Double]
  private var rest: UnitCovariance
  private let q: Double

  init(_ activation: Activation, q: Double) {
    self.q = q
    var values = Array(repeating: 0.0, count: HermiteSpectrum.count)
    var squares = values
    var total = UnitCovariance()
    let deviation = q.squareRoot()
    let edges = panelEdges(
      from: -10 * deviation, to: 10 * deviation, deviation: deviation, centres: [0],
      kinks: activation.kinks)
    PanelRule.coarse.forEachNode(edges: edges, deviation: deviation) { z, weight in
      let value = activation.evaluate(z).value
      let square = value * value
      total.add(weight, UnitCovariance(vv: square, vs: value * square, ss: square * square))
      let x = z / deviation
      var (previous, hermite) = (0.0, weight)
      var n = 0
      while n < HermiteSpectrum.count {
        values[n] += value * hermite
        squares[n] += square * hermite
        let next = x * hermite - Double(n).squareRoot() * previous
        (previous, hermite) = (hermite, next / Double(n + 1).squareRoot())
        n += 1
      }
    }
    self.values = values
    self.squares = squares
    rest = UnitCovariance()
    total.add(-1, term(0))
    total.add(-1, covariance(1))
    rest = total
  }

  /// The n-th coefficients' part in the covariances at ρ = 1.
  private func term(_ n: Int) -> UnitCovariance {
    guard n < values.count else { return rest }
    return UnitCovariance(
      vv: values[n] * values[n], vs: values[n] * squares[n], ss: squares[n] * squares[n])
  }

  /// E[φ].
  var mean: Double { values[0] }
  /// dE[φ]/dq = E[φ h₂] √2/(2q), as the density's own derivative is p (x² − 1)/(2q).
  var meanSlope: Double { values[2] / (2.0.squareRoot() * q) }
  /// dE[φ²]/dq.
  var squareSlope: Double { squares[2] / (2.0.squareRoot() * q) }

  /// Covariances at correlation ρ, or their first or second derivative.
  func covariance(_ rho: Double, derivative: Int = 0) -> UnitCovariance {
    var sum = UnitCovariance()
    var power = derivative == 0 ? rho : 1
    for n in max(1, derivative)...values.count {
      let factor = [1, n, n * (n - 1)][derivative]
      sum.add(Double(factor) * power, term(n))
      power *= rho
    }
    return sum
  }

  /// Var[φ_a φ_b].
  func productVariance(_ rho: Double) -> Double {
    let covariance = covariance(rho)
    let mean = covariance.vv + values[0] * values[0]
    return covariance.ss + squares[0] * squares[0] - mean * mean
  }
}
