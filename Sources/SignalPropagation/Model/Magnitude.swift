import Kernels
import Platform

/// A non-negative number significand · 2^exponent whose range has no end in practice.
///
/// Gradients through deep stacks leave the range of `Double` (sigmoid reaches 1e-640 at depth 1000),
/// so figures that shrink or grow with depth carry their power of two beside them. An exponent beyond
/// ±2⁶² saturates to infinity or zero.
package struct Magnitude: Sendable {
  /// In 1 ..< 2, or zero, infinite or NaN.
  package let significand: Double
  /// Zero unless the significand is in 1 ..< 2.
  package let exponent: Int

  /// |value| · 2^exponent.
  package init(_ value: Double, timesPowerOfTwo exponent: Int = 0) {
    guard value.isFinite, value != 0 else {
      significand = value.magnitude
      self.exponent = 0
      return
    }
    guard exponent.magnitude < 1 << 62 else {
      significand = exponent > 0 ? .infinity : 0
      self.exponent = 0
      return
    }
    significand = value.significand
    self.exponent = Int(value.exponent) + exponent
  }

  /// e^logarithm, for a natural logarithm of any size, to about one unit in the last place.
  ///
  /// With n the integer nearest to logarithm/ln 2, e^logarithm = e^r · 2^n where
  /// r = logarithm − n·ln 2. As r is small, the product must be right far below the last place of the
  /// logarithm: ln 2 is taken in two parts, and a fused multiply-add rounds only the small difference.
  package init(exp logarithm: Double) {
    guard logarithm.magnitude < 0x1p61 else {
      self.init(realExp(logarithm))
      return
    }
    let ln2Low = 0x1.abc9e3b39803fp-56
    let n = (logarithm / Magnitude.ln2).rounded()
    let r = (-n * ln2Low) + logarithm.addingProduct(-n, Magnitude.ln2)
    self.init(realExp(r), timesPowerOfTwo: Int(n))
  }

  static let ln2 = 0x1.62e42fefa39efp-1

  /// The nearest `Double`: zero or infinity beyond its range.
  package var doubleValue: Double {
    guard significand.isFinite, significand != 0 else { return significand }
    let clamped = min(max(exponent, -2000), 2000)
    return Double(sign: .plus, exponent: clamped, significand: significand)
  }

  /// The natural logarithm: −∞ for zero, finite for every regular magnitude.
  package var log: Double {
    realLog(significand) + Double(exponent) * Magnitude.ln2
  }

  /// The decimal logarithm.
  package var log10: Double {
    log / 2.302585092994045684
  }
}

extension Magnitude {
  /// The product.
  package static func * (a: Magnitude, b: Magnitude) -> Magnitude {
    Magnitude(a.significand * b.significand, timesPowerOfTwo: a.exponent + b.exponent)
  }

  /// The quotient.
  package static func / (a: Magnitude, b: Magnitude) -> Magnitude {
    Magnitude(a.significand / b.significand, timesPowerOfTwo: a.exponent - b.exponent)
  }
}

extension Magnitude: Equatable, Comparable {
  /// As IEEE comparison: false where either is NaN.
  package static func < (a: Magnitude, b: Magnitude) -> Bool {
    let bothRegular =
      a.significand.isFinite && b.significand.isFinite && a.significand != 0 && b.significand != 0
    guard bothRegular, a.exponent != b.exponent else { return a.significand < b.significand }
    return a.exponent < b.exponent
  }
}

extension Magnitude {
  /// |value|.
  init(_ value: WideDouble) { self.init(value.significand, timesPowerOfTwo: value.exponent) }
}
