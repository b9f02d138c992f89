import Foundation
import Testing

@testable import SignalPropagation

@Suite struct MagnitudeTests {
  @Test(arguments: [-700, -1, -1e-20, 0, 0.3, 1, 42, 709])
  func `the exponential is the library's where Double reaches`(logarithm: Double) {
    #expect(relativeError(Magnitude(exp: logarithm).doubleValue, exp(logarithm)) < 4e-16)
  }

  @Test func `the exponential of a million is a thousand factors of the exponential of a thousand`()
  {
    let half = Magnitude(exp(500))
    let product = (0..<2000).reduce(Magnitude(1)) { product, _ in product * half }
    let ratio = Magnitude(exp: 1e6) / product
    #expect(abs(ratio.doubleValue - 1) < 1e-12)
    let inverse = Magnitude(exp: -1e6) * product
    #expect(abs(inverse.doubleValue - 1) < 1e-12)
  }

  @Test(arguments: [-1e6, -3e3, -0.5, 2, 1e6])
  func `the logarithm undoes the exponential`(logarithm: Double) {
    let magnitude = Magnitude(exp: logarithm)
    #expect(relativeError(magnitude.log, logarithm) < 1e-15)
    #expect(relativeError(magnitude.log10, logarithm / M_LN10) < 1e-15)
  }

  @Test func `products and quotients carry into the exponent`() {
    let tiny = Magnitude(1.5, timesPowerOfTwo: -5000)
    #expect(tiny * tiny == Magnitude(2.25, timesPowerOfTwo: -10000))
    #expect(Magnitude(3) / tiny == Magnitude(2, timesPowerOfTwo: 5000))
    #expect((tiny * Magnitude(0)).doubleValue == 0)
    #expect((tiny / Magnitude(0)).doubleValue == .infinity)
  }

  @Test func `beyond all exponents there is zero and infinity`() {
    #expect(Magnitude(1, timesPowerOfTwo: .max) == Magnitude(.infinity))
    #expect(Magnitude(1, timesPowerOfTwo: .min) == Magnitude(0))
    #expect(Magnitude(exp: 1e300) == Magnitude(.infinity))
    #expect(Magnitude(exp: -.infinity) == Magnitude(0))
    #expect(Magnitude(exp: .nan).significand.isNaN)
  }
}
