extension Activation {
  /// What is to be known of a function beside its definition.
  package struct Row: Sendable {
    /// The parameters after the argument, in PyTorch's order.
    package let parameters: [Parameter]
    /// φ on one line of plain text at the default parameters, with σ for the logistic function and Φ for
    /// the normal distribution.
    package let formula: String
    /// Whether it is listed as an activation; the others only serve in formulas.
    package var isActivation = true
  }

  /// A number that follows the argument of a function.
  package struct Parameter: Sendable {
    /// PyTorch's name of it.
    package let name: String
    /// `nil` where it must be given.
    package let defaultValue: Double?
    /// Which numbers it takes.
    package var range = Range.any

    /// A set of finite numbers, in the words of a message.
    package enum Range: String, Sendable {
      case any = "a finite number"
      case positive = "a number above 0"
      case notNegative = "a number of at least 0"
      case notZero = "a number other than 0"

      /// Whether `value` is in it.
      package func contains(_ value: Double) -> Bool {
        switch self {
        case .any: value.isFinite
        case .positive: value.isFinite && value > 0
        case .notNegative: value.isFinite && value >= 0
        case .notZero: value.isFinite && value != 0
        }
      }
    }
  }

  /// What is wrong with these values, for the end of a sentence such as "leaky_relu's slope must be …"; `nil`
  /// where nothing is.
  package static func problem(_ kind: Kind, with parameters: [Double]) -> String? {
    for (parameter, value) in zip(kind.row.parameters, parameters)
    where !parameter.range.contains(value) {
      return "\(parameter.name) must be \(parameter.range.rawValue)"
    }
    switch kind {
    case .hardtanh where parameters[0] > parameters[1]: return "min_val must not be above max_val"
    case .rrelu where parameters[0] > parameters[1]: return "lower must not be above upper"
    default: return nil
    }
  }
}

extension Activation.Kind {
  private typealias Parameter = Activation.Parameter

  /// The function's row in the catalogue.
  package var row: Activation.Row {
    switch self {
    case .identity: row("x")
    case .relu: row("max(x, 0)")
    case .relu6: row("min(max(x, 0), 6)")
    case .hardtanh:
      row(
        "min(max(x, -1), 1)", Parameter(name: "min_val", defaultValue: -1),
        Parameter(name: "max_val", defaultValue: 1))
    case .leakyReLU:
      row("x if x > 0, else 0.01 x", Parameter(name: "negative_slope", defaultValue: 0.01))
    case .elu: row("x if x > 0, else exp(x) - 1", Parameter(name: "alpha", defaultValue: 1))
    case .celu:
      row(
        "x if x > 0, else exp(x) - 1",
        Parameter(name: "alpha", defaultValue: 1, range: .notZero))
    case .selu: row("1.0507 x if x > 0, else 1.7581 (exp(x) - 1)")
    case .rrelu:
      row(
        "x if x > 0, else 11/48 x", Parameter(name: "lower", defaultValue: 1.0 / 8),
        Parameter(name: "upper", defaultValue: 1.0 / 3))
    case .gelu: row("x Φ(x)")
    case .geluTanh: row("x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))")
    case .logSigmoid: row("log σ(x)")
    case .sigmoid: row("σ(x) = 1 / (1 + exp(-x))")
    case .tanh: row("tanh(x)")
    case .hardshrink:
      row(
        "x if |x| > 0.5, else 0", Parameter(name: "lambd", defaultValue: 0.5, range: .notNegative))
    case .softshrink:
      row(
        "x - min(max(x, -0.5), 0.5)",
        Parameter(name: "lambd", defaultValue: 0.5, range: .notNegative))
    case .tanhshrink: row("x - tanh(x)")
    case .softsign: row("x / (1 + |x|)")
    case .softplus:
      row(
        "log(1 + exp(x)) if x ≤ 20, else x",
        Parameter(name: "beta", defaultValue: 1, range: .positive),
        Parameter(name: "threshold", defaultValue: 20))
    case .hardsigmoid: row("min(max(x + 3, 0), 6) / 6")
    case .hardswish: row("x min(max(x + 3, 0), 6) / 6")
    case .silu: row("x σ(x)")
    case .mish: row("x tanh(log(1 + exp(x)))")
    case .sin: row("sin(x)")
    case .cos: row("cos(x)")
    case .erf: row("erf(x)")
    case .abs: row("|x|")
    case .square: row("x²")
    case .exp: row("exp(x)")
    case .atan: row("atan(x)")
    case .threshold:
      row(
        "x if x > threshold, else value", Parameter(name: "threshold", defaultValue: nil),
        Parameter(name: "value", defaultValue: nil))
    case .log: function("log(x)")
    case .sqrt: function("√x")
    case .min: function("the smaller of x and a number", Parameter(name: "max", defaultValue: nil))
    case .max: function("the larger of x and a number", Parameter(name: "min", defaultValue: nil))
    case .clamp:
      function(
        "min(max(x, lo), hi)", Parameter(name: "min", defaultValue: nil),
        Parameter(name: "max", defaultValue: nil))
    }
  }

  private func row(_ formula: String, _ parameters: Parameter...) -> Activation.Row {
    Activation.Row(parameters: parameters, formula: formula)
  }

  private func function(_ formula: String, _ parameters: Parameter...) -> Activation.Row {
    Activation.Row(parameters: parameters, formula: formula, isActivation: false)
  }
}
