/// Powers with any exponent.
extension Lanes {
  /// x^exponent to about 1 ulp, as `torch.pow(x, exponent)`: NaN for a negative x and an exponent that is
  /// not whole.
  ///
  /// x = m·2^e with √½ ≤ m < √2, so x^c = 2^(c·(e + log₂ m)). An error in the exponent is one in the result
  /// times ln 2, so the exponent is computed in double precision: log₂ m = (2/ln 2)·artanh t with
  /// t = (m − 1)/(m + 1), |t| ≤ 0.172, by its series to t²¹, and the power of two by the series of e^r to
  /// r¹², |r| ≤ 0.35.
  static func power(_ x: Lanes, _ exponent: Double) -> Lanes {
    typealias Doubles = InlineArray<16, Double>
    var result = Floats.zero
    var logarithm = Doubles(repeating: 0)
    for lane in 0..<16 { logarithm[lane] = log2(x.floats[lane].magnitude) }
    for lane in 0..<16 { result[lane] = exp2(exponent * logarithm[lane]) }
    let isWhole = exponent == exponent.rounded()
    let isOdd = isWhole && (exponent / 2) != (exponent / 2).rounded()
    for lane in 0..<16 {
      let value = x.floats[lane]
      if exponent == 0 {
        result[lane] = 1
      } else if value == 0 || value.isInfinite {
        result[lane] = (value == 0) == (exponent > 0) ? 0 : .infinity
      }
      if value.isNaN, exponent != 0 { result[lane] = .nan }
      if value < 0 || value == 0 && value.sign == .minus {
        if isOdd { result[lane] = -result[lane] }
        if !isWhole, value != 0, !value.isInfinite { result[lane] = .nan }
      }
    }
    return Lanes(result)
  }

  /// log₂ of a positive finite number; anything for others.
  @inline(__always)
  private static func log2(_ x: Float) -> Double {
    let bits = Double(x).bitPattern
    let rootHalf: UInt64 = 0x3FE6_A09E_0000_0000
    let above = bits &- rootHalf
    let e = Double(Int64(bitPattern: above) >> 52)
    let m = Double(bitPattern: (above & 0x000F_FFFF_FFFF_FFFF) &+ rootHalf)
    let t = (m - 1) / (m + 1)
    let w = t * t
    var p = 1.0 / 21
    for k in 0..<10 { p = p * w + 1.0 / Double(19 - 2 * k) }
    return e + 2.885390081777926815 * t * p
  }

  /// 2^y, rounded to a float.
  @inline(__always)
  private static func exp2(_ y: Double) -> Float {
    let bounded = Swift.max(Swift.min(y, 200), -200)
    let aligner = 0x1.8p52
    let n = (bounded + aligner) - aligner
    let r = (bounded - n) * 0.69314718055994530942
    var p = 1.0 / 479_001_600
    var factorial = 479_001_600.0
    for k in 0..<12 {
      factorial /= Double(12 - k)
      p = p * r + 1 / factorial
    }
    return Float(p * Double(bitPattern: UInt64(bitPattern: (Int64(n) + 1023) << 52)))
  }
}
