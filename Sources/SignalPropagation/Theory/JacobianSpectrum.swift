import Kernels

/// What is known of a layer's D = diag(φ′(z)) and of the scale of its W.
struct JacobianLayer: Sendable {
  /// The variance of z.
  let q: Double
  /// χ = σ² E[φ′²].
  var chi: Magnitude
  /// The probability that φ′ is 0.
  let zeroShare: Double
  /// E[φ′⁴]/E[φ′²]² − 1; infinite where φ′ is 0 everywhere.
  let relativeVariance: Double

  /// Layers whose q differ by a smaller part are alike.
  static let resolution = 1e-8

  /// - Parameter slopes: The distribution of φ′², which is not kept: its atoms are hundreds.
  init(q: Double, chi: Magnitude, slopes: AtomicMeasure) {
    self.q = q
    self.chi = chi
    let normalized = slopes.normalized()
    zeroShare = normalized.zeroShare
    relativeVariance =
      slopes.zeroShare < 1
      ? zip(normalized.atoms, slopes.weights).reduce(-1) { $0 + $1.0 * $1.0 * $1.1 } : .infinity
  }
}

/// Why there is no prediction of the spectrum.
package enum SpectrumLimit: Error, CaseIterable, Sendable {
  /// In a residual stack the factors are not free of each other.
  case residual
  /// The layer is not φ(W h) with one function φ.
  case notOneFunction
  /// The widths change from layer to layer.
  case changingWidths
  /// The weights have a mean other than 0.
  case weightsWithMean

  /// The end of a sentence, without its full stop.
  package var summary: String {
    switch self {
    case .residual: "the layer adds its input to its output"
    case .notOneFunction: "the layer is not one function of W(h)"
    case .changingWidths: "the widths change"
    case .weightsWithMean: "the weights have a mean"
    }
  }
}

extension Experiment {
  /// What is in the way of a prediction of the spectrum; `nil` where there is one.
  package var spectrumLimit: SpectrumLimit? {
    var deepest = self
    deepest.reports = .layers([stack.isUniform ? 1 : max(lastReport, 1)])
    do throws(SpectrumLimit) {
      _ = try deepest.predictSpectra()
    } catch {
      return error
    }
    return nil
  }

  /// The predicted spectrum of the Jacobian of each reported layer; `nil` from the layer on at which the
  /// signal leaves the range of `Double`.
  package func predictSpectra() throws(SpectrumLimit) -> [PredictedSpectrum?] {
    guard isCoveredByTheory else { throw .weightsWithMean }
    let width = shape.width(ofLayer: 0)
    guard (1...shape.depth).allSatisfy({ shape.width(ofLayer: $0) == width }) else {
      throw .changingWidths
    }
    let (function, layers) = try jacobianLayers(depth: reportedLayers.last ?? 1)
    return reportedLayers.map { layer in
      guard layer <= layers.count else { return nil }
      return PredictedSpectrum(
        layers: layers.prefix(layer), function: function,
        isGaussian: initializer != .orthogonal)
    }
  }

  /// φ, and the layers up to `depth` as far as the signal is finite.
  private func jacobianLayers(
    depth: Int
  ) throws(SpectrumLimit) -> (PointwiseFunction, [JacobianLayer]) {
    var field = MeanField(stack, followsPairs: false, followsOnes: false)
    var function: PointwiseFunction?
    var layers: [JacobianLayer] = []
    layers.reserveCapacity(depth)
    var isFinite = true
    while field.layer < depth, isFinite {
      field.advance()
      guard let branch = field.branch else { throw .notOneFunction }
      guard branch.layer.block.carry == 0 else { throw .residual }
      let common = function ?? branch.layer.function
      guard branch.layer.function == common else { throw .notOneFunction }
      function = common
      let (variance, slopeSquare) = (branch.q, branch.moments.slopeSquare)
      isFinite = variance.isFinite && slopeSquare.isFinite
      guard isFinite else { continue }
      let chi = Magnitude(branch.layer.weights.forward * slopeSquare)
      // Farther out, or nearer to 0, φ′ is a power of z, and the distribution relative to its mean the same.
      let q = variance == 0.0 ? 0 : min(max(variance, 0x1p-300), 0x1p300).doubleValue
      if var next = layers.last, (next.q - q).magnitude <= JacobianLayer.resolution * q {
        next.chi = chi
        layers.append(next)
      } else {
        layers.append(JacobianLayer(q: q, chi: chi, slopes: common.slopeSquares(q: q)))
      }
    }
    return (function!, layers)
  }
}
