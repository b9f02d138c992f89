import Foundation
import Testing

@testable import Kernels

@Suite struct WideDoubleTests {
  static let numbers = [
    0, -0.0, 1, -1, 1.5, .pi, -0.1, 1e-9, 0x1p-53, 1 + 0x1p-52, 7e200, -3e-200, .infinity,
    -.infinity, .nan,
  ]

  /// Equal, or both NaN.
  private func expectSame(_ wide: WideDouble, _ plain: Double, _ what: String) {
    #expect(wide.doubleValue == plain || (wide.isNaN && plain.isNaN), "\(what)")
  }

  @Test(arguments: WideDoubleTests.numbers, WideDoubleTests.numbers)
  func `in the range of doubles it computes as they do`(a: Double, b: Double) {
    let (x, y) = (WideDouble(a), WideDouble(b))
    expectSame(x + y, a + b, "\(a) + \(b)")
    expectSame(x - y, a - b, "\(a) - \(b)")
    #expect((x < y) == (a < b) && (x == y) == (a == b))
    if (a * b).isNormal || a == 0 || b == 0 || !(a * b).isFinite && abs(a) + abs(b) == .infinity {
      expectSame(x * y, a * b, "\(a) * \(b)")
    }
    if (a / b).isNormal || a == 0 || b == 0 { expectSame(x / y, a / b, "\(a) / \(b)") }
    expectSame(x.squareRoot(), a.squareRoot(), "√\(a)")
  }

  @Test(arguments: [-5000, -2001, -1023, 1024, 5001])
  func `powers of two are exact far beyond that range`(power: Int) {
    let three = WideDouble(3).scaled(byPowerOfTwo: power)
    #expect((three * three).scaled(byPowerOfTwo: -2 * power) == 9.0)
    #expect((three * three).squareRoot() == three)
    #expect((three + three).scaled(byPowerOfTwo: -power) == 6.0)
    #expect((three - three) == 0.0 && three / three == 1.0)
    #expect(abs(three.log - (log(3) + Double(power) * log(2))) < 1e-12 * three.log.magnitude)
    #expect((-three < three) && (three < three * 2.0) && !(three < three))
  }

  @Test func `the smaller one of a sum counts as far as it reaches`() {
    let one: WideDouble = 1.0
    #expect(one + WideDouble(1).scaled(byPowerOfTwo: -52) > one)
    #expect(one + WideDouble(1).scaled(byPowerOfTwo: -3000) == one)
    #expect(one - WideDouble(1).scaled(byPowerOfTwo: -53) < one)
  }

  @Test func `beyond all exponents there is zero and infinity`() {
    #expect(WideDouble(-1, timesPowerOfTwo: .max) == -WideDouble.infinity)
    #expect(WideDouble(1, timesPowerOfTwo: .min) == 0.0)
  }
}
