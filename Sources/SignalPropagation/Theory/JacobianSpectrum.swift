import Kernels

/// What is known of a layer's D = diag(φ′(z)) and of the scale of its W.
struct JacobianLayer: Sendable {
  /// The variance of z.
  let q: Double
  /// χ = σ² E[φ′²].
  var chi: Double
  /// The distribution of φ′²/E[φ′²].
  let slopes: AtomicMeasure
  /// E[φ′⁴]/E[φ′²]² − 1; infinite where φ′ is 0 everywhere.
  let relativeVariance: Double

  /// Layers whose q differ by a smaller part are alike.
  static let resolution = 1e-8

  init(q: Double, chi: Double, slopes: AtomicMeasure) {
    self.q = q
    self.chi = chi
    self.slopes = slopes.normalized()
    relativeVariance =
      slopes.zeroShare < 1
      ? zip(self.slopes.atoms, slopes.weights).reduce(-1) { $0 + $1.0 * $1.0 * $1.1 } : .infinity
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
        layers: Array(layers.prefix(layer)), activation: activation,
        isGaussian: initializer != .orthogonal)
    }
  }

  /// The layers up to `depth`, as far as the signal is finite.
  private func jacobianLayers(depth: Int) -> [JacobianLayer] {
    var table = MomentTable(PointwiseFunction(activation))
    var signal = MeanFieldSignal(inputStd: inputStd)
    var layers: [JacobianLayer] = []
    for layer in 1...max(depth, 1) where layer <= depth {
      let weights = weightScale(ofLayer: layer)
      let shift = table.unitShift(q: weights.forward * signal.square)
      if shift != 0 { signal.changeUnit(by: shift) }
      let q = weights.forward * signal.square
      let moments = table.moments(q: q)
      guard q.isFinite, moments.slopeSquare.isFinite else { return layers }
      let chi = weights.forward * moments.slopeSquare
      if var next = layers.last, (next.q - q).magnitude <= JacobianLayer.resolution * q {
        next.chi = chi
        layers.append(next)
      } else {
        layers.append(JacobianLayer(q: q, chi: chi, slopes: activation.slopeSquares(q: q)))
      }
      signal.pass(ResidualBlock(skip: nil), moments: moments, spread: 0)
    }
    return layers
  }
}
