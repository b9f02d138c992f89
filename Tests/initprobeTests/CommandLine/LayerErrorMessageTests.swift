import Testing

/// What the program says of a wrong layer: what and what to do on one line, the expression with a caret
/// under the place, and status 64.
@Suite struct `A wrong layer` {
  static let cases: [(layer: String, column: Int, message: String)] = [
    ("tanh(W(h)", 4, "'(' is never closed; add ')'."),
    ("tanh(W(h)))", 10, "')' was never opened; remove it or add '('."),
    (
      "h + s*tanh(W(h))", 4,
      "'s' is not defined before its use; define it first or give '--set s=<number>'."
    ),
    ("h + W(h, out=4*d)", 0, "1000 units meet 4000; make both sides equally wide, with 'out='."),
    (
      "W(h, out=2*d)", 0,
      "the layer gives 2000 units where the next takes 1000; end it with W(…, out=d)."
    ),
    ("tanh(3)", 0, "'tanh' takes a vector, and this is a number; give it a value such as h."),
    ("geluu(W(h))", 0, "the function 'geluu' is unknown; did you mean 'gelu'?"),
    ("frobnicate(h)", 0, "the function 'frobnicate' is unknown; 'initprobe list' shows all."),
    (
      "W1(h, out=4*d); W1(h)", 16,
      "W1 is 4000 × 1000 here and 1000 × 1000 there; give the two different names."
    ),
    (
      "0.5*N", 0, "the layer is a number, not a vector; make its last value one that comes from h."
    ),
    ("[h]", 0, "'[' is not in the grammar of layers here; see 'initprobe list' for what is."),
    (
      "h if N > 3 else x0", 2,
      "'if' is not in the grammar of layers here; see 'initprobe list' for what is."
    ),
    ("h // 2", 2, "'/' is not in the grammar of layers here; see 'initprobe list' for what is."),
    ("n = rmsnorm(h); h + W(h)", 0, "'n' is never used; use it or leave it out."),
    (
      "W(h); h + 1", 0,
      "this part has no effect; give it a name with '=' and use it, or leave it out."
    ),
    (
      String(repeating: "(", count: 100) + "h" + String(repeating: ")", count: 100), 100,
      "there are more than 100 levels of nesting; give parts names."
    ),
    (
      "h" + String(repeating: " + h", count: 30_000), 100_000,
      "the layer has more than 100000 characters; write a shorter one."
    ),
    ("h +", 3, "the expression ends too early; finish it."),
    ("# nothing", 9, "the layer is empty; write one such as 'tanh(W(h))'."),
    (
      "2h*3", 0,
      "'2h' is not a number; write one such as 2, 0.5 or 1e-3, and '*' before a name."
    ),
    (
      "elu(h, alpha=1, 2)", 16,
      "a plain argument follows one with 'name='; put the plain ones first."
    ),
    ("h;; h", 2, "there is nothing between two semicolons; remove one."),
    ("h + tanh", 4, "'tanh' is a function; give it an argument, as in 'tanh(h)'."),
    (
      "h + d(h)", 4, "'d' is a value and takes no arguments; write 'd*(…)' for a product."
    ),
    ("d = 3; d*h", 0, "'d' already has a meaning; choose another name."),
    ("a = h; a = 2*a; a", 7, "'a' is assigned twice; choose another name."),
    (
      "x + h", 0,
      "'x' and 'h' are both used; write a formula in x alone, or a layer in h with W(h)."
    ),
    ("tanh(W(x0))", 0, "neither 'x' nor 'h' is used; write a formula in x or a layer in h."),
    ("elu(h, alpha=h)", 13, "'elu' takes a number here, and this is a vector."),
    ("tanh(h, 2)", 0, "'tanh' takes 1 argument, and 2 are given."),
    ("elu(h, 1, 2)", 0, "'elu' takes 1 to 2 arguments, and 3 are given."),
    ("elu(h, beta=2)", 12, "'elu' has no argument 'beta'; it takes alpha."),
    ("rmsnorm(eps=h)", 12, "'rmsnorm' has no argument 'eps'; it takes none by name."),
    ("W(h, std=1, std=2)", 16, "'std' is given twice; give it once."),
    (
      "W(h, init=xavier)", 10,
      "'xavier' is not the plain name of an initialiser; 'initprobe list' shows all."
    ),
    ("celu(h, 0)", 0, "in 'celu' alpha must be a number other than 0."),
    ("2**h", 3, "the exponent must be a number; write exp(v*log(c)) for c to the power of v."),
    ("h*log(-1)", 2, "this number is not finite; write another."),
    ("h*(1/0)", 3, "this divides by zero; write another number."),
    ("W(h, std=1, gain=2)", 0, "'std=' replaces 'gain='; give one of them."),
    (
      "W1(h, gain=2) + W1(h, gain=3)", 16,
      "W1 has another 'gain=' at its first mention; leave it out here, or use another name."
    ),
    ("W(h, out=0)", 9, "'out=' comes to 0 units; it must be at least 1 and below 2^53."),
    ("W(h, std=-1)", 9, "'std=' comes to -1; it must be a finite number of at least 0."),
  ]

  @Test(arguments: cases)
  func `is told in one line, with a caret under the place`(
    layer: String, column: Int, message: String
  ) throws {
    let outcome = try Binary.run([layer, "1"])
    let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(lines.count == 6 && lines[3].hasPrefix("Usage: initprobe "))
    #expect(lines[0] == "Error: \(message)")
    // Of a long layer as much is shown as fits a line, the place in the middle.
    let start = layer.count <= 76 ? 0 : max(0, min(column - 38, layer.count - 76))
    let shown = String(layer.dropFirst(start).prefix(76))
    #expect(lines[1] == "  \(shown)")
    #expect(lines[2] == "  \(String(repeating: " ", count: column - start))^")
  }

  @Test func `shows control characters as spaces`() throws {
    let outcome = try Binary.run(["a = h\n\tb*h", "1"])
    #expect(
      outcome.errors.hasPrefix(
        """
        Error: 'b' is not defined before its use; define it first or give '--set b=<number>'.
          a = h  b*h
                 ^
        Usage:
        """))
  }

  @Test func `names the layer where it is not the first`() throws {
    // With and without a report of that layer.
    for (command, every) in [([], "1"), ([], "2"), (["predict"], "1"), (["predict"], "2")] {
      let outcome = try Binary.run(
        command + ["h + W(h)", "1", "--widths", "8,8,4", "--every", every])
      #expect(outcome.status == 64)
      #expect(
        outcome.errors.hasPrefix(
          """
          Error: 8 units meet 4; make both sides equally wide, with 'out=' in layer 2.
            h + W(h)
            ^
          Usage:
          """))
    }
  }

  @Test func `is refused with a skip`() throws {
    let outcome = try Binary.run(["tanh(W(h))", "1", "--skip", "0.5"])
    #expect(
      outcome.errors.hasPrefix(
        "Error: '--skip' needs an activation or a formula in x; write 'h + s*(…)' into the layer instead.\n"
      ))
    #expect(outcome.status == 64)
  }

  @Test func `that names its number may not be one of too many`() throws {
    let outcome = try Binary.run(["tanh(W(h))/sqrt(l)", "1", "--depth", "2000000", "--width", "2"])
    #expect(
      outcome.errors.hasPrefix(
        "Error: layers that differ are listed, at most 1000000 of them; lower '--depth' or leave out 'l'.\n"
      ))
  }
}
