import Kernels

/// Every function that has defaults for its parameters, by name: tests are about particular ones.
extension Activation {
  static let identity = Activation(.identity)
  static let relu = Activation(.relu)
  static let relu6 = Activation(.relu6)
  static let hardtanh = Activation(.hardtanh)
  static let leakyReLU = Activation(.leakyReLU)
  static let elu = Activation(.elu)
  static let celu = Activation(.celu)
  static let selu = Activation(.selu)
  static let rrelu = Activation(.rrelu)
  static let gelu = Activation(.gelu)
  static let geluTanh = Activation(.geluTanh)
  static let logSigmoid = Activation(.logSigmoid)
  static let sigmoid = Activation(.sigmoid)
  static let tanh = Activation(.tanh)
  static let hardshrink = Activation(.hardshrink)
  static let softshrink = Activation(.softshrink)
  static let tanhshrink = Activation(.tanhshrink)
  static let softsign = Activation(.softsign)
  static let softplus = Activation(.softplus)
  static let hardsigmoid = Activation(.hardsigmoid)
  static let hardswish = Activation(.hardswish)
  static let silu = Activation(.silu)
  static let mish = Activation(.mish)
  static let sin = Activation(.sin)
  static let cos = Activation(.cos)
  static let erf = Activation(.erf)
  static let abs = Activation(.abs)
  static let square = Activation(.square)
  static let exp = Activation(.exp)
  static let atan = Activation(.atan)
  static let log = Activation(.log)
  static let sqrt = Activation(.sqrt)

  /// That with PyTorch's name, with its defaults.
  static func named(_ name: String) -> Activation { listed.first { $0.name == name }! }
}
