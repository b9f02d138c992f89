import Kernels
import Testing

@testable import SignalPropagation

/// Random texts of the grammar, with spaces, line ends, comments and parentheses where they may be.
private struct TextGenerator {
  private var generator: Generator

  init(seed: UInt64) { generator = Generator(seed: seed) }

  private mutating func pick<T>(_ choices: [T]) -> T {
    choices[Int(generator.next()) % choices.count]
  }

  /// Nothing, mostly.
  private mutating func gap(inParentheses: Bool) -> String {
    pick(["", "", "", " ", "  ", "\t"] + (inParentheses ? ["\n", " # a) b\n "] : []))
  }

  mutating func layer() -> String {
    var text = pick(["", " ", "\n", "# c\n"])
    for index in 0..<(1 + Int(generator.next() % 3)) {
      if index > 0 { text += pick([";", " ; ", "\n", ";\n", " # ; c\n", "\r\n"]) }
      if generator.next() % 2 == 0 { text += "v\(index)" + pick([" = ", "=", " ="]) }
      text += sum(3, false)
    }
    return text + pick(["", "", ";", "\n", " # end"])
  }

  private mutating func chain(
    _ signs: [String], _ depth: Int, _ inside: Bool, _ part: (inout Self) -> String
  ) -> String {
    var text = part(&self)
    for _ in 0..<pick([0, 0, 1, 1, 2]) {
      text += gap(inParentheses: inside) + pick(signs) + gap(inParentheses: inside) + part(&self)
    }
    return text
  }

  private mutating func sum(_ depth: Int, _ inside: Bool) -> String {
    chain(["+", "-"], depth, inside) { generator in
      generator.chain(["*", "/"], depth, inside) { $0.unary(depth, inside) }
    }
  }

  private mutating func unary(_ depth: Int, _ inside: Bool) -> String {
    switch generator.next() % 6 {
    case 0: return "-" + gap(inParentheses: inside) + unary(depth, inside)
    case 1:
      let gap = gap(inParentheses: inside)
      return atom(depth, inside) + gap + "**" + gap + unary(depth - 1, inside)
    default: return atom(depth, inside)
    }
  }

  private mutating func atom(_ depth: Int, _ inside: Bool) -> String {
    guard depth > 0 else { return pick(["x", "h", "3", "0.5", "W_1", "1e-3"]) }
    switch generator.next() % 4 {
    case 0: return pick(["1", "2.5", ".25", "7.", "1e3", "2.5E-7", "00", "123456.789e+5"])
    case 1: return pick(["h", "x", "x0", "d", "N", "a_b", "_", "e1", "W", "if_"])
    case 2:
      return "(" + gap(inParentheses: true) + sum(depth - 1, true) + gap(inParentheses: true) + ")"
    default:
      let count = pick([0, 1, 1, 1, 2, 3])
      let plain = Int(generator.next()) % (count + 1)
      let arguments = (0..<count).map { place in
        let key = place < plain ? "" : "k\(place)" + pick(["=", " = "])
        return gap(inParentheses: true) + key + sum(depth - 1, true)
      }
      return pick(["tanh", "W", "W2", "f", "rmsnorm"]) + pick(["", " "]) + "("
        + arguments.joined(separator: gap(inParentheses: true) + ",")
        + gap(inParentheses: true) + ")"
    }
  }

  /// Pieces of the language in any order, most of them no layer.
  mutating func noise() -> String {
    let pieces =
      [
        "(", ")", "+", "-", "*", "**", "/", "//", "=", "==", ",", ";", "\n", " ", "#", ".", "1",
        "0",
      ]
      + ["0.5", "1e", "e3", "h", "x", "W", "tanh", "k=", "\\", "[", "]", "'", "é", "\u{301}", "\0"]
    return (0..<(1 + Int(generator.next() % 12))).map { _ in pick(pieces) }.joined()
  }
}

@Suite struct `Generated expressions` {
  @Test(arguments: 0..<40)
  func `read back from their spelling as they were`(block: Int) throws {
    for seed in 0..<100 {
      var generator = TextGenerator(seed: UInt64(block * 100 + seed))
      let text = generator.layer()
      guard text.count <= ExpressionParser.longest else { continue }
      let statements = try ExpressionParser.statements(of: text)
      let spelling = statements.map(\.description).joined(separator: "; ")
      let again = try ExpressionParser.statements(of: spelling)
      #expect(again.map(\.structure) == statements.map(\.structure), "\(text)")
      #expect(again.map(\.description).joined(separator: "; ") == spelling, "\(text)")
    }
  }

  @Test(arguments: 0..<40)
  func `of any pieces are read or refused within the text`(block: Int) {
    for seed in 0..<250 {
      var generator = TextGenerator(seed: UInt64(100_000 + block * 250 + seed))
      let text = generator.noise()
      do throws(LayerError) {
        let statements = try ExpressionParser.statements(of: text)
        let spelling = statements.map(\.description).joined(separator: "; ")
        let again = try? ExpressionParser.statements(of: spelling)
        #expect(again?.map(\.structure) == statements.map(\.structure), "\(text)")
      } catch {
        #expect((0...text.count).contains(error.column) && error.source == text, "\(text)")
      }
    }
  }
}
