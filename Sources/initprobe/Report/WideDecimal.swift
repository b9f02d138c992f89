import SignalPropagation

/// A magnitude as a decimal of 38 digits, for magnitudes whose exponent no double can hold.
///
/// The value is digits · 10^exponent, off by a relative 1e-37 for each unit of the binary exponent:
/// far less than it takes to turn the 17 digits of a double.
struct WideDecimal: Equatable {
  /// In 10³⁷ ..< 10³⁸.
  private(set) var digits: UInt128
  private(set) var exponent: Int
  /// Half the distance to the next magnitude, in units of the last digit.
  private var halfStep: UInt128 = 0

  /// 10³⁷, the digits of a one.
  private static let one: UInt128 = 10_000_000_000_000_000_000_000_000_000_000_000_000

  /// The magnitude must be neither zero nor infinite nor NaN.
  init(_ magnitude: Magnitude) {
    // The significand is a whole number of 2⁻⁵².
    let whole = UInt128(magnitude.significand * 0x1p52)
    self = WideDecimal(whole).times(.powerOfTwo(magnitude.exponent - 52))
    // Below a power of two the next magnitude is half as far away.
    halfStep = digits / (whole * (magnitude.significand == 1 ? 4 : 2))
  }

  private init(_ integer: UInt128) {
    digits = integer
    exponent = 0
    while digits < Self.one {
      digits *= 10
      exponent -= 1
    }
  }

  /// By repeated squaring of 2, or of 1/2 = 5·10⁻¹.
  private static func powerOfTwo(_ power: Int) -> WideDecimal {
    var square = WideDecimal(power < 0 ? 5 : 2)
    if power < 0 { square.exponent -= 1 }
    var result = WideDecimal(1)
    var rest = power.magnitude
    while rest > 0 {
      if rest & 1 == 1 { result = result.times(square) }
      square = square.times(square)
      rest >>= 1
    }
    return result
  }

  private func times(_ other: WideDecimal) -> WideDecimal {
    // In 10⁷⁴ ..< 10⁷⁶, to be cut to 38 digits.
    let product = digits.multipliedFullWidth(by: other.digits)
    var result = self
    result.digits = (10 * Self.one).dividingFullWidth(product).quotient
    result.exponent += other.exponent + 38
    if result.digits < Self.one {
      result.digits = Self.one.dividingFullWidth(product).quotient
      result.exponent -= 1
    }
    return result
  }

  /// Correctly rounded to `count` digits, as `1.2345e-640`.
  func scientific(digits count: Int, plus: String = "+") -> String {
    let rounded = String(nearest(count) / Self.unit(count))
    // Rounding up to a power of ten yields a digit more.
    let leading = exponent + 37 + rounded.count - count
    let fraction = rounded.dropFirst().prefix(count - 1)
    return
      "\(rounded.prefix(1))\(count > 1 ? "." : "")\(fraction)e\(leading < 0 ? "" : plus)\(leading)"
  }

  /// The fewest digits that lie closer to this magnitude than to its neighbours; 17 always do.
  var shortest: String {
    let count = (1..<17).first { count in
      let rounded = nearest(count)
      return (rounded > digits ? rounded - digits : digits - rounded) < halfStep
    }
    return scientific(digits: count ?? 17, plus: "")
  }

  /// `digits` with all but the first `count` rounded away. No magnitude in question is a tie: it would
  /// have to be a multiple of a power of 5 that its 53 bits cannot hold.
  private func nearest(_ count: Int) -> UInt128 {
    let unit = Self.unit(count)
    return (digits + unit / 2) / unit * unit
  }

  /// The last of `count` digits, in units of the 38th.
  private static func unit(_ count: Int) -> UInt128 {
    (count..<38).reduce(1) { power, _ in power * 10 }
  }
}
