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
  package let spread: Double
  /// The share of the values that are 0.
  package let zeroShare: Double

  private let layers: [JacobianLayer]
  private let gaussian: Bool

  /// - Parameter layers: At least one.
  init(layers: [JacobianLayer], gaussian: Bool) {
    self.layers = layers
    self.gaussian = gaussian
    meanSquare = layers.reduce(Magnitude(1)) { $0 * Magnitude($1.chi) }
    zeroShare = layers.map(\.slopes.zeroShare).max()!
    spread = layers.reduce(0) { $0 + $1.kurtosis + (gaussian ? 1 : 0) }
  }

  /// The singular values below which the `shares` lie, each in 0 ..< 1 and not 0.
  package func quantiles(_ shares: [Double]) -> [Magnitude] {
    guard meanSquare.significand > 0, zeroShare < 1 else { return shares.map { _ in Magnitude(0) } }
    var factors: [FreeProduct.Factor] = []
    var last: Double?
    for layer in layers {
      if let q = last, (layer.q - q).magnitude <= JacobianLayer.resolution * q {
        factors[factors.count - 1].count += 1
      } else {
        factors.append(
          FreeProduct.Factor(measure: layer.slopes.scaled(by: 1 / layer.slopes.mean), count: 1))
        last = layer.q
      }
    }
    var product = FreeProduct(factors: factors, gaussian: gaussian)
    let scale = meanSquare.log
    var start = 0.0
    return shares.map { share in
      guard share > zeroShare + JacobianLayer.resolution else { return Magnitude(0) }
      let logarithm = product.logQuantile(above: 1 - share, near: start)
      if logarithm.isFinite { start = logarithm }
      return Magnitude(exp: (scale + logarithm) / 2)
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

/// What a layer's D = diag(φ′(z)) and the scale of its W are.
struct JacobianLayer: Sendable {
  /// The variance of z.
  var q: Double
  /// The distribution of φ′².
  var slopes: AtomicMeasure
  /// χ = σ² E[φ′²].
  var chi: Double

  /// Layers whose q differ by less are alike.
  static let resolution = 1e-8

  /// E[φ′⁴]/E[φ′²]² − 1.
  var kurtosis: Double {
    let mean = slopes.mean
    guard mean > 0 else { return 0 }
    return zip(slopes.atoms, slopes.weights).reduce(-1) { sum, atom in
      sum + atom.0 / mean * (atom.0 / mean) * atom.1
    }
  }
}

/// Why there is no prediction of the spectrum.
package enum SpectrumLimit: Error, Equatable, Sendable {
  /// In a residual stack the factors are not free of each other.
  case residual
  /// The widths change from layer to layer.
  case changingWidths
  /// The weights have a mean other than 0.
  case weightsWithMean
}

extension Experiment {
  /// The predicted spectrum of the Jacobian of each reported layer; `nil` from the layer on at which the
  /// signal leaves the range of `Double`.
  package func predictSpectra() throws(SpectrumLimit) -> [PredictedSpectrum?] {
    guard skip == nil else { throw .residual }
    let width = shape.width(ofLayer: 0)
    guard (1...shape.depth).allSatisfy({ shape.width(ofLayer: $0) == width }) else {
      throw .changingWidths
    }
    guard isCoveredByTheory else { throw .weightsWithMean }
    let last = reportedLayers.last ?? 0
    let layers = jacobianLayers(depth: last)
    return reportedLayers.map { layer in
      guard layer <= layers.count else { return nil }
      return PredictedSpectrum(
        layers: Array(layers.prefix(layer)), gaussian: initializer != .orthogonal)
    }
  }

  /// The layers up to `depth`, as far as the signal is finite.
  private func jacobianLayers(depth: Int) -> [JacobianLayer] {
    var table = MomentTable(activation)
    var signal = MeanFieldSignal(inputStd: inputStd)
    var layers: [JacobianLayer] = []
    for layer in 1...max(depth, 1) where layer <= depth {
      let weights = weightScale(ofLayer: layer)
      let shift = table.unitShift(q: weights.forward * signal.square)
      if shift != 0 { signal.changeUnit(by: shift) }
      let q = weights.forward * signal.square
      let moments = table.moments(q: q)
      guard q.isFinite, moments.slopeSquare.isFinite else { return layers }
      let slopes: AtomicMeasure
      if let last = layers.last, (last.q - q).magnitude <= JacobianLayer.resolution * q {
        slopes = last.slopes
      } else {
        slopes = activation.slopeSquares(q: q)
      }
      layers.append(
        JacobianLayer(q: q, slopes: slopes, chi: weights.forward * moments.slopeSquare))
      signal.pass(ResidualBlock(skip: nil), moments: moments, spread: 0)
    }
    return layers
  }
}
