/// The text given for an argument, with the argument's name for messages.
package struct Operand: Equatable, Sendable {
  /// `--depth`, or `gain` for a positional argument.
  package let name: String
  /// As it was typed.
  package let text: String

  /// `text` as the value of the argument `name`.
  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// Another text in the place of this one.
  package func with(_ text: some StringProtocol) -> Operand {
    Operand(name: name, text: String(text))
  }

  /// `the value '0' of '--depth'`, or `the gain 'abc'`.
  package var phrase: String {
    name.hasPrefix("-") ? "the value \(text.quoted) of '\(name)'" : "the \(name) \(text.quoted)"
  }

  /// A whole number from 1 to `maximum`.
  package func count(maximum: Int = .max) throws(ArgumentError) -> Int {
    guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
      text.contains(where: { $0 != "0" })
    else { throw .value(self, .notACount) }
    guard let value = Int(text), value <= maximum else {
      throw .value(self, .above(maximum))
    }
    return value
  }

  /// A finite number: a decimal, a fraction or a root.
  package func real() throws(ArgumentError) -> Double {
    guard let value = Double(argument: text) else { throw .value(self, .notANumber) }
    guard value.isFinite else { throw .value(self, .notFinite) }
    return value
  }

  /// A finite number of at least 0.
  package func nonNegativeReal() throws(ArgumentError) -> Double {
    let value = try real()
    guard value >= 0 else { throw .value(self, .negative) }
    return value
  }

  /// One of a fixed set of words, in any case.
  package func choice<Choice: RawRepresentable<String> & CaseIterable>(
    of type: Choice.Type = Choice.self
  ) throws(ArgumentError) -> Choice {
    guard let choice = Choice(rawValue: text.lowercased()) else {
      throw .value(self, .notOneOf(Choice.allCases.map(\.rawValue)))
    }
    return choice
  }
}

extension Double {
  /// A decimal such as `1.6667`, a fraction such as `5/3`, or a root such as `sqrt2` or `sqrt(2/3)`.
  ///
  /// May be infinite or NaN, as `inf`, `1/0` and `sqrt(-1)` are; `nil` where the text is none of these.
  package init?(argument text: String) {
    guard let value = Double.value(ofArgument: text.lowercased()) else { return nil }
    self = value
  }

  private static func value(ofArgument text: String) -> Double? {
    if text.hasPrefix("sqrt") {
      var radicand = text.dropFirst(4)
      if radicand.hasPrefix("("), radicand.hasSuffix(")") {
        radicand = radicand.dropFirst().dropLast()
      }
      return radicand.hasPrefix("sqrt") ? nil : value(ofArgument: String(radicand))?.squareRoot()
    }
    if text.hasPrefix("-sqrt") { return value(ofArgument: String(text.dropFirst())).map { -$0 } }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(decimal)
    switch parts.count {
    case 1: return parts[0]
    case 2: return parts[0].flatMap { numerator in parts[1].map { numerator / $0 } }
    default: return nil
    }
  }

  /// `Double`'s own syntax without hexadecimal, in which a mistyped size hides too well.
  private static func decimal(_ text: Substring) -> Double? {
    text.contains("x") ? nil : Double(text)
  }
}
