import Platform
import SignalPropagation

extension Magnitude {
  /// As text shows it: four decimals, or four decimals and an exponent where the plain form would lose the
  /// figure.
  var figure: String {
    let value = doubleValue
    if significand == 0 || !significand.isFinite || (0.001..<100_000) ~= value {
      return value.fixed(decimals: 4)
    }
    // A subnormal double has lost digits that the magnitude still has.
    guard (-1022...1023) ~= exponent else { return WideDecimal(self).scientific(digits: 5) }
    return value.formatted("%.4e").withPlainExponent(plus: "+")
  }

  /// As a factor, `×0.8577`; `nil` where nothing is left to be compared.
  var factor: String? { significand.isNaN ? nil : "×\(figure)" }

  /// The shortest decimal that reads back as the same magnitude.
  var shortest: String {
    (-1022...1023) ~= exponent ? doubleValue.shortest : WideDecimal(self).shortest
  }
}

extension Double {
  /// As text shows it, with its sign.
  var figure: String { (self < 0 ? "-" : "") + SignalPropagation.Magnitude(self).figure }

  /// As a share of 1, or a cosine: four decimals, since what is lost in them counts as zero.
  var share: String {
    let text = fixed(decimals: 4)
    return text == "-0.0000" ? "0.0000" : text
  }

  /// As C's `%.4f` prints it.
  func fixed(decimals: Int) -> String { formatted("%.\(decimals)f") }

  /// The shortest decimal that reads back as the same double, as short as CSV and JSON allow: `1`,
  /// `0.75`, `1e-5`.
  var shortest: String {
    // The sign of a NaN depends on the CPU.
    guard !isNaN else { return "nan" }
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text.withPlainExponent(plus: "")
  }

  /// C's own formatting of one number, since it rounds exactly, ties to even.
  fileprivate func formatted(_ format: String) -> String {
    // The longest is a double's 309 digits before the point.
    var buffer = [CChar](repeating: 0, count: 400)
    let length = withVaList([self]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension String {
  /// The number with no zeros before the digits of its exponent, and with `plus` before a positive one.
  fileprivate func withPlainExponent(plus: String) -> String {
    guard let e = firstIndex(of: "e"), let exponent = Int(self[index(after: e)...]) else {
      return self
    }
    return "\(self[..<e])e\(exponent < 0 ? "" : plus)\(exponent)"
  }
}
