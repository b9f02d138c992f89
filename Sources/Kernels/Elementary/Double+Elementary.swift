import Platform

/// Double precision for theory and tests, where accuracy counts and speed does not.
extension Double: Elementary {
  typealias Mask = Bool

  static func select(_ condition: Bool, _ x: Double, _ y: Double) -> Double { condition ? x : y }
  static func abs(_ x: Double) -> Double { x.magnitude }
  static func squareRoot(_ x: Double) -> Double { x.squareRoot() }

  static func fma(_ x: Double, _ y: Double, _ z: Double) -> Double { z.addingProduct(x, y) }

  static func exp(_ x: Double) -> Double { realExp(x) }
  static func decay(_ x: Double) -> Double { exp(-x.magnitude) }
  static func decay(_ x: Double, times y: Double) -> Double {
    let product = x * y
    let lost = product.isFinite ? fma(x, y, -product) : 0
    return decay(product) * (1 - (product < 0 ? -lost : lost))
  }
  static func expm1(_ x: Double) -> Double { realExpm1(x) }
  static func log(_ x: Double) -> Double { realLog(x) }
  static func log1p(_ x: Double) -> Double { realLog1p(x) }
  static func tanh(_ x: Double) -> Double { realTanh(x) }
  static func erf(_ x: Double) -> Double { realErf(x) }
  static func sin(_ x: Double) -> Double { realSin(x) }
  static func cos(_ x: Double) -> Double { realCos(x) }
  static func atan(_ x: Double) -> Double { realAtan(x) }

  static func sigmoid(_ x: Double) -> Double {
    let e = decay(x)
    return (x < 0 ? e : 1) / (1 + e)
  }

  /// e / (1 + e)² with e = e^−|x|, which cannot overflow.
  static func sigmoidSlope(_ x: Double) -> Double {
    let e = decay(x)
    return e / ((1 + e) * (1 + e))
  }

  static func normalCDF(_ x: Double) -> Double {
    0.5 * realErfc(-x * 0.5.squareRoot())
  }
}
