import Foundation
import Testing

@testable import Kernels

/// The functions of numbers with exponents of their own.
@Suite struct WideElementaryTests {
  static let arguments = [
    0, 1e-30, -1e-5, 0.3, -0.9, 1, -2.5, 4.9, -5.1, 8, -20, 26.5, -37, 100, -300, 690,
  ]

  private func expectClose(
    _ wide: WideDouble, _ plain: Double, _ tolerance: Double, _ what: String
  ) {
    #expect(abs(wide.doubleValue - plain) <= tolerance * plain.magnitude, "\(what)")
  }

  @Test(arguments: arguments)
  func `exponentials are those of doubles in their range`(x: Double) {
    let wide = WideDouble(x)
    // A rounding of x itself moves e^x by |x| units.
    expectClose(WideDouble.exp(wide), exp(x), 1e-15, "exp")
    expectClose(WideDouble.decay(wide), Double.decay(x), 1e-15, "decay")
    expectClose(WideDouble.sigmoid(wide), Double.sigmoid(x), 2e-15, "sigmoid")
    expectClose(WideDouble.sigmoidSlope(wide), Double.sigmoidSlope(x), 2e-15, "sigmoidSlope")
    guard x.magnitude < 26.6 else { return }
    expectClose(WideDouble.decay(wide, times: wide), Double.decay(x, times: x), 1e-15, "decay")
    expectClose(
      WideDouble.normalCDF(wide), Double.normalCDF(x), x.magnitude > 5 ? 1e-13 : 5e-7, "normalCDF")
  }

  /// log e^x = x, and the tail of Φ is φ(a)/a·(1 − 1/a² + …).
  @Test(arguments: [800, -800, 1e5, -1e6, -1e12])
  func `and far beyond it`(x: Double) {
    #expect(abs(WideDouble.exp(WideDouble(x)).log / x - 1) < 1e-15)
    #expect(abs(WideDouble.sigmoidSlope(WideDouble(x)).log / x.magnitude + 1) < 1e-15)
    let tail = WideDouble.normalCDF(WideDouble(-x.magnitude)).log
    let expected = -x * x / 2 - log(x.magnitude * (2 * .pi).squareRoot()) - 1 / (x * x)
    if x.magnitude < 1e7 { #expect(abs(tail / expected - 1) < 1e-12) }
  }

  @Test func `beyond all exponents they end`() {
    #expect(WideDouble.exp(-1e300) == 0.0 && WideDouble.exp(WideDouble(-.infinity)) == 0.0)
    #expect(WideDouble.exp(1e300) == WideDouble.infinity)
    #expect(WideDouble.exp(.nan).isNaN && WideDouble.decay(1e30, times: 1e30) == 0.0)
    #expect(WideDouble.decay(WideDouble(.infinity), times: 1.0) == 0.0)
  }

  /// What does not decay is as accurate as floats are.
  @Test(arguments: Self.arguments)
  func `other functions are those of floats`(x: Double) {
    let wide = WideDouble(x)
    let functions: [(WideDouble) -> WideDouble] = [
      WideDouble.expm1, WideDouble.tanh, WideDouble.erf, WideDouble.sin, WideDouble.cos,
      WideDouble.atan,
    ]
    let plain: [(Double) -> Double] = [
      Double.expm1, Double.tanh, Double.erf, Double.sin, Double.cos, Double.atan,
    ]
    for (function, expected) in zip(functions, plain) where expected(x) < 1e38 {
      let truth = expected(Double(Float(x)))
      #expect(abs(function(wide).doubleValue - truth) <= 3e-7 * max(1, truth.magnitude))
    }
  }
}
