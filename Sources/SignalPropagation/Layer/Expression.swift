/// A piece of a layer as it was written: the syntax tree of a subset of Python's expressions.
package struct Expression: Sendable {
  /// What it is.
  package indirect enum Node: Sendable {
    case number(Double)
    case name(String)
    case negative(Expression)
    /// Terms or factors from left to right, or a power. One node for all of a sum, so that a tree is no
    /// deeper than its parentheses, however long it is.
    case chain(Expression, [Link])
    case call(String, [Argument])
  }

  /// An argument of a call, with `key=` in front of it or without.
  package struct Argument: Sendable {
    package let key: String?
    package let value: Expression
  }

  /// What is done to the value so far.
  package struct Link: Sendable {
    package let sign: BinaryOperator
    package let operand: Expression
  }

  package let node: Node
  /// Where it begins, in characters from the start of the source.
  package let column: Int

  /// A binary operator, by its sign.
  package enum BinaryOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "**"

    /// How tightly it binds: 1 in a sum, 2 in a product, 4 in a power.
    fileprivate var level: Int {
      switch self {
      case .add, .subtract: 1
      case .multiply, .divide: 2
      case .power: 4
      }
    }
  }
}

/// One part of a layer between semicolons: `value`, or `name = value`.
package struct Statement: Sendable {
  /// The name that gets the value; `nil` where it gets none.
  package let name: String?
  package let value: Expression
  /// Where it begins, in characters from the start of the source.
  package let column: Int
}

extension Expression {
  /// The chain that begins with this one and goes on with `links`, all of which bind equally tightly.
  ///
  /// - Parameter column: Where it begins; `nil` where that is here.
  func followed(by links: [Link], column: Int? = nil) -> Expression {
    guard let sign = links.first?.sign else { return self }
    if case .chain(let first, let before) = node, sign != .power, before[0].sign.level == sign.level
    {
      return Expression(node: .chain(first, before + links), column: column ?? self.column)
    }
    return Expression(node: .chain(self, links), column: column ?? self.column)
  }

  /// Adds every name in it, functions and matrices included.
  func insertNames(into names: inout Set<String>) {
    switch node {
    case .number: break
    case .name(let name): names.insert(name)
    case .negative(let value): value.insertNames(into: &names)
    case .chain(let first, let links):
      first.insertNames(into: &names)
      for link in links { link.operand.insertNames(into: &names) }
    case .call(let function, let arguments):
      names.insert(function)
      for argument in arguments { argument.value.insertNames(into: &names) }
    }
  }
}

extension [Statement] {
  /// Every name in the values, functions and matrices included.
  var names: Set<String> { reduce(into: []) { $1.value.insertNames(into: &$0) } }
}

// MARK: One spelling

extension Expression: CustomStringConvertible {
  /// The expression in one spelling: spaces around `+` and `-` and after commas, no needless parentheses,
  /// shortest numbers. Reading it gives the same tree.
  package var description: String { spelling.text }

  /// The text, and how tightly its outermost operator binds: as the signs do, 3 a minus, 5 an atom.
  private var spelling: (text: String, level: Int) {
    switch node {
    case .number(let value): return (Expression.decimal(value), 5)
    case .name(let name): return (name, 5)
    case .negative(let value): return ("-\(value.text(from: 3))", 3)
    case .call(let function, let arguments):
      let list = arguments.map { argument in
        (argument.key.map { "\($0)=" } ?? "") + argument.value.description
      }
      return ("\(function)(\(list.joined(separator: ", ")))", 5)
    case .chain(let first, let links):
      let level = links[0].sign.level
      var text = first.text(from: level == 4 ? 5 : level)
      for link in links {
        text += level == 1 ? " \(link.sign.rawValue) " : link.sign.rawValue
        text += link.operand.text(from: level == 4 ? 3 : level + 1)
      }
      return (text, level)
    }
  }

  /// In parentheses unless it binds at least as tightly as `level`.
  private func text(from level: Int) -> String {
    let (text, own) = spelling
    return own >= level ? text : "(\(text))"
  }

  /// The shortest decimal that reads back as the same number, as Python writes it.
  static func decimal(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension Statement: CustomStringConvertible {
  package var description: String { name.map { "\($0) = \(value)" } ?? value.description }
}
