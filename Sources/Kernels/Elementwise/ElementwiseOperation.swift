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

/// A normalisation over the units of each row, without learned parameters.
package enum Normalization: String, Hashable, CaseIterable, Sendable {
  /// (v − mean)/√(variance + 1e-5): `torch.nn.functional.layer_norm`.
  case layerNorm = "layernorm"
  /// v/√(mean square + 2⁻²³): `torch.nn.functional.rms_norm`.
  case rmsNorm = "rmsnorm"

  /// What is added to the variance or the mean square.
  package var epsilon: Double {
    switch self {
    case .layerNorm: 1e-5
    case .rmsNorm: 0x1p-23
    }
  }

  /// Whether the mean is taken out.
  package var centres: Bool { self == .layerNorm }
}
