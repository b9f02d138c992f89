import Kernels
import Platform

/// The singular values of the Jacobian ∂h_l/∂h_0 of a plain stack at infinite width, by free probability
/// (Pennington, Schoenholz and Ganguli 2017): see `FreeProduct`.
///
/// It is the distribution of all but finitely many values: single values may lie outside, as those along
/// the layers' own activations do where φ has a mean.
package struct PredictedSpectrum: Sendable {
  /// Π_l χ_l, χ = σ² E[φ′²]: the mean square of the singular values.
  package let meanSquare: Magnitude
  /// m₂/m₁² − 1 for the moments m_k of the squared values: 0 where all are equal. The sum over the layers
  /// of E[φ′⁴]/E[φ′²]² − 1, and of 1 more where the weights are Gaussian.
  package let relativeVariance: Double
  /// The share of the values that are 0.
  package let zeroShare: Double

  /// Shares its memory with those of other depths.
  private let layers: ArraySlice<JacobianLayer>
  private let function: PointwiseFunction
  private let isGaussian: Bool

  /// A quantile that is as near to the share of zeros is 0, as those below it are.
  private static let zeroResolution = 1e-5

  /// - Parameter layers: At least one.
  init(layers: ArraySlice<JacobianLayer>, function: PointwiseFunction, isGaussian: Bool) {
    self.layers = layers
    self.function = function
    self.isGaussian = isGaussian
    meanSquare = layers.reduce(Magnitude(1)) { $0 * $1.chi }
    zeroShare = layers.reduce(0) { max($0, $1.zeroShare) }
    relativeVariance = layers.reduce(0) { $0 + $1.relativeVariance + (isGaussian ? 1 : 0) }
  }

  /// The singular values below which the `shares` lie, each between 0 and 1; `nil` where the equations were
  /// not solved.
  package func quantiles(_ shares: [Double]) -> [Magnitude?] {
    guard meanSquare.significand > 0, zeroShare < 1 else { return shares.map { _ in Magnitude(0) } }
    let least = zeroShare > 0 ? zeroShare + PredictedSpectrum.zeroResolution : 0
    var product = FreeProduct(factors: factors, isGaussian: isGaussian)
    var start = 0.0
    return shares.map { share in
      guard share > least else { return Magnitude(0) }
      let logarithm = product.logQuantile(above: 1 - share, near: start)
      guard logarithm.isFinite else { return nil }
      start = logarithm
      return Magnitude(exp: (meanSquare.log + logarithm) / 2)
    }
  }

  /// The layers as few factors.
  ///
  /// All that is summed over the layers is a smooth function of log q, so where many are within an octave,
  /// three that have Gauss's points for q stand for them.
  private var factors: [FreeProduct.Factor] {
    let sorted = layers.sorted { $0.q < $1.q }
    var factors: [FreeProduct.Factor] = []
    var rest = sorted[...]
    while let first = rest.first {
      let group = rest.prefix { $0.q < 2 * first.q || $0.q == first.q }
      factors += group.count > 4 ? condensed(group) : self.factors(of: group)
      rest = rest[group.endIndex...]
    }
    return factors
  }

  /// Layers whose q is the same are one factor.
  private func factors(of group: ArraySlice<JacobianLayer>) -> [FreeProduct.Factor] {
    var factors: [FreeProduct.Factor] = []
    var last = -1.0
    for layer in group {
      if layer.q - last <= JacobianLayer.resolution * layer.q {
        factors[factors.count - 1].count += 1
      } else {
        factors.append(factor(q: layer.q, count: 1))
        last = layer.q
      }
    }
    return factors
  }

  private func condensed(_ group: ArraySlice<JacobianLayer>) -> [FreeProduct.Factor] {
    let logarithms = group.map { realLog($0.q) }
    guard logarithms.last! - logarithms[0] > JacobianLayer.resolution else {
      return [factor(q: group.first!.q, count: Double(group.count))]
    }
    let distinct = zip(logarithms, logarithms.dropFirst()).reduce(1) { $0 + ($1.0 < $1.1 ? 1 : 0) }
    guard distinct > 4 else { return factors(of: group) }
    let rule = ThreePointRule(of: logarithms)
    return zip(rule.points, rule.weights).map { factor(q: realExp($0), count: $1) }
  }

  /// Layers with this variance of z.
  private func factor(q: Double, count: Double) -> FreeProduct.Factor {
    FreeProduct.Factor(measure: function.slopeSquares(q: q).normalized(), count: count)
  }

  /// What the singular values of one matrix of `width` rows are expected at.
  ///
  /// n values lie at the quantiles (k + ½)/n, k = 0 … n − 1, so the p of `SpectrumSummary` is the
  /// quantile (½ + p·(n − 1))/n of the distribution.
  package func summary(width: Int) -> SpectrumSummary {
    let shares = SpectrumSummary.Quantile.allCases.map {
      (0.5 + $0.rawValue * Double(width - 1)) / Double(width)
    }
    var quantiles = quantiles(shares)[...]
    return SpectrumSummary(meanSquare: meanSquare) { _ in quantiles.removeFirst() }
  }
}
