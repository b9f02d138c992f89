import Platform
import SignalPropagation

/// A figure as text shows it: four decimals, or four decimals and an exponent where the plain form
/// would lose the figure.
func figure(_ magnitude: Magnitude) -> String {
  let value = magnitude.doubleValue
  if magnitude.significand == 0 || !magnitude.significand.isFinite || (0.001..<100_000) ~= value {
    return fixed(value, decimals: 4)
  }
  // A subnormal double has lost digits that the magnitude still has.
  guard (-1022...1023) ~= magnitude.exponent else {
    return WideDecimal(magnitude).scientific(digits: 5)
  }
  return withPlainExponent(formatted("%.4e", value))
}

/// The same with a sign.
func figure(_ value: Double) -> String {
  (value < 0 ? "-" : "") + figure(Magnitude(value))
}

/// A share of 1, or a cosine: four decimals, since what is lost in them counts as zero.
func share(_ value: Double) -> String {
  let text = fixed(value, decimals: 4)
  return text == "-0.0000" ? "0.0000" : text
}

/// As C's `%.4f` prints it.
func fixed(_ value: Double, decimals: Int) -> String { formatted("%.\(decimals)f", value) }

/// The shortest decimal that reads back as the same double, as short as CSV and JSON allow: `1`,
/// `0.75`, `1e-5`.
func shortest(_ value: Double) -> String {
  // The sign of a NaN depends on the CPU.
  guard !value.isNaN else { return "nan" }
  let text = "\(value)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : withPlainExponent(text, plus: "")
}

/// The shortest decimal that reads back as the same magnitude.
func shortest(_ magnitude: Magnitude) -> String {
  guard (-1022...1023) ~= magnitude.exponent else { return WideDecimal(magnitude).shortest }
  return shortest(magnitude.doubleValue)
}

/// `text` with no zeros before the digits of its exponent, and with `plus` before a positive one.
private func withPlainExponent(_ text: String, plus: String = "+") -> String {
  guard let e = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: e)...]) else {
    return text
  }
  return "\(text[..<e])e\(exponent < 0 ? "" : plus)\(exponent)"
}

/// C's own formatting of one number, since it rounds exactly, ties to even.
private func formatted(_ format: String, _ value: Double) -> String {
  // The longest is a double's 309 digits before the point.
  var buffer = [CChar](repeating: 0, count: 400)
  let length = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
  return String(decoding: buffer.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
}
