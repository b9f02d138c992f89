/// What the scatter of the gradient needs to know of one layer.
///
/// Lengths are relative: h is measured in the root of its E[h²] and z = √q x by x, so that neither the
/// unit nor the growth of a signal enters.
struct ScatteringLayer {
  /// n_l.
  let width: Double
  /// n_(l−1).
  let widthBelow: Double
  /// c_(l−1) = along·A/K_(l−1), A = ⟨u x⟩.
  let along: Double
  /// ρ_(l−1) = across·U; NaN where the layer's moments are not known.
  let across: Double
  /// For a gradient c·h + r from above.
  let inner: GradientUnit
  /// For one of all ones: as if h were 1.
  let top: GradientUnit
  /// Correlation of the two rows' pre-activations.
  private let rho: Double
  /// Variance of the pre-activation.
  private let q: Double

  /// - Parameters:
  ///   - below, above: The layer's input and output at infinite width, in one unit.
  ///   - previous: The layer below, whose moments serve again once the signal has come to rest.
  init(
    _ activation: Activation, widthBelow: Int, width: Int, weights: WeightScale,
    below: ScaledSignal, above: ScaledSignal, previous: ScatteringLayer?
  ) {
    let forward = weights.forward.doubleValue
    self.width = Double(width)
    self.widthBelow = Double(widthBelow)
    along = self.width / self.widthBelow * forward.squareRoot()
    q = forward * below.square
    rho = max(0, below.similarity)
    if let previous, previous.q == q, previous.rho == rho {
      (inner, top) = (previous.inner, previous.top)
    } else {
      let spectrum = HermiteSpectrum(
        activation, q: q, functions: UnitFunction.backward, length: above.square.squareRoot())
      inner = GradientUnit(
        spectrum, rho, root: .product, along: .productAlong, square: .productSquare)
      top = GradientUnit(spectrum, rho, root: .slope, along: .slopeAlong, square: .slopeSquare)
    }
    let isResolved = (inner.signal - 1).magnitude < HermiteSpectrum.tolerance
    across = isResolved ? weights.backward.doubleValue : .nan
  }
}
