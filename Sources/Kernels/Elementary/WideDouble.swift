import Platform

/// A real number significand · 2^exponent whose range has no end in practice.
///
/// Variances are squares, and what comes down a stack is a product over its layers: both leave the range of
/// `Double` where what they are made from is well inside, and so do derivatives in the tails of an activation.
/// Sums, products, quotients and roots are rounded as those of `Double`, so where these stay normal the
/// results are the same to the bit. An exponent beyond ±2⁵⁰ saturates to infinity or zero.
package struct WideDouble: Equatable, Sendable {
  /// Of magnitude 1 ..< 2, or zero, infinite or NaN.
  package let significand: Double
  /// Zero unless the significand is of magnitude 1 ..< 2.
  package let exponent: Int

  /// value · 2^exponent.
  package init(_ value: Double, timesPowerOfTwo exponent: Int = 0) {
    guard value.isFinite, value != 0 else {
      (significand, self.exponent) = (value, 0)
      return
    }
    guard exponent.magnitude < 1 << 50 else {
      significand = exponent > 0 ? .infinity * value : 0 * value
      self.exponent = 0
      return
    }
    significand = value < 0 ? -value.significand : value.significand
    self.exponent = Int(value.exponent) + exponent
  }

  package static let nan = WideDouble(.nan)
  package static let infinity = WideDouble(.infinity)

  static let ln2 = 0x1.62e42fefa39efp-1

  /// Neither infinite nor NaN.
  package var isFinite: Bool { significand.isFinite }
  /// As that of `Double`.
  package var isNaN: Bool { significand.isNaN }
  /// |value|.
  package var magnitude: WideDouble { WideDouble(significand.magnitude, timesPowerOfTwo: exponent) }

  /// The nearest `Double`: zero or infinity beyond its range.
  package var doubleValue: Double {
    guard significand.isFinite, significand != 0 else { return significand }
    return Double(sign: .plus, exponent: min(max(exponent, -2000), 2000), significand: significand)
  }

  /// The natural logarithm.
  package var log: Double {
    (-1022...1023).contains(exponent)
      ? realLog(doubleValue) : realLog(significand) + Double(exponent) * WideDouble.ln2
  }

  /// Rounded as that of `Double`.
  package func squareRoot() -> WideDouble {
    let odd = exponent & 1
    return WideDouble(
      (odd == 1 ? 2 * significand : significand).squareRoot(),
      timesPowerOfTwo: (exponent - odd) / 2)
  }

  /// The same times 2^power.
  package func scaled(byPowerOfTwo power: Int) -> WideDouble {
    WideDouble(significand, timesPowerOfTwo: exponent + power)
  }
}

extension WideDouble: ExpressibleByFloatLiteral, Comparable {
  package init(floatLiteral value: Double) { self.init(value) }

  package static prefix func - (a: WideDouble) -> WideDouble {
    WideDouble(-a.significand, timesPowerOfTwo: a.exponent)
  }

  package static func + (a: WideDouble, b: WideDouble) -> WideDouble {
    guard a.significand != 0, a.isFinite, b.significand != 0, b.isFinite else {
      if a.isFinite, b.isFinite { return a.significand == 0 ? b : a }
      return WideDouble(a.significand + b.significand)
    }
    let (large, small) = a.exponent >= b.exponent ? (a, b) : (b, a)
    // Farther below it than this, the smaller one has no part in the rounding.
    let distance = min(large.exponent - small.exponent, 200)
    let part = Double(sign: .plus, exponent: -distance, significand: 1) * small.significand
    return WideDouble(large.significand + part, timesPowerOfTwo: large.exponent)
  }

  package static func - (a: WideDouble, b: WideDouble) -> WideDouble { a + -b }

  package static func * (a: WideDouble, b: WideDouble) -> WideDouble {
    WideDouble(a.significand * b.significand, timesPowerOfTwo: a.exponent + b.exponent)
  }

  package static func / (a: WideDouble, b: WideDouble) -> WideDouble {
    WideDouble(a.significand / b.significand, timesPowerOfTwo: a.exponent - b.exponent)
  }

  package static func * (a: WideDouble, b: Double) -> WideDouble { a * WideDouble(b) }
  package static func * (a: Double, b: WideDouble) -> WideDouble { WideDouble(a) * b }

  /// As IEEE comparison: false where either is NaN.
  package static func < (a: WideDouble, b: WideDouble) -> Bool {
    guard a.isFinite, b.isFinite, a.significand * b.significand > 0, a.exponent != b.exponent else {
      return a.significand < b.significand
    }
    return (a.exponent < b.exponent) == (a.significand > 0)
  }
}
