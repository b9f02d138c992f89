/// Elementwise activation functions.
public enum Activation: String, CaseIterable, Sendable {
  case identity
  case relu
  case tanh

  /// φ(x) and φ′(x) in double precision, the derivative at a kink as PyTorch's autograd defines it.
  public func evaluate(_ x: Double) -> (value: Double, derivative: Double) {
    switch self {
    case .identity: (x, 1)
    case .relu: (max(x, 0), x > 0 ? 1 : 0)
    case .tanh: (x, 1)
    }
  }
}
