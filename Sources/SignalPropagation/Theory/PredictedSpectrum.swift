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

  private let layers: [JacobianLayer]
  private let function: PointwiseFunction
  private let isGaussian: Bool

  /// A quantile that is as near to the share of zeros is 0, as those below it are.
  private static let zeroResolution = 1e-5

  /// - Parameter layers: At least one.
  init(layers: [JacobianLayer], function: PointwiseFunction, isGaussian: Bool) {
    self.layers = layers
    self.function = function
    self.isGaussian = isGaussian
    meanSquare = layers.reduce(Magnitude(1)) { $0 * $1.chi }
    zeroShare = layers.map(\.slopes.zeroShare).max()!
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
    var groups: [[JacobianLayer]] = []
    for layer in layers.sorted(by: { $0.q < $1.q }) {
      if let first = groups.last?.first, layer.q < 2 * first.q || layer.q == first.q {
        groups[groups.count - 1].append(layer)
      } else {
        groups.append([layer])
      }
    }
    return groups.flatMap { group in
      group.count > 4 ? condensed(group) : factors(of: group)
    }
  }

  /// Layers whose q is the same are one factor.
  private func factors(of group: [JacobianLayer]) -> [FreeProduct.Factor] {
    var factors: [FreeProduct.Factor] = []
    var last = -1.0
    for layer in group {
      if layer.q - last <= JacobianLayer.resolution * layer.q {
        factors[factors.count - 1].count += 1
      } else {
        factors.append(FreeProduct.Factor(measure: layer.slopes, count: 1))
        last = layer.q
      }
    }
    return factors
  }

  private func condensed(_ group: [JacobianLayer]) -> [FreeProduct.Factor] {
    let logarithms = group.map { realLog($0.q) }
    guard logarithms.last! - logarithms[0] > JacobianLayer.resolution else {
      return [FreeProduct.Factor(measure: group[0].slopes, count: Double(group.count))]
    }
    guard Set(logarithms).count > 4 else { return factors(of: group) }
    let rule = ThreePointRule(of: logarithms)
    return zip(rule.points, rule.weights).map { point, weight in
      let slopes = function.slopeSquares(q: realExp(point))
      return FreeProduct.Factor(measure: slopes.normalized(), count: weight)
    }
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
