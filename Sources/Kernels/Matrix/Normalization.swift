/// A normalisation over the units of each row, without learned parameters. Its Jacobian is symmetric, so that
/// one function serves on the way up and on the way down.
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

  /// What it makes of a value v.
  package var formula: String {
    switch self {
    case .layerNorm: "(v - mean(v)) / √(var(v) + 1e-5)"
    case .rmsNorm: "v / √(mean(v²) + 2⁻²³)"
    }
  }

  /// What the value is divided by, for units of this mean and variance.
  package func scale(mean: Double, variance: Double) -> Double {
    switch self {
    case .layerNorm: (variance + epsilon).squareRoot()
    case .rmsNorm: (variance + mean * mean + epsilon).squareRoot()
    }
  }

  /// Whether the mean is taken out.
  package var centres: Bool { self == .layerNorm }
}
