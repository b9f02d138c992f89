import Platform

/// The C library's functions, under a name that the members of `Double` below do not hide.
private enum LibM {
  typealias Function = @Sendable (Double) -> Double
  static let exponential: Function = { exp($0) }
  static let exponentialMinusOne: Function = { expm1($0) }
  static let logarithm: Function = { log($0) }
  static let logarithmPlusOne: Function = { log1p($0) }
  static let hyperbolicTangent: Function = { tanh($0) }
  static let errorFunction: Function = { erf($0) }
  static let complementaryErrorFunction: Function = { erfc($0) }
  static let sine: Function = { sin($0) }
  static let cosine: Function = { cos($0) }
  static let arcTangent: Function = { atan($0) }
}

/// Double precision for theory and tests, where accuracy counts and speed does not.
extension Double: Elementary {
  typealias Mask = Bool

  static func select(_ condition: Bool, _ x: Double, _ y: Double) -> Double { condition ? x : y }
  static func abs(_ x: Double) -> Double { x.magnitude }
  static func squareRoot(_ x: Double) -> Double { x.squareRoot() }

  static func fma(_ x: Double, _ y: Double, _ z: Double) -> Double { z.addingProduct(x, y) }

  static func exp(_ x: Double) -> Double { LibM.exponential(x) }
  static func decay(_ x: Double) -> Double { exp(-x.magnitude) }
  static func decay(_ x: Double, times y: Double) -> Double {
    let product = x * y
    let lost = product.isFinite ? fma(x, y, -product) : 0
    return decay(product) * (1 - (product < 0 ? -lost : lost))
  }
  static func expm1(_ x: Double) -> Double { LibM.exponentialMinusOne(x) }
  static func log(_ x: Double) -> Double { LibM.logarithm(x) }
  static func log1p(_ x: Double) -> Double { LibM.logarithmPlusOne(x) }
  static func tanh(_ x: Double) -> Double { LibM.hyperbolicTangent(x) }
  static func erf(_ x: Double) -> Double { LibM.errorFunction(x) }
  static func sin(_ x: Double) -> Double { LibM.sine(x) }
  static func cos(_ x: Double) -> Double { LibM.cosine(x) }
  static func atan(_ x: Double) -> Double { LibM.arcTangent(x) }

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
    0.5 * LibM.complementaryErrorFunction(-x * 0.5.squareRoot())
  }
}
