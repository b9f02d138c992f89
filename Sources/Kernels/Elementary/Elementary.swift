/// A number type that activation functions are written over.
///
/// Each activation has one formula for φ and one for φ′, evaluated in `Double` for the theory and
/// in `Lanes` (16 floats) in the hot path. The requirements are exactly what those formulas need.
/// Each function is accurate in its tails: no cancellation, no overflow on the way to a finite
/// result.
protocol Elementary: ExpressibleByFloatLiteral where FloatLiteralType == Double {
  /// The outcome of a comparison: one Boolean per number.
  associatedtype Mask

  static prefix func - (x: Self) -> Self
  static func + (x: Self, y: Self) -> Self
  static func - (x: Self, y: Self) -> Self
  static func * (x: Self, y: Self) -> Self
  static func / (x: Self, y: Self) -> Self

  /// x·y + z, rounded once.
  static func fma(_ x: Self, _ y: Self, _ z: Self) -> Self

  static func < (x: Self, y: Self) -> Mask
  static func > (x: Self, y: Self) -> Mask
  static func <= (x: Self, y: Self) -> Mask
  static func >= (x: Self, y: Self) -> Mask

  /// `x` where the condition holds, else `y`; both are evaluated.
  static func select(_ condition: Mask, _ x: Self, _ y: Self) -> Self

  /// |x|.
  static func abs(_ x: Self) -> Self
  /// The square root, correctly rounded.
  static func squareRoot(_ x: Self) -> Self

  /// e^x.
  static func exp(_ x: Self) -> Self
  /// e^−|x|.
  static func decay(_ x: Self) -> Self
  /// e^−|x·y|, as accurate as if the product were exact.
  static func decay(_ x: Self, times y: Self) -> Self
  /// e^x − 1, accurate near 0.
  static func expm1(_ x: Self) -> Self
  /// log x.
  static func log(_ x: Self) -> Self
  /// log(1 + x), accurate near 0.
  static func log1p(_ x: Self) -> Self
  /// 1 / (1 + e^−x), accurate where it is small.
  static func sigmoid(_ x: Self) -> Self
  /// The derivative of the sigmoid, sigmoid(x)·sigmoid(−x).
  static func sigmoidSlope(_ x: Self) -> Self
  /// tanh x.
  static func tanh(_ x: Self) -> Self
  /// The error function.
  static func erf(_ x: Self) -> Self
  /// Φ(x) = P(Z ≤ x) for a standard normal Z, accurate where it is small.
  static func normalCDF(_ x: Self) -> Self
  static func sin(_ x: Self) -> Self
  static func cos(_ x: Self) -> Self
  static func atan(_ x: Self) -> Self
}

extension Elementary {
  /// `x` limited to `lower...upper`; NaN stays NaN.
  @inline(__always)
  static func clamp(_ x: Self, _ lower: Self, _ upper: Self) -> Self {
    select(x < lower, lower, select(x > upper, upper, x))
  }
}
