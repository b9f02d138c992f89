import Platform

extension WeightDistribution {
  /// Mean and variance of a standard normal number that is restricted to a window.
  ///
  /// By quadrature, because the closed form in Φ and the density cancels in narrow windows and in tails.
  static func truncatedMoments(from: Double, to: Double) -> (mean: Double, variance: Double) {
    let density = TruncatedDensity(from: from, to: to)
    let total = density.integral { _ in 1 }
    let mean = density.integral { $0 } / total
    return (mean, density.integral { ($0 - mean) * ($0 - mean) } / total)
  }

  /// The share of candidates that a pass of `Generator.fillTruncatedNormal` keeps.
  static func acceptance(from: Double, to: Double) -> Double {
    let density = TruncatedDensity(from: from, to: to)
    let integral = density.integral { _ in 1 }
    let probability = integral * density.peak / (2 * Double.pi).squareRoot()
    return probability > 0.3 ? probability : integral / (to - from)
  }
}

/// The standard normal density in a window, relative to its largest value there.
struct TruncatedDensity {
  private let mode: Double
  private let lower: Double
  private let upper: Double

  /// exp(−mode²/2): the largest value, relative to that at 0.
  var peak: Double { exp(-mode * mode / 2) }

  /// Cut where it is below 1e-31, as x − mode is 12, or x² − mode² is 144.
  init(from: Double, to: Double) {
    mode = max(from, min(0, to))
    let reach = min(12, 72 / abs(mode))
    lower = max(from, mode - reach)
    upper = min(to, mode + reach)
  }

  /// ∫ function · density, by eight-point Gauss–Legendre quadrature on panels across which it changes little.
  func integral(of function: (Double) -> Double) -> Double {
    let panels = max(1, (2 * (1 + abs(mode)) * (upper - lower)).rounded(.up))
    let half = (upper - lower) / panels / 2
    func weighted(_ x: Double) -> Double { function(x) * exp((mode - x) * (mode + x) / 2) }
    var sum = 0.0
    for panel in 0..<Int(panels) {
      let centre = lower + half * Double(2 * panel + 1)
      for (node, weight) in Self.nodes {
        sum += weight * (weighted(centre - half * node) + weighted(centre + half * node))
      }
    }
    return sum * half
  }

  private static let nodes: [(node: Double, weight: Double)] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (0.960_289_856_497_536_2, 0.101_228_536_290_376_3),
  ]
}
