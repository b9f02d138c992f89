import SignalPropagation

extension Expression {
  /// The tree with nothing left to precedence: `(* a (- b))`.
  var structure: String {
    switch node {
    case .number(let value): "\(value)"
    case .name(let name): name
    case .negative(let value): "(- \(value.structure))"
    case .chain(let first, let links):
      links.reduce(first.structure) { "(\($1.sign.rawValue) \($0) \($1.operand.structure))" }
    case .call(let function, let arguments):
      "(\(function)"
        + arguments.map { " " + ($0.key.map { "\($0)=" } ?? "") + $0.value.structure }.joined()
        + ")"
    }
  }
}

extension Statement {
  var structure: String { (name.map { "\($0) = " } ?? "") + value.structure }
}
