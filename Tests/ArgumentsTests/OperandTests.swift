import Testing

@testable import Arguments

@Suite struct `An operand` {
  @Test(arguments: [
    "", "abc", "sqrt", "sqrt()", "sqrtsqrt2", "1/2/3", "1/", "/2", "0x10", "1_000", "1,5", "½",
    "sqrt(2", "1 ", "--1",
  ])
  func `takes nothing else for a number`(text: String) {
    #expect(Double(argument: text) == nil)
  }

  @Test func `is quoted on one line whatever it holds`() {
    #expect("a\nb".quoted == #"'a\nb'"#)
    #expect("\u{1B}[31m".quoted == #"'\u{1B}[31m'"#)
    #expect("ünï".quoted == "'ünï'")
    #expect(String(repeating: "x", count: 5000).quoted.count == 103)
    #expect("".quoted == "''")
  }
}

@Suite struct `A suggestion` {
  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("tanh", "tanh", 0),
    ("thanh", "tanh", 1), ("lsit", "list", 1), ("sigmiod", "sigmoid", 1),
  ])
  func `measures the distance of words`(a: String, b: String, distance: Int) {
    #expect(Suggestion.editDistance(a, b) == distance)
  }
}
