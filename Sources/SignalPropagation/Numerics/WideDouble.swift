import Platform

/// A real number significand · 2^exponent whose range has no end in practice.
///
/// Variances are squares, and what comes down a stack is a product over its layers: both leave the range of
/// `Double` where what they are made from is well inside. Sums, products, quotients and roots are rounded as
/// those of `Double`, so where these stay normal the results are the same to the bit. An exponent beyond ±2⁵⁰
/// saturates to infinity or zero.
struct WideDouble: Equatable {
  /// Of magnitude 1 ..< 2, or zero, infinite or NaN.
  let significand: Double
  /// Zero unless the significand is of magnitude 1 ..< 2.
  let exponent: Int

  /// value · 2^exponent.
  init(_ value: Double, timesPowerOfTwo exponent: Int = 0) {
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

  static let nan = WideDouble(.nan)
  static let infinity = WideDouble(.infinity)

  var isFinite: Bool { significand.isFinite }
  var isNaN: Bool { significand.isNaN }
  var magnitude: WideDouble { WideDouble(significand.magnitude, timesPowerOfTwo: exponent) }

  /// The nearest `Double`: zero or infinity beyond its range.
  var doubleValue: Double {
    guard significand.isFinite, significand != 0 else { return significand }
    return Double(sign: .plus, exponent: min(max(exponent, -2000), 2000), significand: significand)
  }

  /// The natural logarithm.
  var log: Double {
    (-1022...1023).contains(exponent)
      ? realLog(doubleValue) : realLog(significand) + Double(exponent) * Magnitude.ln2
  }

  func squareRoot() -> WideDouble {
    let odd = exponent & 1
    return WideDouble(
      (odd == 1 ? 2 * significand : significand).squareRoot(),
      timesPowerOfTwo: (exponent - odd) / 2)
  }

  /// The same times 2^power.
  func scaled(byPowerOfTwo power: Int) -> WideDouble {
    WideDouble(significand, timesPowerOfTwo: exponent + power)
  }
}

extension WideDouble: ExpressibleByFloatLiteral, Comparable {
  init(floatLiteral value: Double) { self.init(value) }

  static prefix func - (a: WideDouble) -> WideDouble {
    WideDouble(-a.significand, timesPowerOfTwo: a.exponent)
  }

  static func + (a: WideDouble, b: WideDouble) -> WideDouble {
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

  static func - (a: WideDouble, b: WideDouble) -> WideDouble { a + -b }

  static func * (a: WideDouble, b: WideDouble) -> WideDouble {
    WideDouble(a.significand * b.significand, timesPowerOfTwo: a.exponent + b.exponent)
  }

  static func / (a: WideDouble, b: WideDouble) -> WideDouble {
    WideDouble(a.significand / b.significand, timesPowerOfTwo: a.exponent - b.exponent)
  }

  static func * (a: WideDouble, b: Double) -> WideDouble { a * WideDouble(b) }
  static func * (a: Double, b: WideDouble) -> WideDouble { WideDouble(a) * b }

  /// As IEEE comparison: false where either is NaN.
  static func < (a: WideDouble, b: WideDouble) -> Bool {
    guard a.isFinite, b.isFinite, a.significand * b.significand > 0, a.exponent != b.exponent else {
      return a.significand < b.significand
    }
    return (a.exponent < b.exponent) == (a.significand > 0)
  }
}

extension Magnitude {
  /// |value|.
  init(_ value: WideDouble) { self.init(value.significand, timesPowerOfTwo: value.exponent) }
}
