/// How the mean product of two rows of a batch over the n units of a layer differs from E[h_a h_b]: to the next
/// order in 1/n, by a shift of its mean, and by a scatter around it.
///
/// The products of rows that are unrelated are 0 on average, and their squares 1/n. A layer whose covariance map F
/// is bent makes a mean of them: with the scatter T, E[F(C)] = F(c) + ½ F″(c) T. For a batch of B rows that counts
/// B² times beside B squares of single rows.
struct RowOverlap {
  /// In E[h²].
  var shift = 0.0
  /// In E[h²]².
  var variance = 0.0

  /// None.
  init() {}

  init(shift: Double, variance: Double) {
    self.shift = shift
    self.variance = variance
  }

  /// Of fresh units.
  init(of signal: ScaledSignal, width: Int) {
    variance = RowOverlap.scatter(of: signal) / Double(width)
  }

  /// Var[h_a h_b] of a unit in E[h²]², for a normal unit with a mean, a part that all rows share, and one of each
  /// row's own.
  static func scatter(of signal: ScaledSignal) -> Double {
    let covariance = 1 - signal.dissimilarity / signal.square
    let mean = signal.mean * signal.mean / signal.square
    return 1 + covariance * covariance - 2 * mean * mean
  }
}

/// The first derivatives of a function of the covariance of two rows, by differences to one side, as negative
/// covariances have no common part: exact for a cubic function, so that an odd one has no curvature at 0.
struct CovarianceCurve {
  var slope: Double
  var curvature: Double

  /// The steps of the dissimilarity, in the dissimilarity itself.
  static let steps = [0, 0.05, 0.1, 0.15]

  /// - Parameters:
  ///   - values: At `steps`.
  ///   - dissimilarity: In E[h²], in which the derivatives are, too.
  init(_ values: [Double], dissimilarity: Double) {
    let step = CovarianceCurve.steps[1] * dissimilarity
    slope = (18 * values[1] - 11 * values[0] - 9 * values[2] + 2 * values[3]) / (6 * step)
    curvature =
      (2 * values[0] - 5 * values[1] + 4 * values[2] - values[3]) / (step * step)
  }

  /// What an overlap adds to the function on average.
  func shift(by overlap: RowOverlap) -> Double {
    slope * overlap.shift + curvature * overlap.variance / 2
  }
}
