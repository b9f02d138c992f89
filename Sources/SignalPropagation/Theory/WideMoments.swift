import Kernels

/// Moments of φ at a pre-activation of any variance, see `GaussianMoments`.
struct WideMoments {
  var mean: WideDouble
  var variance: WideDouble
  var slopeSquare: WideDouble
  var curvature: WideDouble
  var productSlope: WideDouble
  var valueSlopeSquare: WideDouble
  var productSquare: WideDouble

  init(_ moments: GaussianMoments) {
    self.init { WideDouble(moments[keyPath: $0]) }
  }

  /// - Parameter known: The moments at the variances `inward` of `far`.
  init(_ known: [GaussianMoments], at far: FarVariance) {
    self.init { moment in far.value(known.map { $0[keyPath: moment] }) }
  }

  private init(_ value: (KeyPath<GaussianMoments, Double>) -> WideDouble) {
    mean = value(\.mean)
    variance = value(\.variance)
    slopeSquare = value(\.slopeSquare)
    curvature = value(\.curvature)
    productSlope = value(\.productSlope)
    valueSlopeSquare = value(\.valueSlopeSquare)
    productSquare = value(\.productSquare)
  }
}

/// A variance so far from 1 that what depends on it is a power of the deviation.
struct FarVariance {
  /// Three variances between it and 1, the first one on the edge of what is integrated.
  let inward: [Double]
  /// The doublings of the deviation from each of them to this one.
  let shifts: [Int]
  /// Doublings of the deviation from one of them to the next.
  private let reach: Int
  private static let edge = 300

  /// `nil` where the variance is nearer, or 0.
  init?(_ q: WideDouble) {
    guard q.isFinite, q.significand != 0, q.exponent.magnitude > FarVariance.edge + 1 else {
      return nil
    }
    let sign = q.exponent.signum()
    let steps = (q.exponent - sign * FarVariance.edge) / 2
    let reach = 10 * sign
    let shifts = (0...2).map { steps + $0 * reach }
    inward = shifts.map { q.scaled(byPowerOfTwo: -2 * $0).doubleValue }
    (self.shifts, self.reach) = (shifts, reach)
  }

  /// The figure at this variance, from its values at the variances `inward`; NaN where they follow no power.
  func value(_ known: [Double]) -> WideDouble { value(known.map { WideDouble($0) }) }

  /// The same of figures of any size.
  func value(_ known: [WideDouble]) -> WideDouble {
    // What has overflown goes on doing so.
    guard known[0] != 0.0 || known[1] != 0.0, known[0].isFinite else { return known[0] }
    let ratios = zip(known, known.dropFirst()).map { $0 / $1 }
    let power = (ratios[0].magnitude.log / (Double(reach) * Magnitude.ln2)).rounded()
    guard power.magnitude < 100 else { return .nan }
    let isSteady = ratios.allSatisfy {
      ($0.scaled(byPowerOfTwo: -reach * Int(power)).doubleValue - 1).magnitude < 1e-8
    }
    return isSteady ? known[0].scaled(byPowerOfTwo: Int(power) * shifts[0]) : .nan
  }
}
