import Kernels

/// Why the infinite-width theory has nothing to say about a layer.
package struct TheoryLimit: Error, Equatable {
  /// What is in the way.
  package enum Reason: Equatable, Sendable {
    /// x0 below the first layer makes layers depend on each other.
    case stackInput
    /// A matrix, by its name, that is applied twice in a layer.
    case repeatedMatrix(String)
    /// The weights of a matrix, by its name, whose mean is not 0.
    case meanNotZero(String)
    /// A function that is applied to what is neither a function of one Gaussian nor a Gaussian of its own.
    case functionOfMixture(function: String, argument: String)
    /// A divisor that is not a function of one Gaussian.
    case divisionByMixture(String)
    /// A product, whose expectation would take a third or higher moment of the layer's input.
    case higherMoment(String)
    /// So many operations that a prediction, whose work grows with their square, would take long.
    case tooManyOperations(most: Int)
  }

  /// What is in the way.
  package var reason: Reason
  /// The first layer, 1…depth, of which it is true.
  package var layer: Int

  /// One sentence without its full stop, for the end of an error.
  package var summary: String {
    switch reason {
    case .stackInput: "x0 in a layer makes the layers depend on each other"
    case .repeatedMatrix(let name): "\(name) is applied to two values"
    case .meanNotZero(let name): "the weights of \(name) have a mean"
    case .functionOfMixture(let function, let argument):
      "\(function) is applied to \(argument), which is not a function of one pre-activation"
    case .divisionByMixture(let divisor):
      "\(divisor) is divided by, which is not a function of one pre-activation"
    case .tooManyOperations(let most): "it has more than \(most) operations"
    case .higherMoment(let value):
      "\(value) has a product in which the layer's input occurs more than twice"
    }
  }
}

extension LayerGraph {
  /// The first value that is a function of the layer's input itself, with no matrix before it, or a product with
  /// it; `nil` where the input is only added, normalised and mapped.
  ///
  /// The gradient of a unit then has a variance that depends on the unit, so that it is no normal distribution
  /// over the units.
  var functionOfInput: Expression? {
    var isDirect: [Bool] = []
    for (index, node) in nodes.enumerated() {
      let direct = node.operands.contains { isDirect[$0] }
      let isBent =
        switch node {
        case .function(let function, _): function.kind != .identity
        case .binary(.multiply, _, _), .binary(.divide, _, _): true
        case .scalar(let operation, _): !operation.isLinear
        case .input, .stackInput, .linear, .normalization, .binary: false
        }
      if direct, isBent { return expression(of: index) }
      if case .input = node {
        isDirect.append(true)
      } else if case .linear = node {
        isDirect.append(false)
      } else {
        isDirect.append(direct)
      }
    }
    return nil
  }

  /// The value of a node as an expression; names that the user gave are written out.
  ///
  /// A value that is named and used again doubles what is written, so there is a limit.
  func expression(of node: Int) -> Expression {
    var rest = 100
    return expression(of: node, &rest)
  }

  /// - Parameter rest: The nodes that may still be written.
  private func expression(of node: Int, _ rest: inout Int) -> Expression {
    func make(_ node: Expression.Node) -> Expression { Expression(node: node, column: 0) }
    func call(_ name: String, _ operand: Int, _ parameters: [Double] = []) -> Expression {
      let arguments = [value(operand)] + parameters.map { make(.number($0)) }
      return make(.call(name, arguments.map { Expression.Argument(key: nil, value: $0) }))
    }
    func value(_ node: Int) -> Expression { expression(of: node, &rest) }
    func chain(
      _ first: Expression, _ sign: Expression.BinaryOperator, _ operand: Expression
    ) -> Expression {
      first.followed(by: [Expression.Link(sign: sign, operand: operand)])
    }
    guard rest > 0 else { return make(.name("…")) }
    rest -= 1
    switch nodes[node] {
    case .input: return make(.name("h"))
    case .stackInput: return make(.name("x0"))
    case .linear(let matrix, let u): return call(matrices[matrix].name, u)
    case .normalization(let kind, let u): return call(kind.rawValue, u)
    case .function(let function, let u):
      let defaults = function.kind.row.parameters.map(\.defaultValue)
      return call(function.name, u, function.parameters == defaults ? [] : function.parameters)
    case .scalar(let operation, let u):
      let (sign, number, isFirst) = operation.spelling
      let (operand, constant) = (value(u), make(.number(number)))
      return isFirst ? chain(constant, sign, operand) : chain(operand, sign, constant)
    case .binary(let sign, let u, let v):
      let left = value(u)
      return chain(left, sign.spelling, value(v))
    }
  }
}

extension ScalarOperation {
  /// Its sign, its number, and whether the number comes first.
  fileprivate var spelling: (Expression.BinaryOperator, Double, isFirst: Bool) {
    switch self {
    case .add(let c): (.add, c, false)
    case .subtract(let c): (.subtract, c, false)
    case .subtractFrom(let c): (.subtract, c, true)
    case .multiply(let c): (.multiply, c, true)
    case .divide(let c): (.divide, c, false)
    case .divideInto(let c): (.divide, c, true)
    case .power(let c): (.power, c, false)
    }
  }
}

extension ElementwiseOperator {
  fileprivate var spelling: Expression.BinaryOperator {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    }
  }
}
