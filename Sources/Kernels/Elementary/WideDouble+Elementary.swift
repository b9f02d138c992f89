/// For derivatives that no float holds.
///
/// Everything that decays exponentially, and with it every φ′, is right to some 14 digits as long as its
/// exponent is in range: erf′ up to |x| = 10⁷, tanh′ up to 10¹⁴. The functions that stay in the range of floats
/// are those of floats. Nothing comes from the C library, so the bits are the same on every machine.
extension WideDouble: Elementary {
  typealias Mask = Bool

  static func select(_ condition: Bool, _ x: WideDouble, _ y: WideDouble) -> WideDouble {
    condition ? x : y
  }
  static func abs(_ x: WideDouble) -> WideDouble { x.magnitude }
  static func squareRoot(_ x: WideDouble) -> WideDouble { x.squareRoot() }

  /// Rounded twice: nothing that is written with it is close to cancelling.
  static func fma(_ x: WideDouble, _ y: WideDouble, _ z: WideDouble) -> WideDouble { x * y + z }

  // MARK: Exponentials

  /// e^(x + rest), where `rest` is small.
  ///
  /// x = n·ln 2 + r with ln 2 in two parts, and the Taylor series of e^r: its 14th term is below 2⁻⁵⁷.
  @inline(__always)
  private static func exponential(_ x: Double, plus rest: Double = 0) -> WideDouble {
    guard x.magnitude < 0x1p49 else { return x.isNaN ? .nan : x > 0 ? .infinity : 0.0 }
    let n = (x * 1.4426950408889634).rounded()
    let first = x.addingProduct(n, -ln2)
    let r = first.addingProduct(n, -0x1.abc9e3b39803fp-56) + rest
    var sum = 1.6059043836821613e-10
    sum = 2.08767569878681e-09.addingProduct(sum, r)
    sum = 2.505210838544172e-08.addingProduct(sum, r)
    sum = 2.755731922398589e-07.addingProduct(sum, r)
    sum = 2.7557319223985893e-06.addingProduct(sum, r)
    sum = 2.48015873015873e-05.addingProduct(sum, r)
    sum = 0.0001984126984126984.addingProduct(sum, r)
    sum = 0.001388888888888889.addingProduct(sum, r)
    sum = 0.008333333333333333.addingProduct(sum, r)
    sum = 0.041666666666666664.addingProduct(sum, r)
    sum = 0.16666666666666666.addingProduct(sum, r)
    sum = 0.5.addingProduct(sum, r)
    sum = 1.0.addingProduct(sum, r)
    sum = 1.0.addingProduct(sum, r)
    return WideDouble(sum, timesPowerOfTwo: Int(n))
  }

  static func exp(_ x: WideDouble) -> WideDouble { exponential(x.doubleValue) }
  static func decay(_ x: WideDouble) -> WideDouble { exponential(-x.doubleValue.magnitude) }

  static func decay(_ x: WideDouble, times y: WideDouble) -> WideDouble {
    let (a, b) = (x.doubleValue.magnitude, y.doubleValue.magnitude)
    let product = a * b
    guard product.isFinite else { return decay(WideDouble(product)) }
    return exponential(-product, plus: product.addingProduct(-a, b))
  }

  static func sigmoid(_ x: WideDouble) -> WideDouble {
    let e = decay(x)
    return (x < 0.0 ? e : 1.0) / (1.0 + e)
  }

  /// e / (1 + e)² with e = e^−|x|.
  static func sigmoidSlope(_ x: WideDouble) -> WideDouble {
    let e = decay(x)
    return e / ((1.0 + e) * (1.0 + e))
  }

  /// Beyond 5 by Laplace's continued fraction, Φ(−a) = φ(a) / (a + 1/(a + 2/(a + 3/(a + …)))).
  static func normalCDF(_ x: WideDouble) -> WideDouble {
    let a = x.doubleValue.magnitude
    guard a > 5 else { return single(Lanes.normalCDF, x) }
    var fraction = a
    for k in stride(from: 40.0, to: 0, by: -1) { fraction = a + k / fraction }
    let tail = 0.3989422804014327 * decay(0.5 * x, times: x) / WideDouble(fraction)
    return x < 0.0 ? tail : 1.0 - tail
  }

  // MARK: Functions of floats

  @inline(__always)
  private static func single(_ function: (Lanes) -> Lanes, _ x: WideDouble) -> WideDouble {
    let float = Float(x.doubleValue)
    return WideDouble(Double(function(Lanes(Lanes.Floats(repeating: float))).floats[0]))
  }

  static func expm1(_ x: WideDouble) -> WideDouble { single(Lanes.expm1, x) }
  static func log(_ x: WideDouble) -> WideDouble { single(Lanes.log, x) }
  static func log1p(_ x: WideDouble) -> WideDouble { single(Lanes.log1p, x) }
  static func tanh(_ x: WideDouble) -> WideDouble { single(Lanes.tanh, x) }
  static func erf(_ x: WideDouble) -> WideDouble { single(Lanes.erf, x) }
  static func sin(_ x: WideDouble) -> WideDouble { single(Lanes.sin, x) }
  static func cos(_ x: WideDouble) -> WideDouble { single(Lanes.cos, x) }
  static func atan(_ x: WideDouble) -> WideDouble { single(Lanes.atan, x) }
}
