/// An elementwise nonlinearity φ of `torch.nn.functional`, under PyTorch's name and with its
/// default arguments.
package enum Activation: String, CaseIterable, Sendable {
  case identity
  case relu
  case relu6
  case hardtanh
  case leakyReLU = "leaky_relu"
  case elu
  case celu
  case selu
  /// Called without `training`, where the random slope is its mean (1/8 + 1/3)/2.
  case rrelu
  case gelu
  /// `gelu(x, approximate="tanh")`.
  case geluTanh = "gelu_tanh"
  case logSigmoid = "logsigmoid"
  case sigmoid
  case tanh
  case hardshrink
  case softshrink
  case tanhshrink
  case softsign
  case softplus
  case hardsigmoid
  case hardswish
  case silu
  case mish
  case sin
  case cos
  case erf
  case abs
  case square
  case exp
  case atan

  /// φ(x) and φ′(x) in double precision, the derivative at a kink as PyTorch's autograd defines it.
  package func evaluate(_ x: Double) -> (value: Double, derivative: Double) {
    withFunction { $0(x) }
  }

  /// The points, ascending, where φ is not smooth: φ, φ′ or φ″ jumps.
  package var kinks: [Double] {
    switch self {
    case .relu, .leakyReLU, .rrelu, .elu, .celu, .selu, .softsign, .abs: [0]
    case .relu6: [0, 6]
    case .hardtanh: [-1, 1]
    case .hardshrink, .softshrink: [-0.5, 0.5]
    case .hardsigmoid, .hardswish: [-3, 3]
    case .softplus: [20]
    case .identity, .gelu, .geluTanh, .logSigmoid, .sigmoid, .tanh, .tanhshrink, .silu, .mish, .sin,
      .cos, .erf, .square, .exp, .atan:
      []
    }
  }

  /// φ on one line of plain text, with σ for the logistic function and Φ for the normal
  /// distribution.
  package var formula: String {
    switch self {
    case .identity: "x"
    case .relu: "max(x, 0)"
    case .relu6: "min(max(x, 0), 6)"
    case .hardtanh: "min(max(x, -1), 1)"
    case .leakyReLU: "x if x > 0, else 0.01 x"
    case .elu, .celu: "x if x > 0, else exp(x) - 1"
    case .selu: "1.0507 x if x > 0, else 1.7581 (exp(x) - 1)"
    case .rrelu: "x if x > 0, else 11/48 x"
    case .gelu: "x Φ(x)"
    case .geluTanh: "x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))"
    case .logSigmoid: "log σ(x)"
    case .sigmoid: "σ(x) = 1 / (1 + exp(-x))"
    case .tanh: "tanh(x)"
    case .hardshrink: "x if |x| > 0.5, else 0"
    case .softshrink: "x - min(max(x, -0.5), 0.5)"
    case .tanhshrink: "x - tanh(x)"
    case .softsign: "x / (1 + |x|)"
    case .softplus: "log(1 + exp(x)) if x ≤ 20, else x"
    case .hardsigmoid: "min(max(x + 3, 0), 6) / 6"
    case .hardswish: "x min(max(x + 3, 0), 6) / 6"
    case .silu: "x σ(x)"
    case .mish: "x tanh(log(1 + exp(x)))"
    case .sin: "sin(x)"
    case .cos: "cos(x)"
    case .erf: "erf(x)"
    case .abs: "|x|"
    case .square: "x²"
    case .exp: "exp(x)"
    case .atan: "atan(x)"
    }
  }
}
