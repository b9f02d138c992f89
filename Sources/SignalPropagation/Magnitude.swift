/// A non-negative number significand · 2^exponent whose range has no end in practice.
///
/// Gradients through deep stacks leave the range of `Double` (sigmoid reaches 1e-640 at depth 1000),
/// so figures that shrink or grow with depth carry their power of two beside them.
public struct Magnitude: Sendable {
  /// In 1 ..< 2, or zero, infinite or NaN.
  public let significand: Double
  /// Zero unless the significand is in 1 ..< 2.
  public let exponent: Int

  /// |value| · 2^exponent.
  public init(_ value: Double, timesPowerOfTwo exponent: Int = 0) {
    guard value.isFinite, value != 0 else {
      significand = value.magnitude
      self.exponent = 0
      return
    }
    significand = value.significand
    self.exponent = Int(value.exponent) + exponent
  }

  /// e^logarithm, for a natural logarithm of any size.
  public init(exp logarithm: Double) {
    fatalError("to do")
  }

  /// The nearest `Double`: zero or infinity beyond its range.
  public var doubleValue: Double {
    guard significand.isFinite, significand != 0 else { return significand }
    let clamped = min(max(exponent, -2000), 2000)
    return Double(sign: .plus, exponent: clamped, significand: significand)
  }
}

extension Magnitude: Equatable, Comparable {
  /// As IEEE comparison: false where either is NaN.
  public static func < (a: Magnitude, b: Magnitude) -> Bool {
    let bothRegular =
      a.significand.isFinite && b.significand.isFinite && a.significand != 0 && b.significand != 0
    guard bothRegular, a.exponent != b.exponent else { return a.significand < b.significand }
    return a.exponent < b.exponent
  }
}
