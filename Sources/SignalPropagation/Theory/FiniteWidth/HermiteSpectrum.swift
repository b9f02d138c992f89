/// A function of one unit's pre-activation z = √q x whose average over a layer scatters.
enum UnitFunction: Int, CaseIterable {
  /// φ.
  case value
  /// φ².
  case square
  /// φ′.
  case slope
  /// φ′².
  case slopeSquare
  /// φφ′.
  case product
  /// φ²φ′².
  case productSquare
  /// φφ′².
  case valueSlopeSquare
  /// φ′x.
  case slopeAlong
  /// φφ′x.
  case productAlong

  /// What the forward pass averages.
  static let forward: [UnitFunction] = [.value, .square]
  /// What both passes average. The raw value is the place in either list.
  static let backward = allCases

  /// The function at a point.
  func callAsFunction(value: Double, slope: Double, x: Double) -> Double {
    switch self {
    case .value: value
    case .square: value * value
    case .slope: slope
    case .slopeSquare: slope * slope
    case .product: value * slope
    case .productSquare: value * value * slope * slope
    case .valueSlopeSquare: value * slope * slope
    case .slopeAlong: slope * x
    case .productAlong: value * slope * x
    }
  }
}

/// Functions of z = √q x in normalised Hermite polynomials: with f = Σ f_n h_n(x),
/// E[f(z_a) g(z_b)] = Σ f_n g_n ρⁿ (Mehler).
///
/// The terms beyond the last, many small ones where φ has a kink, are kept as one more of their total
/// size: all of it counts at ρ = 1, and nearly nothing where inputs differ.
struct HermiteSpectrum {
  /// Where E[φ²] comes out farther off than this, relatively, the other functions have not been resolved
  /// either: exp at a large q, or a φ that is zero around 0 at a small one.
  static let tolerance = 1e-6
  private static let terms = 32
  /// f_n, function by function.
  private let coefficients: [Double]
  /// E[f g] at ρ = 1, row by row.
  private let products: [Double]
  private let count: Int
  private let q: Double

  /// - Parameters:
  ///   - q: Variance of z. Nothing is known, all is NaN, where it is 0 or beyond the range of `Double`.
  ///   - functions: `UnitFunction.forward` or `.backward`.
  ///   - length: The unit in which φ is measured.
  init(_ activation: Activation, q: Double, functions: [UnitFunction], length: Double = 1) {
    let (terms, count) = (HermiteSpectrum.terms, functions.count)
    let start = q.isNormal && q.isFinite ? 0 : Double.nan
    var coefficients = Array(repeating: start, count: count * terms)
    var products = Array(repeating: start, count: count * count)
    (self.count, self.q) = (count, q)
    guard start == 0 else {
      (self.coefficients, self.products) = (coefficients, products)
      return
    }
    var hermite = Array(repeating: 0.0, count: terms)
    var values = Array(repeating: 0.0, count: count)
    let ladder = (0...terms).map { Double($0).squareRoot() }
    let deviation = q.squareRoot()
    let edges = panelEdges(
      from: -10 * deviation, to: 10 * deviation, deviation: deviation, centres: [0],
      kinks: activation.kinks)
    PanelRule.coarse.forEachNode(edges: edges, deviation: deviation) { z, weight in
      let (value, slope) = activation.evaluate(z)
      let x = z / deviation
      hermite[0] = weight
      hermite[1] = x * weight
      var n = 2
      while n < terms {
        hermite[n] = (x * hermite[n - 1] - ladder[n - 1] * hermite[n - 2]) / ladder[n]
        n += 1
      }
      var f = 0
      while f < count {
        values[f] = functions[f](value: value / length, slope: slope, x: x)
        n = 0
        while n < terms {
          coefficients[f * terms + n] += values[f] * hermite[n]
          n += 1
        }
        var g = 0
        while g <= f {
          products[f * count + g] += weight * values[f] * values[g]
          g += 1
        }
        f += 1
      }
    }
    self.coefficients = coefficients
    self.products = products
  }

  /// f_n.
  private func coefficient(_ f: UnitFunction, _ n: Int) -> Double {
    coefficients[f.rawValue * HermiteSpectrum.terms + n]
  }

  /// E[f].
  func mean(_ f: UnitFunction) -> Double { coefficient(f, 0) }

  /// dE[f]/d log q = E[f h₂]/√2, as the density's own derivative by q is p (x² − 1)/(2q).
  func logSlope(_ f: UnitFunction) -> Double { coefficient(f, 2) / 2.0.squareRoot() }

  /// dE[f]/dq.
  func slope(_ f: UnitFunction) -> Double { logSlope(f) / q }

  /// d²E[f]/dq², by the same rule E[f h₄] √24/(4q²).
  func curvature(_ f: UnitFunction) -> Double {
    coefficient(f, 4) * 24.0.squareRoot() / (4 * q * q)
  }

  /// Covariance of f(z_a) and g(z_b) at correlation ρ, or its first or second derivative by ρ.
  func covariance(_ f: UnitFunction, _ g: UnitFunction, _ rho: Double, derivative: Int = 0)
    -> Double
  {
    let terms = HermiteSpectrum.terms
    let (row, column) = (max(f.rawValue, g.rawValue), min(f.rawValue, g.rawValue))
    var rest = products[row * count + column] - coefficient(f, 0) * coefficient(g, 0)
    var sum = 0.0
    var power = derivative == 0 ? rho : 1
    var n = 1
    while n <= terms {
      let term = n < terms ? coefficient(f, n) * coefficient(g, n) : rest
      rest -= term
      if n >= derivative {
        let factor =
          switch derivative {
          case 0: 1
          case 1: n
          default: n * (n - 1)
          }
        sum += Double(factor) * power * term
        power *= rho
      }
      n += 1
    }
    return sum
  }

  /// E[f(z_a) g(z_b)] at correlation ρ.
  func product(_ f: UnitFunction, _ g: UnitFunction, _ rho: Double) -> Double {
    covariance(f, g, rho) + coefficient(f, 0) * coefficient(g, 0)
  }
}
