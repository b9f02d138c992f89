/// Reads statements of the layer language:
///
///     layer     = statement { ";" statement }
///     statement = [ name "=" ] sum
///     sum       = product { ("+" | "-") product }
///     product   = unary { ("*" | "/") unary }
///     unary     = "-" unary | power
///     power     = atom [ "**" unary ]
///     atom      = number | name | name "(" [ key "=" ] sum { "," [ key "=" ] sum } ")" | "(" sum ")"
///
/// Everything in it means what it means in Python: a line end outside of parentheses ends a statement as a
/// semicolon does, and `#` begins a comment.
struct ExpressionParser {
  /// The most characters of a layer.
  static let longest = 100_000
  /// The most parentheses, signs and powers within each other: what goes through a tree needs stack for
  /// every level.
  static let deepest = 100

  private let source: String
  private let characters: [Character]
  private var position = 0
  private var depth = 0
  private var openParentheses = 0

  /// The statements of `source`, at least one.
  static func statements(of source: String) throws(LayerError) -> [Statement] {
    var parser = ExpressionParser(source)
    return try parser.layer()
  }

  private init(_ source: String) {
    self.source = source
    characters = Array(source)
  }

  private func error(_ problem: LayerError.Problem, at column: Int? = nil) -> LayerError {
    LayerError(problem: problem, source: source, column: column ?? position)
  }

  // MARK: Grammar

  private mutating func layer() throws(LayerError) -> [Statement] {
    guard characters.count <= Self.longest else {
      throw error(.tooLong(most: Self.longest), at: Self.longest)
    }
    skipSpaces()
    skipLineEnds()
    guard position < characters.count else { throw error(.empty) }
    var statements = [try statement()]
    // Python takes a last semicolon, too.
    while takeSeparator(), position < characters.count { statements.append(try statement()) }
    if position < characters.count {
      throw error(characters[position] == ")" ? .neverOpened : .unexpected(found))
    }
    return statements
  }

  private mutating func statement() throws(LayerError) -> Statement {
    let column = position
    if position < characters.count, characters[position] == ";" { throw error(.emptyStatement) }
    if let name = assignedName() {
      return Statement(name: name, value: try sum(), column: column)
    }
    return Statement(name: nil, value: try sum(), column: column)
  }

  /// Takes `name =`, unless what follows is something else.
  private mutating func assignedName() -> String? {
    let start = position
    if let name = identifier(), take("="),
      position >= characters.count || characters[position] != "="
    {
      return name
    }
    position = start
    return nil
  }

  private mutating func sum() throws(LayerError) -> Expression {
    let first = try product()
    var links: [Expression.Link] = []
    while let sign = takeSign(.add, .subtract) {
      links.append(Expression.Link(sign: sign, operand: try product()))
    }
    return first.followed(by: links)
  }

  private mutating func product() throws(LayerError) -> Expression {
    let first = try unary()
    var links: [Expression.Link] = []
    while let sign = takeSign(.multiply, .divide) {
      links.append(Expression.Link(sign: sign, operand: try unary()))
    }
    return first.followed(by: links)
  }

  private mutating func unary() throws(LayerError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw error(.tooDeep(most: Self.deepest)) }
    let column = position
    if take("-") { return Expression(node: .negative(try unary()), column: column) }
    let base = try atom()
    guard takeSign(.power) != nil else { return base }
    return base.followed(by: [Expression.Link(sign: .power, operand: try unary())], column: column)
  }

  private mutating func atom() throws(LayerError) -> Expression {
    guard position < characters.count else { throw error(.unfinished) }
    let column = position
    if take("(") {
      let inner = try sum()
      try close(column)
      return inner
    }
    if let number = try number() { return Expression(node: .number(number), column: column) }
    guard let name = identifier() else {
      throw error(characters[position] == ")" ? .unexpected(")") : .unexpected(found))
    }
    let parenthesis = position
    guard take("(") else { return Expression(node: .name(name), column: column) }
    let arguments = try arguments()
    try close(parenthesis)
    return Expression(node: .call(name, arguments), column: column)
  }

  private mutating func arguments() throws(LayerError) -> [Expression.Argument] {
    var arguments: [Expression.Argument] = []
    if position < characters.count, characters[position] == ")" { return [] }
    repeat {
      let column = position
      let key = assignedName()
      if key == nil, arguments.contains(where: { $0.key != nil }) {
        throw error(.positionalAfterKey, at: column)
      }
      arguments.append(Expression.Argument(key: key, value: try sum()))
    } while take(",")
    return arguments
  }

  private mutating func close(_ opening: Int) throws(LayerError) {
    if take(")") { return }
    guard position < characters.count, characters[position] != ";" else {
      throw error(.neverClosed, at: opening)
    }
    throw error(.unexpected(found))
  }

  // MARK: Tokens

  private static func endsLine(_ character: Character) -> Bool {
    character == "\n" || character == "\r\n" || character == "\r"
  }

  private mutating func skipSpaces() {
    while position < characters.count {
      switch characters[position] {
      case " ", "\t": position += 1
      case "#": position += characters[position...].prefix { !Self.endsLine($0) }.count
      case let end where openParentheses > 0 && Self.endsLine(end): position += 1
      default: return
      }
    }
  }

  private mutating func skipLineEnds() {
    while position < characters.count, Self.endsLine(characters[position]) {
      position += 1
      skipSpaces()
    }
  }

  private mutating func takeSeparator() -> Bool {
    let start = position
    _ = take(";")
    skipLineEnds()
    return position > start
  }

  /// What stands here, for a message: a word, or a character.
  private var found: String {
    let word = characters[position...].prefix { Self.continuesName($0) }
    return word.isEmpty ? String(characters[position]) : String(word)
  }

  private mutating func take(_ character: Character) -> Bool {
    guard position < characters.count, characters[position] == character else { return false }
    if character == "(" { openParentheses += 1 }
    if character == ")" { openParentheses -= 1 }
    position += 1
    skipSpaces()
    return true
  }

  private mutating func takeSign(
    _ signs: Expression.BinaryOperator...
  ) -> Expression.BinaryOperator? {
    guard position < characters.count else { return nil }
    let isDouble =
      position + 1 < characters.count && characters[position + 1] == characters[position]
    let sign: Expression.BinaryOperator? =
      switch characters[position] {
      case "+": .add
      case "-": .subtract
      case "*": isDouble ? .power : .multiply
      // Python's whole-number division is not in the grammar.
      case "/": isDouble ? nil : .divide
      default: nil
      }
    guard let sign, signs.contains(sign) else { return nil }
    position += sign.rawValue.count
    skipSpaces()
    return sign
  }

  private static func startsName(_ character: Character) -> Bool {
    "a"..."z" ~= character || "A"..."Z" ~= character || character == "_"
  }

  private static func isDigit(_ character: Character) -> Bool { "0"..."9" ~= character }

  private static func continuesName(_ character: Character) -> Bool {
    character.isASCII && (startsName(character) || isDigit(character))
  }

  private mutating func identifier() -> String? {
    guard position < characters.count, characters[position].isASCII,
      Self.startsName(characters[position])
    else { return nil }
    let name = String(characters[position...].prefix { Self.continuesName($0) })
    position += name.count
    skipSpaces()
    return name
  }

  /// A decimal as Python has it: `1`, `1.5`, `.5`, `1.`, `1e-3`. Whole numbers do not begin with a zero.
  private mutating func number() throws(LayerError) -> Double? {
    let start = position
    let whole = digits()
    var fraction = ""
    var hasPoint = false
    if position < characters.count, characters[position] == "." {
      hasPoint = true
      position += 1
      fraction = digits()
    }
    guard !whole.isEmpty || !fraction.isEmpty else {
      position = start
      return nil
    }
    var exponent = ""
    if position < characters.count, "eE".contains(characters[position]) {
      position += 1
      var sign = ""
      if position < characters.count, "+-".contains(characters[position]) {
        sign = String(characters[position])
        position += 1
      }
      exponent = sign + digits()
      guard exponent.count > sign.count else { throw malformed(start) }
    }
    if position < characters.count,
      Self.continuesName(characters[position]) || characters[position] == "."
    {
      throw malformed(start)
    }
    let isWhole = !hasPoint && exponent.isEmpty
    guard !isWhole || whole.count == 1 || !whole.hasPrefix("0") || whole.allSatisfy({ $0 == "0" })
    else { throw malformed(start) }
    let text = "\(whole.isEmpty ? "0" : whole).\(fraction.isEmpty ? "0" : fraction)"
    guard let value = Double(exponent.isEmpty ? text : "\(text)e\(exponent)"), value.isFinite else {
      throw error(.notFinite, at: start)
    }
    skipSpaces()
    return value
  }

  private mutating func digits() -> String {
    let digits = String(
      characters[position...].prefix { $0.isASCII && Self.isDigit($0) })
    position += digits.count
    return digits
  }

  private func malformed(_ start: Int) -> LayerError {
    let text = characters[start...].prefix { Self.continuesName($0) || $0 == "." }
    return error(.malformedNumber(String(text)), at: start)
  }
}
