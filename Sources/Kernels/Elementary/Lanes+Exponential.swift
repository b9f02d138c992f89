/// Exponentials and what follows from them.
///
/// x = n·ln 2 + r with n an integer and |r| ≤ ln 2 / 2, so e^x = 2^n·(1 + p), p = e^r − 1. ln 2 is
/// split into two floats: n·(first) is subtracted without error, as the fused operation rounds once
/// and the difference fits into 24 bits.
///
/// The polynomials of this and the following files are minimax fits (Lawson's iteration on
/// Chebyshev nodes, 40-digit arithmetic), their coefficients rounded to float from the lowest to
/// the highest, each followed by a new fit of the rest. "Error" is that of the polynomial alone,
/// relative to the result, in units of 2⁻²⁴, half a unit in the last place.
extension Lanes {
  /// n, shifted to the place of the exponent, and p, for −104 ≤ x ≤ 89.
  @inline(__always)
  private static func splitExponential(_ x: Lanes) -> (n: Bits, p: Lanes) {
    let aligned = fma(x, 1.4426950216293335, integerAligner)
    let n = aligned - integerAligner
    let r = fma(n, 1.9046542121259336e-09, fma(n, -0.6931471824645996, x))
    // p = r + r²·q(r); error 0.23.
    var q = fma(r, 0.0013870678376406431, 0.008366265334188938)
    q = fma(q, r, 0.04166743531823158)
    q = fma(q, r, 0.1666654646396637)
    q = fma(q, r, 0.4999999701976776)
    return (aligned.bits.shiftedLeft(by: 23), fma(r * r, q, r))
  }

  /// 2^(n + k), for n from `splitExponential`.
  @inline(__always)
  private static func power(_ n: Bits, plus k: Bits) -> Lanes {
    Lanes(bits: n &+ (k &+ Bits(repeating: 127)).shiftedLeft(by: 23))
  }

  /// Measured over all floats up to 1.04 ulp, subnormal results included.
  ///
  /// 2^n may be beyond the normal floats on both sides where e^x is a float. So n is raised by 64
  /// for negative x and lowered by 1 for the others, and a last product puts it right: it is exact,
  /// or it is the one rounding to a subnormal, or it overflows as it should.
  @inline(__always)
  static func exp(_ x: Lanes) -> Lanes {
    let (n, p) = splitExponential(max(min(x, 89.0), -104.0))
    let isNegative = x < 0.0
    let shift = select(isNegative, Bits(repeating: 64), Bits(repeating: UInt32.max))
    let power = power(n, plus: shift)
    return fma(power, p, power) * select(isNegative, 0x1p-64, 2.0)
  }

  /// Measured up to 1.04 ulp.
  @inline(__always)
  static func decay(_ x: Lanes) -> Lanes {
    let (power, p) = splitDecay(x)
    return fma(power, p, power) * 0x1p-64
  }

  /// 2^(n + 64) and p for the argument −|x|; beyond −104 e^−|x| is zero.
  @inline(__always)
  private static func splitDecay(_ x: Lanes) -> (power: Lanes, p: Lanes) {
    let (n, p) = splitExponential(max(negativeAbs(x), -104.0))
    return (power(n, plus: Bits(repeating: 64)), p)
  }

  /// 2^n·p + (2^n − 1), each half as large on the way, because 2^n may be 2¹²⁸. Below −30 it is −1.
  /// Measured up to 1.5 ulp.
  @inline(__always)
  static func expm1(_ x: Lanes) -> Lanes {
    let (n, p) = splitExponential(max(min(x, 89.0), -30.0))
    let half = power(n, plus: Bits(repeating: UInt32.max))
    return fma(half, p, half - 0.5) * 2.0
  }

  /// 1 / (1 + e) or e / (1 + e), e = e^−|x|. Measured over all floats up to 1.50 ulp.
  @inline(__always)
  static func sigmoid(_ x: Lanes) -> Lanes {
    let e = decay(x)
    return quotient(select(x < 0.0, e, 1.0), byOnePlus: e)
  }

  /// e / (1 + e)², e = e^−|x|. Measured up to 4.6 ulp.
  @inline(__always)
  static func sigmoidSlope(_ x: Lanes) -> Lanes {
    let e = decay(x)
    let reciprocal = 1.0 / (1.0 + e)
    return e * reciprocal * reciprocal
  }

  /// (1 − e) / (1 + e) with e = e^−2|x| and e − 1 = 2^n·p + (2^n − 1).
  /// Measured over all floats up to 1.85 ulp.
  @inline(__always)
  static func tanh(_ x: Lanes) -> Lanes {
    let (power, p) = splitDecay(2.0 * x)
    let small = power * 0x1p-64
    let e = fma(power, p, power) * 0x1p-64
    return copySign(quotient(fma(small, p, small - 1.0), byOnePlus: e), of: x)
  }

  /// x / (1 + e) for 0 ≤ e ≤ 1: x·(1 / y) with y = 1 + e as rounded, once corrected by its
  /// remainder, which also knows what y lost. Other quotients over the same y can share the
  /// reciprocal; a division takes as long as eighteen products.
  @inline(__always)
  private static func quotient(_ x: Lanes, byOnePlus e: Lanes) -> Lanes {
    let y = 1.0 + e
    let lost = e - (y - 1.0)
    let reciprocal = 1.0 / y
    let first = x * reciprocal
    let remainder = fma(-first, lost, fma(-first, y, x))
    return fma(remainder, reciprocal, first)
  }
}
