/// Logarithms.
extension Lanes {
  /// Measured over all floats up to 0.86 ulp, subnormal arguments included; −∞ at 0, NaN below.
  @inline(__always)
  static func log(_ x: Lanes) -> Lanes {
    let isSubnormal = x < 1.1754943508222875e-38
    let (k, m, _) = splitLogarithm(select(isSubnormal, x * 8388608.0, x))
    let n = k - select(isSubnormal, 23.0, 0.0)
    return atEnds(logarithm(m - 1.0, n), argument: x)
  }

  /// As log u, u = 1 + x = 2^k·m, but with the f that u lost by its rounding: m − 1 is 2^−k·x +
  /// (2^−k − 1), one rounding of an exact sum. From 2²⁴ on the 1 is lost without harm. Measured up
  /// to 1.4 ulp.
  @inline(__always)
  static func log1p(_ x: Lanes) -> Lanes {
    let u = 1.0 + x
    let (k, m, scale) = splitLogarithm(u)
    let f = select(x < 16777216.0, scale * x + (scale - 1.0), m - 1.0)
    return atEnds(logarithm(f, k), argument: u)
  }

  /// u = 2^k·m with √½ ≤ m < √2, and 2^−k; for positive normal u.
  @inline(__always)
  private static func splitLogarithm(_ u: Lanes) -> (k: Lanes, m: Lanes, scale: Lanes) {
    let rootHalf = Bits(repeating: 0x3F35_04F3)
    let above = u.bits &- rootHalf
    // k, with a bias that keeps the difference positive, shifted down beside 1.5·2²³.
    let biased = (above &+ Bits(repeating: 0x4000_0000)) &>> Bits(repeating: 23)
    let k = Lanes(bits: biased &+ Bits(repeating: 0x4B40_0000 - 128)) - integerAligner
    let m = Lanes(bits: (above .& Bits(repeating: 0x007F_FFFF)) &+ rootHalf)
    let scale = Lanes(bits: Bits(repeating: 0x3F80_0000) &- (above .& Bits(repeating: 0xFF80_0000)))
    return (k, m, scale)
  }

  /// log(1 + f) + n·ln 2 with log(1 + f) = f − f²/2 + f³·P(f), error 0.1.
  @inline(__always)
  private static func logarithm(_ f: Lanes, _ n: Lanes) -> Lanes {
    var p = fma(f, -0.0763639509677887, 0.12762197852134705)
    p = fma(p, f, -0.1315961331129074)
    p = fma(p, f, 0.14201581478118896)
    p = fma(p, f, -0.166234090924263)
    p = fma(p, f, 0.2000124156475067)
    p = fma(p, f, -0.2500081956386566)
    p = fma(p, f, 0.3333333134651184)
    let square = f * f
    let rest = fma(square, -0.5, fma(p, f * square, n * -1.9046542121259336e-09))
    return fma(n, 0.6931471824645996, f + rest)
  }

  /// The logarithm of 0, infinity, NaN and negative numbers.
  @inline(__always)
  private static func atEnds(_ logarithm: Lanes, argument u: Lanes) -> Lanes {
    let positive = select(u < .infinity, logarithm, u)
    return select(u > 0.0, positive, select(u >= 0.0, -.infinity, .nan))
  }

  @inline(__always)
  private static var infinity: Lanes { Lanes(Floats(repeating: .infinity)) }
  @inline(__always)
  private static var nan: Lanes { Lanes(Floats(repeating: .nan)) }
}
