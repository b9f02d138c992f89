/// Averages over one unit of a layer whose cotangent is u = φ′·(c a + r), a being φ or, at the top, 1:
/// K = φ², A = c φ′a x + r φ′x, U = (c φ′a + r φ′)².
struct GradientUnit {
  /// E[φ²].
  let signal: Double
  /// E[φ′a x].
  let along: Double
  /// E[φ′²a²].
  let square: Double
  /// E[φ′²].
  let slopeSquare: Double
  /// Derivatives of the four by log q.
  let slopes: (signal: Double, along: Double, square: Double, slopeSquare: Double)
  /// Between two rows.
  let pair: UnitProducts
  /// Of one row with itself.
  let row: UnitProducts

  /// - Parameters:
  ///   - rho: Correlation of the two rows' pre-activations.
  ///   - root, along, square: φ′a, φ′a x and φ′²a².
  init(
    _ spectrum: HermiteSpectrum, _ rho: Double, root: UnitFunction, along: UnitFunction,
    square: UnitFunction
  ) {
    signal = spectrum.mean(.square)
    self.along = spectrum.mean(along)
    self.square = spectrum.mean(square)
    slopeSquare = spectrum.mean(.slopeSquare)
    slopes = (
      spectrum.logSlope(.square), spectrum.logSlope(along), spectrum.logSlope(square),
      spectrum.logSlope(.slopeSquare)
    )
    pair = UnitProducts(spectrum, rho, root: root, along: along, square: square)
    row = UnitProducts(spectrum, 1, root: root, along: along, square: square)
  }

  /// E[U].
  func squareMean(_ g: Cotangent) -> Double { g.along * g.along * square + g.noise * slopeSquare }

  /// Derivative of the given combination of E[K], E[A] and E[U] by log q.
  func logSlope(_ weights: UnitWeights, _ g: Cotangent) -> Double {
    weights.signal * slopes.signal + weights.along * g.along * slopes.along
      + weights.square * (g.along * g.along * slopes.square + g.noise * slopes.slopeSquare)
  }
}

/// Covariances of functions of one unit between two rows.
///
/// As c·h is all of the gradient that lies along h, r is orthogonal to φ exactly: so what multiplies r counts
/// without its part along φ, φ′x less φ E[φφ′x]/E[φ²] and φφ′² less φ E[φ²φ′²]/E[φ²].
struct UnitProducts {
  private let signalSignal: Double
  private let signalAlong: Double
  private let signalSquare: Double
  private let signalSlope: Double
  private let alongAlong: Double
  private let alongSquare: Double
  private let alongSlope: Double
  private let squareSquare: Double
  private let squareSlope: Double
  private let slopeSlope: Double
  /// Of the two that multiply r: their first with itself, both, the second with itself.
  private let freeAlong: Double
  private let freeMixed: Double
  private let freeSquare: Double
  /// E[φ′a φ′a] and E[φ′φ′].
  private let roots: Double
  private let slopes: Double

  /// At correlation `rho`; the functions are those of `GradientUnit`.
  init(
    _ spectrum: HermiteSpectrum, _ rho: Double, root: UnitFunction, along: UnitFunction,
    square: UnitFunction
  ) {
    func covariance(_ f: UnitFunction, _ g: UnitFunction) -> Double {
      spectrum.covariance(f, g, rho)
    }
    signalSignal = covariance(.square, .square)
    signalAlong = covariance(.square, along)
    signalSquare = covariance(.square, square)
    signalSlope = covariance(.square, .slopeSquare)
    alongAlong = covariance(along, along)
    alongSquare = covariance(along, square)
    alongSlope = covariance(along, .slopeSquare)
    squareSquare = covariance(square, square)
    squareSlope = covariance(square, .slopeSquare)
    slopeSlope = covariance(.slopeSquare, .slopeSquare)

    let signal = spectrum.mean(.square)
    let values = spectrum.product(.value, .value, rho)
    /// A function, its part along φ, and its product with φ.
    typealias Shared = (f: UnitFunction, part: Double, product: Double)
    func shared(_ f: UnitFunction) -> Shared {
      (f, spectrum.product(f, .value, 1) / signal, spectrum.product(f, .value, rho))
    }
    func free(_ a: Shared, _ b: Shared) -> Double {
      spectrum.product(a.f, b.f, rho) - a.part * b.product - b.part * a.product
        + a.part * b.part * values
    }
    let (first, second) = (shared(.slopeAlong), shared(.valueSlopeSquare))
    freeAlong = free(first, first)
    freeMixed = free(first, second)
    freeSquare = free(second, second)
    roots = spectrum.product(root, root, rho)
    slopes = spectrum.product(.slope, .slope, rho)
  }

  /// E[u u] between the two rows.
  func cotangents(_ g: Cotangent) -> Double { g.along * g.along * roots + g.shared * slopes }

  /// Variance of A.
  func alongVariance(_ g: Cotangent) -> Double {
    g.along * g.along * alongAlong + g.shared * freeAlong
  }

  /// Variance of the linear combination of K, A and U with the given weights.
  func variance(_ weights: UnitWeights, _ g: Cotangent) -> Double {
    let (c, noise, shared) = (g.along, g.noise, g.shared)
    let signalU = c * c * signalSquare + noise * signalSlope
    let alongU =
      c * (c * c * alongSquare + noise * alongSlope + 2 * shared * freeMixed)
    let squareU =
      c * c * (c * c * squareSquare + 2 * noise * squareSlope + 4 * shared * freeSquare)
      + (noise * noise + 2 * shared * shared) * slopeSlope
    return weights.signal * weights.signal * signalSignal
      + weights.along * weights.along * alongVariance(g) + weights.square * weights.square * squareU
      + 2 * weights.signal * (weights.along * c * signalAlong + weights.square * signalU)
      + 2 * weights.along * weights.square * alongU
  }
}

/// Derivatives of log(mean |gradient| at the input) by the averages over a layer's units.
struct UnitWeights {
  /// By log K.
  var signal: Double
  /// By A.
  var along: Double
  /// By U.
  var square: Double
}
