/// An elementwise function φ of one argument: a function of `torch.nn.functional` or `torch` under
/// PyTorch's name, with the values of its parameters.
///
/// A function is one case of `Kind`, its definition in `Activation+Functions.swift`, and its row in
/// `Activation+Catalogue.swift`.
package struct Activation: Hashable, Sendable {
  /// Which function.
  package let kind: Kind
  /// The values of its parameters, of which no function has more than two; 0 where there is none. Not an
  /// array: a kernel reads them from all threads.
  let first: Double
  let second: Double

  /// A function whose parameters all have defaults, which it gets.
  package init(_ kind: Kind) {
    self.init(kind, kind.row.parameters.map { $0.defaultValue! })
  }

  /// - Parameter parameters: One value for each parameter of the function, valid as `problem(with:)` says.
  package init(_ kind: Kind, _ parameters: [Double]) {
    precondition(parameters.count == kind.row.parameters.count)
    self.kind = kind
    first = parameters.first ?? 0
    second = parameters.dropFirst().first ?? 0
  }

  /// The values of its parameters, as many and in the order of `kind.row.parameters`.
  package var parameters: [Double] { Array([first, second].prefix(kind.row.parameters.count)) }

  /// The functions by PyTorch's names, in the order in which they are listed.
  package enum Kind: String, CaseIterable, Sendable {
    case identity
    case relu
    case relu6
    case hardtanh
    case leakyReLU = "leaky_relu"
    case elu
    case celu
    case selu
    /// Called without `training`, where the random slope is its mean (lower + upper)/2.
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
    case threshold
    case log
    case sqrt
    case min
    case max
    case clamp
  }

  /// PyTorch's name of it.
  package var name: String { kind.rawValue }

  /// Those that are activations and have defaults for all their parameters, with these.
  package static let listed: [Activation] = Kind.allCases
    .filter { $0.row.isActivation && $0.row.parameters.allSatisfy { $0.defaultValue != nil } }
    .map { Activation($0) }

  /// φ(x) and φ′(x) in double precision, the derivative at a kink as PyTorch's autograd defines it.
  package func evaluate(_ x: Double) -> (value: Double, derivative: Double) {
    withFunction { $0(x) }
  }

  /// Whether autograd selects between a gradient and 0 where φ is flat, instead of multiplying it by 0: so it
  /// does in the backward functions of torch that have a mask, and an infinite gradient ends there, too.
  var masksGradient: Bool {
    switch kind {
    case .relu, .relu6, .hardtanh, .hardshrink, .softshrink, .hardsigmoid, .hardswish, .threshold,
      .min, .max, .clamp:
      true
    default: false
    }
  }

  /// The points, ascending, where φ is not smooth: φ, φ′ or φ″ jumps.
  package var kinks: [Double] {
    switch kind {
    case .relu, .leakyReLU, .rrelu, .elu, .celu, .selu, .softsign, .abs, .log, .sqrt: [0]
    case .relu6: [0, 6]
    case .hardtanh, .clamp: Set([first, second]).sorted()
    case .hardshrink, .softshrink: Set([-first, first]).sorted()
    case .hardsigmoid, .hardswish: [-3, 3]
    case .softplus: [second / first]
    case .threshold, .min, .max: [first]
    case .identity, .gelu, .geluTanh, .logSigmoid, .sigmoid, .tanh, .tanhshrink, .silu, .mish, .sin,
      .cos, .erf, .square, .exp, .atan:
      []
    }
  }
}
