/// digits · 10^exponent.
struct Decimal {
  let digits: Int128
  let exponent: Int

  init(digits: Int128, exponent: Int) {
    self.digits = digits
    self.exponent = exponent
  }

  /// Reads `-12.50`, `.5`, `1e-3`; exponents are bounded so that nothing here can overflow.
  init?(_ text: Substring) {
    let halves = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count), let exponent = halves.count == 1 ? 0 : Int(halves[1]),
      exponent.magnitude <= 400
    else { return nil }
    let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : ""
    guard (1...2).contains(parts.count), fraction.first != "+", fraction.first != "-",
      let digits = Int128(parts[0] + fraction), digits.magnitude < Decimal.most
    else { return nil }
    self.digits = digits
    self.exponent = exponent - fraction.count
  }

  /// The same number as a multiple of a smaller power of ten; `nil` where that has too many digits.
  func digits(exponent: Int) -> Int128? {
    var result = digits
    for _ in exponent..<self.exponent where result != 0 {
      result *= 10
      guard result.magnitude < Decimal.most else { return nil }
    }
    return result
  }

  /// Two of these can be subtracted, and any of them be multiplied by ten.
  private static let most: UInt128 = 1_000_000_000_000_000_000_000_000_000_000_000_000

  /// As it would be typed, without zeros after its last digit: `0.5`, `-120`.
  var description: String {
    guard digits != 0 else { return "0" }
    guard exponent < 0 else { return "\(digits)\(String(repeating: "0", count: exponent))" }
    let figures = String(digits.magnitude)
    let padded = String(repeating: "0", count: max(0, 1 - exponent - figures.count)) + figures
    let fraction = padded.suffix(-exponent).reversed().drop { $0 == "0" }.reversed()
    return (digits < 0 ? "-" : "") + padded.dropLast(-exponent)
      + (fraction.isEmpty ? "" : "." + String(fraction))
  }
}
