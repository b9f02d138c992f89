import SignalPropagation

/// The text given for an argument, with the argument's name for messages.
struct Operand: Equatable, Sendable {
  /// `--depth`, or `gain` for a positional argument.
  let name: String
  let text: String

  /// `the value '0' of '--depth'`, or `the gain 'abc'`.
  var phrase: String {
    name.hasPrefix("-") ? "the value \(quoted(text)) of '\(name)'" : "the \(name) \(quoted(text))"
  }

  /// A whole number from 1 to `maximum`.
  func count(maximum: Int = .max) throws(ArgumentError) -> Int {
    guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
      text.contains(where: { $0 != "0" })
    else { throw .value(self, .notACount) }
    guard let value = Int(text), value <= maximum else {
      throw .value(self, .above(maximum))
    }
    return value
  }

  /// A seed in the range of `torch.manual_seed`, where a negative one means 2⁶⁴ more.
  func seed() throws(ArgumentError) -> UInt64 {
    if let seed = UInt64(text) { return seed }
    guard let seed = Int64(text) else { throw .value(self, .notASeed) }
    return UInt64(bitPattern: seed)
  }

  /// A finite number: a decimal, a fraction or a root.
  func real() throws(ArgumentError) -> Double {
    guard let value = number(text) else { throw .value(self, .notANumber) }
    guard value.isFinite else { throw .value(self, .notFinite) }
    return value
  }

  /// A finite number of at least 0.
  func nonNegativeReal() throws(ArgumentError) -> Double {
    let value = try real()
    guard value >= 0 else { throw .value(self, .negative) }
    return value
  }

  /// One of a fixed set of words, in any case.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    of type: Choice.Type = Choice.self
  ) throws(ArgumentError) -> Choice {
    guard let choice = Choice(rawValue: text.lowercased()) else {
      throw .value(self, .notOneOf(Choice.allCases.map(\.rawValue)))
    }
    return choice
  }

  /// `LO:HI`, where either side may be empty.
  func bounds() throws(ArgumentError) -> Bounds {
    let sides = text.split(separator: ":", omittingEmptySubsequences: false)
    guard sides.count == 2,
      let lower = sides[0].isEmpty ? -.infinity : finite(sides[0]),
      let upper = sides[1].isEmpty ? .infinity : finite(sides[1]),
      lower <= upper, upper >= 0
    else { throw .value(self, .notBounds) }
    return Bounds(lower: lower, upper: upper)
  }

  private func finite(_ text: Substring) -> Double? {
    number(String(text)).flatMap { $0.isFinite ? $0 : nil }
  }
}

/// A decimal such as `1.6667`, a fraction such as `5/3`, or a root such as `sqrt2` or `sqrt(2/3)`.
///
/// May be infinite or NaN, as `inf`, `1/0` and `sqrt(-1)` are; `nil` where the text is none of these.
func number(_ text: String) -> Double? {
  let text = text.lowercased()
  if text.hasPrefix("sqrt") {
    var radicand = text.dropFirst(4)
    if radicand.hasPrefix("("), radicand.hasSuffix(")") {
      radicand = radicand.dropFirst().dropLast()
    }
    return radicand.hasPrefix("sqrt") ? nil : number(String(radicand))?.squareRoot()
  }
  if text.hasPrefix("-sqrt") { return number(String(text.dropFirst())).map { -$0 } }
  let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(decimal)
  switch parts.count {
  case 1: return parts[0]
  case 2: return parts[0].flatMap { numerator in parts[1].map { numerator / $0 } }
  default: return nil
  }
}

/// `Double`'s own syntax without hexadecimal, in which a mistyped size hides too well.
private func decimal(_ text: Substring) -> Double? {
  text.contains("x") ? nil : Double(text)
}
