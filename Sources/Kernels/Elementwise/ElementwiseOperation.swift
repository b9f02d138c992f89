/// An operation between the entries of two values.
package enum ElementwiseOperator: Hashable, Sendable {
  case add
  case subtract
  case multiply
  case divide
}

/// An operation between an entry and a number, rounded as PyTorch rounds it.
package enum ScalarOperation: Hashable, Sendable {
  /// v + c
  case add(Double)
  /// v − c
  case subtract(Double)
  /// c − v
  case subtractFrom(Double)
  /// v·c
  case multiply(Double)
  /// v / c
  case divide(Double)
  /// c / v, as (1/v)·c.
  case divideInto(Double)
  /// v^c
  case power(Double)

  /// Whether it is a sum with, or a multiple of, its operand.
  package var isLinear: Bool {
    switch self {
    case .add, .subtract, .subtractFrom, .multiply, .divide: true
    case .divideInto, .power: false
    }
  }
}
