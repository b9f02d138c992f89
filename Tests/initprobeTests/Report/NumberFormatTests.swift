import Foundation
import SignalPropagation
import Testing

@testable import initprobe

@Suite struct `A figure in text` {
  @Test(
    arguments: [
      (0.65128, "0.6513"), (0.99994, "0.9999"), (0, "0.0000"), (1, "1.0000"),
      (99_999.9, "99999.9000"),
      (0.001, "0.0010"), (0.00099999, "9.9999e-4"), (0.0005, "5.0000e-4"), (100_000, "1.0000e+5"),
      (1.23456e12, "1.2346e+12"), (6.25234e-58, "6.2523e-58"), (9.99999e-5, "1.0000e-4"),
      (1e-300, "1.0000e-300"), (0.03125, "0.0312"), (.infinity, "inf"), (.nan, "nan"),
      (1.7976931348623157e308, "1.7977e+308"),
    ] as [(Double, String)])
  func `has four decimals, with an exponent where it needs one`(value: Double, text: String) {
    #expect(Magnitude(value).figure == text)
  }

  @Test func `is what C prints, up to the zeros of the exponent`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let value = Double(
        sign: .plus, exponent: .random(in: -1022...1023, using: &generator),
        significand: .random(in: 1..<2, using: &generator))
      let plain = value >= 0.001 && value < 100_000
      let expected = String(format: plain ? "%.4f" : "%.4e", value)
        .replacing("e-0", with: "e-").replacing("e+0", with: "e+")
      #expect(Magnitude(value).figure == expected)
    }
  }
}

/// The decimal digits of 2^exponent·significand, by long multiplication and division by 2 on an array
/// of digits: slow, and too simple to be wrong.
private func exactDigits(_ magnitude: Magnitude) -> (digits: [Int], exponent: Int) {
  var digits = String(UInt64(magnitude.significand * 0x1p52)).map { $0.wholeNumberValue! }
  var exponent = digits.count - 1
  let power = magnitude.exponent - 52
  for _ in 0..<power.magnitude {
    if power > 0 {
      var carry = 0
      for i in digits.indices.reversed() {
        carry += 2 * digits[i]
        digits[i] = carry % 10
        carry /= 10
      }
      if carry > 0 {
        digits.insert(carry, at: 0)
        exponent += 1
      }
    } else {
      digits.append(0)
      var remainder = 0
      for i in digits.indices {
        remainder = 10 * remainder + digits[i]
        digits[i] = remainder / 2
        remainder %= 2
      }
      if digits[0] == 0 {
        digits.removeFirst()
        exponent -= 1
      }
    }
    while digits.last == 0 { digits.removeLast() }
  }
  return (digits, exponent)
}

/// Rounded half up to `count` digits, in the notation of the program.
private func naiveScientific(_ magnitude: Magnitude, digits count: Int) -> String {
  var (digits, exponent) = exactDigits(magnitude)
  digits += Array(repeating: 0, count: max(0, count + 1 - digits.count))
  var number = digits.prefix(count).reduce(UInt64(0)) { 10 * $0 + UInt64($1) }
  if digits[count] >= 5 { number += 1 }
  var text = String(number)
  if text.count > count {
    text.removeLast()
    exponent += 1
  }
  let fraction = text.dropFirst()
  return
    "\(text.prefix(1))\(fraction.isEmpty ? "" : ".")\(fraction)e\(exponent < 0 ? "" : "+")\(exponent)"
}

@Suite struct `A magnitude beyond double's range` {
  static let magnitudes: [Magnitude] = [
    Magnitude(1, timesPowerOfTwo: -1023), Magnitude(1, timesPowerOfTwo: 1024),
    Magnitude(1.7, timesPowerOfTwo: -1074), Magnitude(1.2345, timesPowerOfTwo: -2126),
    Magnitude(1.999999999999, timesPowerOfTwo: -1500), Magnitude(1.1, timesPowerOfTwo: 1500),
    Magnitude(1.9999999999999998, timesPowerOfTwo: 3000),
  ]

  @Test(arguments: magnitudes, [1, 5, 16])
  func `is rounded correctly to any number of digits`(magnitude: Magnitude, count: Int) {
    let text = WideDecimal(magnitude).scientific(digits: count)
    #expect(text == naiveScientific(magnitude, digits: count))
  }

  @Test func `is printed where PyTorch prints 0`() {
    // From Python's decimal module with 60 digits.
    #expect(Magnitude(1.2345, timesPowerOfTwo: -2126).figure == "1.2639e-640")
    #expect(Magnitude(1, timesPowerOfTwo: 1_000_000).figure == "9.9007e+301029")
  }

  @Test(arguments: magnitudes)
  func `round-trips in its shortest form, and in no shorter one`(magnitude: Magnitude) {
    let text = magnitude.shortest
    let count = text.prefix { $0 != "e" }.filter(\.isNumber).count
    let expected = naiveScientific(magnitude, digits: count).replacing("e+", with: "e")
    #expect(text == expected)
    // In range, `Double`'s own shortest form is the judge of the same rule.
    let inRange = Magnitude(magnitude.significand, timesPowerOfTwo: 40)
    #expect(
      WideDecimal(inRange).shortest.split(separator: "e")[0].filter(\.isNumber)
        == significantDigits("\(inRange.doubleValue)"))
  }

  private func significantDigits(_ text: String) -> String {
    var digits = String(text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" })
    while digits.hasSuffix("0") { digits.removeLast() }
    return digits
  }
}

@Suite struct `A number in rows` {
  @Test(
    arguments: [
      (1, "1"), (0.75, "0.75"), (5.0 / 3, "1.6666666666666667"), (1e-5, "1e-5"), (1e16, "1e16"),
      (1e22, "1e22"), (100_000, "100000"), (-2.5, "-2.5"), (6.25e-58, "6.25e-58"), (.nan, "nan"),
      (-.infinity, "-inf"), (.leastNonzeroMagnitude, "5e-324"),
    ] as [(Double, String)])
  func `is the shortest that round-trips`(value: Double, text: String) {
    #expect(value.shortest == text)
    #expect(Double(text) == value || value.isNaN)
  }
}

@Suite struct NotANumber {
  @Test func `is written without a sign`() {
    #expect((-Double.nan).shortest == "nan")
    #expect(Double.nan.shortest == "nan")
  }
}
