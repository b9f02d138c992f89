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
