/// Sine, cosine and arc tangent.
extension Lanes {
  /// Measured up to 1.6 ulp, for huge arguments too.
  @inline(__always)
  static func sin(_ x: Lanes) -> Lanes {
    let (r, quarter) = quarterTurns(x)
    return sine(r, quarter)
  }

  /// sin(x + π/2): one quarter more. Measured up to 1.6 ulp.
  @inline(__always)
  static func cos(_ x: Lanes) -> Lanes {
    let (r, quarter) = quarterTurns(x)
    return sine(r, quarter &+ Bits(repeating: 1))
  }

  /// sin(r + quarter·π/2) for |r| ≤ π/4: ± sine or cosine of r.
  @inline(__always)
  private static func sine(_ r: Lanes, _ quarter: Bits) -> Lanes {
    let w = r * r
    // Errors 0.07 and 0.002.
    var s = fma(w, -0.0001950787118403241, 0.008332106284797192)
    s = fma(s, w, -0.16666653752326965)
    var c = fma(w, 2.4432107238681056e-05, -0.0013887308305129409)
    c = fma(c, w, 0.04166664555668831)
    let sine = fma(s * w, r, r)
    let cosine = fma(c, w * w, fma(w, -0.5, 1.0))
    let isOdd = (quarter .& Bits(repeating: 1)) .== Bits(repeating: 1)
    let result = select(isOdd, cosine, sine)
    return Lanes(bits: result.bits .^ (quarter .& Bits(repeating: 2)).shiftedLeft(by: 30))
  }

  /// x = quarter·π/2 + r, |r| ≤ π/4 (a little more by rounding), quarter modulo 4.
  @inline(__always)
  private static func quarterTurns(_ x: Lanes) -> (r: Lanes, quarter: Bits) {
    any(abs(x) > 32768.0) ? quarterTurnsOfLarge(x) : quarterTurnsOfSmall(x)
  }

  /// For |x| ≤ 2¹⁵: π/2 is the sum of three floats, the first two products are subtracted without
  /// error where r is small.
  @inline(__always)
  private static func quarterTurnsOfSmall(_ x: Lanes) -> (r: Lanes, quarter: Bits) {
    let aligned = fma(x, 0.6366197723675814, integerAligner)
    let n = aligned - integerAligner
    let r = fma(n, 4.371138828673793e-08, fma(n, -1.5707963705062866, x))
    return (fma(n, 1.7151245100058819e-15, r), aligned.bits)
  }

  /// The large lanes one after the other: rare, so short rather than fast. The others go the way
  /// they always go, or their bits would depend on their neighbours.
  @inline(never)
  private static func quarterTurnsOfLarge(_ x: Lanes) -> (r: Lanes, quarter: Bits) {
    var (r, quarter) = quarterTurnsOfSmall(x)
    for lane in 0..<16 where x.floats[lane].magnitude > 32768 {
      (r.floats[lane], quarter[lane]) = quarterTurns(x.floats[lane])
    }
    return (r, quarter)
  }

  /// Payne and Hanek 1983: of the bits of 1/2π only those count that, times x, are neither whole
  /// turns nor beyond the result's precision; 96 of them, times the 24 of x. For |x| ≥ 1.
  private static func quarterTurns(_ x: Float) -> (r: Float, quarter: UInt32) {
    guard x.isFinite else { return (.nan, 0) }
    let mantissa = UInt64((x.bitPattern & 0x007F_FFFF | 0x0080_0000) << 8)
    let exponent = UInt64(x.exponentBitPattern - 126)
    let word = Int(exponent / 32)
    func window(_ i: Int) -> UInt64 {
      ((turnsPerRadian(i - 1) << 32 | turnsPerRadian(i)) << (exponent % 32)) >> 32
    }
    // In units of 2⁻⁶⁴ turns, without the whole ones.
    var turns = (mantissa * window(word + 2)) >> 32
    turns &+= mantissa * window(word + 1)
    turns &+= (mantissa * window(word)) << 32
    let quarter = (turns &+ 1 << 61) >> 62
    let fraction = Int64(bitPattern: turns &- quarter << 62)
    let r = Float(Double(fraction) * 0x1.921fb54442d18p-62)
    let quarterBits = UInt32(quarter)
    return x < 0 ? (-r, 0 &- quarterBits) : (r, quarterBits)
  }

  /// The i-th 32 bits of 1/2π after the binary point.
  private static func turnsPerRadian(_ i: Int) -> UInt64 {
    switch i {
    case 0: 0x28BE_60DB
    case 1: 0x9391_054A
    case 2: 0x7F09_D5F4
    case 3: 0x7D4D_3770
    case 4: 0x36D8_A566
    case 5: 0x4F10_E410
    case 6: 0x7F94_58EA
    default: 0
    }
  }

  /// atan z = z + z³·P(z²) for z ≤ 1 (error 0.28), π/2 − atan(1/z) above. Measured up to 1.4 ulp.
  @inline(__always)
  static func atan(_ x: Lanes) -> Lanes {
    let a = abs(x)
    let isLarge = a > 1.0
    let z = select(isLarge, 1.0 / a, a)
    let w = z * z
    var p = fma(w, 0.0029197228141129017, -0.01636413298547268)
    p = fma(p, w, 0.043205857276916504)
    p = fma(p, w, -0.07551723718643188)
    p = fma(p, w, 0.10665785521268845)
    p = fma(p, w, -0.14211003482341766)
    p = fma(p, w, 0.19993767142295837)
    p = fma(p, w, -0.33333152532577515)
    let angle = fma(p * w, z, z)
    let complement = 1.5707963705062866 - (angle + 4.371138828673793e-08)
    return copySign(select(isLarge, complement, angle), of: x)
  }
}
