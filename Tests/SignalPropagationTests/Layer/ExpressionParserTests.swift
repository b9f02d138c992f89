import Testing

@testable import SignalPropagation

/// What texts mean, as Python reads them.
@Suite struct `An expression` {
  private func statements(_ text: String) throws -> [Statement] {
    try ExpressionParser.statements(of: text)
  }

  @Test(arguments: [
    ("a+b+c", "(+ (+ a b) c)", "a + b + c"), ("a-b-c", "(- (- a b) c)", "a - b - c"),
    ("a-(b-c)", "(- a (- b c))", "a - (b - c)"), ("a+(b+c)", "(+ a (+ b c))", "a + (b + c)"),
    ("a*b/c*d", "(* (/ (* a b) c) d)", "a*b/c*d"), ("a/(b*c)", "(/ a (* b c))", "a/(b*c)"),
    ("a + b*c", "(+ a (* b c))", "a + b*c"), ("(a + b)*c", "(* (+ a b) c)", "(a + b)*c"),
    ("a*b + c", "(+ (* a b) c)", "a*b + c"), ("a*(b+c)", "(* a (+ b c))", "a*(b + c)"),
    // A power binds tighter than the sign before it, and less tightly than the one behind.
    ("-x**2", "(- (** x 2.0))", "-x**2"), ("(-x)**2", "(** (- x) 2.0)", "(-x)**2"),
    ("2**-x", "(** 2.0 (- x))", "2**-x"), ("2**-x**2", "(** 2.0 (- (** x 2.0)))", "2**-x**2"),
    ("a**b**c", "(** a (** b c))", "a**b**c"), ("(a**b)**c", "(** (** a b) c)", "(a**b)**c"),
    ("a*b**c", "(* a (** b c))", "a*b**c"), ("a**b*c", "(* (** a b) c)", "a**b*c"),
    ("-a*b", "(* (- a) b)", "-a*b"), ("-(a*b)", "(- (* a b))", "-(a*b)"),
    ("a*-b", "(* a (- b))", "a*-b"), ("a--b", "(- a (- b))", "a - -b"),
    ("---a", "(- (- (- a)))", "---a"), ("-a+b", "(+ (- a) b)", "-a + b"),
    ("f(a)**2", "(** (f a) 2.0)", "f(a)**2"), ("-f(a)", "(- (f a))", "-f(a)"),
    ("f ( a , k = b+1 )", "(f a k=(+ b 1.0))", "f(a, k=b + 1)"), ("f()", "(f)", "f()"),
    ("((a))", "a", "a"), ("n = a ; n*n", "n = a; (* n n)", "n = a; n*n"),
    ("_a1*Wup", "(* _a1 Wup)", "_a1*Wup"), ("a;", "a", "a"),
  ])
  func `is read with Python's precedence, and has one spelling`(
    text: String, structure: String, spelling: String
  ) throws {
    let statements = try statements(text)
    #expect(statements.map(\.structure).joined(separator: "; ") == structure)
    #expect(statements.map(\.description).joined(separator: "; ") == spelling)
  }

  @Test(
    arguments: [
      ("1", 1), ("1.", 1), ("1.5", 1.5), (".5", 0.5), ("0", 0), ("000", 0), ("00.5", 0.5),
      ("01.", 1),
      ("01e2", 100), ("1e3", 1000), ("1E+3", 1000), ("1.e-3", 0.001), (".5e1", 5), ("0.1", 0.1),
      ("1e-400", 0), ("4.9e-324", .leastNonzeroMagnitude),
      ("1.7976931348623157e308", .greatestFiniteMagnitude),
      ("0.30000000000000004", 0.1 + 0.2), ("123456789012345678", 123_456_789_012_345_680),
    ] as [(String, Double)])
  func `has Python's numbers`(text: String, value: Double) throws {
    guard case .number(let read) = try statements(text)[0].value.node else {
      Issue.record("no number")
      return
    }
    #expect(read == value)
    // As it is spelled it is the same number.
    let spelled = try statements(statements(text)[0].description)[0].value
    #expect(spelled.structure == "\(value)")
  }

  @Test(arguments: [
    "01", "007", "1_000", "0x10", "0b1", "0o7", "1j", "1if", "2x", "2h", "1..2", "1.2.3", "1e",
    "1e5.", "1.5e3e2",
  ])
  func `has no other numbers`(text: String) {
    expectError(text, .malformedNumber(text), at: 0)
  }

  @Test(arguments: [
    ("a = h # half of it\n0.5*a", "a = h; 0.5*a"), ("\n\n# first\n\nh\n", "h"), ("h # end", "h"),
    ("tanh(\n  W(h)  # inner\n)", "tanh(W(h))"), ("a = 2;\n\n\n  a*h", "a = 2; a*h"),
    ("a = 2\r\na*h\r\n", "a = 2; a*h"), ("a = 2\ra*h", "a = 2; a*h"),
    ("\ta = 2;\ta*h", "a = 2; a*h"),
    ("(h\n+\n2)", "h + 2"), ("f(a,\n\n# none\n\n b)", "f(a, b)"), ("h ;# end\n", "h"),
    ("tanh\n(h)", "tanh; h"),
  ])
  func `ends at a line end outside of parentheses, and comments are nothing`(
    text: String, spelling: String
  ) throws {
    #expect(try statements(text).map(\.description).joined(separator: "; ") == spelling)
  }

  @Test(arguments: [
    ("a = h\n+ 2", "+", 6), ("h +\n2", "\n", 3), ("h **\n2", "\n", 4), ("a =\nh", "\n", 3),
    ("-\nh", "\n", 1), ("h = = h", "=", 2), ("a == h", "=", 2),
    ("a = b = h", "=", 6), ("+h", "+", 0), ("h + +h", "+", 4), ("h // 2", "/", 2), ("h*/2", "/", 2),
    ("h @ h", "@", 2), ("h % 2", "%", 2), ("[h]", "[", 0), ("h[0]", "[", 1), ("h.T", ".", 1),
    ("h > 0", ">", 2), ("~h", "~", 0), ("h if h else h", "if", 2), ("not h", "h", 4),
    ("'h'", "'", 0),
    ("(h)(h)", "(", 3), ("f(h)(h)", "(", 4), ("f(h,)", ")", 4), ("f(,h)", ",", 2), ("()", ")", 1),
    ("(a, b)", ",", 2), ("a, b", ",", 1), ("(a = b)", "=", 3), ("f(*h)", "*", 2),
    ("lambda: h", ":", 6),
    ("h ** * h", "*", 5), ("h * * h", "*", 4), ("x²", "²", 1), ("é*h", "é", 0),
    ("h\u{301}", "h\u{301}", 0),
    ("a\\\n*h", "\\", 1), ("h\u{a0}*2", "\u{a0}", 1), ("٣*h", "٣", 0), ("h \"", "\"", 2),
    ("h*2)", ")", 3), ("h\0", "\0", 1),
  ])
  func `has nothing that is not in the grammar`(text: String, found: String, column: Int) {
    expectError(text, found == ")" && column == 3 ? .neverOpened : .unexpected(found), at: column)
  }

  @Test(
    arguments: [
      ("", .empty, 0), (" \n# nothing\n", .empty, 12), ("h +", .unfinished, 3),
      ("f(h, ", .unfinished, 5), ("2*(", .unfinished, 3), ("a =", .unfinished, 3),
      ("tanh(W(h)", .neverClosed, 4), ("(h; h)", .neverClosed, 0), ("(h + 2", .neverClosed, 0),
      ("h)", .neverOpened, 1), (";h", .emptyStatement, 0), ("h;;h", .emptyStatement, 2),
      ("h\n;h", .emptyStatement, 2), ("f(a=1, 2)", .positionalAfterKey, 7),
      ("1e999*h", .notFinite, 0), ("1e+", .malformedNumber("1e"), 0),
    ] as [(String, LayerError.Problem, Int)])
  func `is complete`(text: String, problem: LayerError.Problem, column: Int) {
    expectError(text, problem, at: column)
  }

  // MARK: Limits

  @Test func `has at most a hundred thousand characters`() throws {
    let longest = "h" + String(repeating: "+h", count: 49_999) + " "
    #expect(try statements(longest).count == 1)
    expectError(longest + " ", .tooLong(most: 100_000), at: 100_000)
    // Every character is one, whatever it is made of.
    expectError(
      String(repeating: "é\u{301}", count: 100_001), .tooLong(most: 100_000), at: 100_000)
  }

  @Test(arguments: [("(", ")"), ("-", ""), ("h**", ""), ("f(", ")"), ("f(a=", ")"), ("2*(", ")")])
  func `has at most a hundred levels of nesting`(open: String, close: String) throws {
    func nested(_ levels: Int) -> String {
      String(repeating: open, count: levels) + "h" + String(repeating: close, count: levels)
    }
    #expect(try statements(nested(99)).count == 1)
    expectError(nested(100), .tooDeep(most: 100), at: 100 * open.count)
    // However deep, it is a message and no crash.
    expectError(nested(10_000), .tooDeep(most: 100), at: 100 * open.count)
  }

  /// A chain is no nesting, and as long as it may be it is spelled, listed and evaluated.
  @Test(arguments: ["+h", "-h", "*h", "/2", "; a = h", "+tanh(h)*h"])
  func `may be a long chain`(link: String) throws {
    let isNamed = link.hasPrefix(";")
    let count = 90_000 / (isNamed ? 20 : link.count)
    // Each name is one of its own, and uses the one before.
    let text =
      isNamed
      ? "a0 = h" + (1...count).map { "; a\($0) = 2*a\($0 - 1)" }.joined()
      : "h" + String(repeating: link, count: count)
    let layer = try Layer(parsing: text)
    #expect(try Layer(parsing: layer.description.filter { $0 != " " }) == layer)
    let experiment = Experiment(
      layer: layer, gain: 1, shape: .square(width: 2, depth: 1), batch: 2, reports: .every(1))
    #expect(try experiment.measure(threads: 1).count == 2)
  }

  private func expectError(
    _ text: String, _ problem: LayerError.Problem, at column: Int,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      throws: LayerError(problem: problem, source: text, column: column), sourceLocation: location
    ) { try statements(text) }
  }
}
