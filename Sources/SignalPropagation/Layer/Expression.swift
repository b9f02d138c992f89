/// A piece of a layer as it was written: the syntax tree of a subset of Python's expressions.
package struct Expression: Sendable {
  /// What it is.
  package indirect enum Node: Sendable {
    case number(Double)
    case name(String)
    case negative(Expression)
    case binary(BinaryOperator, Expression, Expression)
    case call(String, [Argument])
  }

  /// An argument of a call, with `key=` in front of it or without.
  package struct Argument: Sendable {
    package let key: String?
    package let value: Expression
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
  /// Every name in it, functions and matrices included.
  var names: Set<String> {
    switch node {
    case .number: []
    case .name(let name): [name]
    case .negative(let value): value.names
    case .binary(_, let left, let right): left.names.union(right.names)
    case .call(let function, let arguments):
      arguments.reduce(into: [function]) { $0.formUnion($1.value.names) }
    }
  }
}

// MARK: One spelling

extension Expression: CustomStringConvertible {
  /// The expression in one spelling: spaces around `+` and `-` and after commas, no needless parentheses,
  /// shortest numbers. Reading it gives the same tree.
  package var description: String { spelling.text }

  /// The text, and how tightly its outermost operator binds: 1 sum, 2 product, 3 sign, 4 power, 5 atom.
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
    case .binary(let sign, let left, let right):
      switch sign {
      case .add, .subtract:
        return ("\(left.text(from: 1)) \(sign.rawValue) \(right.text(from: 2))", 1)
      case .multiply, .divide:
        return ("\(left.text(from: 2))\(sign.rawValue)\(right.text(from: 3))", 2)
      case .power: return ("\(left.text(from: 5))**\(right.text(from: 3))", 4)
      }
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
