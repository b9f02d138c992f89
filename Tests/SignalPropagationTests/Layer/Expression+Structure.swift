import SignalPropagation

extension Expression {
  /// The tree with nothing left to precedence: `(* a (- b))`.
  var structure: String {
    switch node {
    case .number(let value): "\(value)"
    case .name(let name): name
    case .negative(let value): "(- \(value.structure))"
    case .binary(let sign, let left, let right):
      "(\(sign.rawValue) \(left.structure) \(right.structure))"
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
