package import Kernels

/// Every function that has defaults for its parameters, by name: tests are about particular ones.
extension Activation {
  package static let identity = Activation(.identity)
  package static let relu = Activation(.relu)
  package static let relu6 = Activation(.relu6)
  package static let hardtanh = Activation(.hardtanh)
  package static let leakyReLU = Activation(.leakyReLU)
  package static let elu = Activation(.elu)
  package static let celu = Activation(.celu)
  package static let selu = Activation(.selu)
  package static let rrelu = Activation(.rrelu)
  package static let gelu = Activation(.gelu)
  package static let geluTanh = Activation(.geluTanh)
  package static let logSigmoid = Activation(.logSigmoid)
  package static let sigmoid = Activation(.sigmoid)
  package static let tanh = Activation(.tanh)
  package static let hardshrink = Activation(.hardshrink)
  package static let softshrink = Activation(.softshrink)
  package static let tanhshrink = Activation(.tanhshrink)
  package static let softsign = Activation(.softsign)
  package static let softplus = Activation(.softplus)
  package static let hardsigmoid = Activation(.hardsigmoid)
  package static let hardswish = Activation(.hardswish)
  package static let silu = Activation(.silu)
  package static let mish = Activation(.mish)
  package static let sin = Activation(.sin)
  package static let cos = Activation(.cos)
  package static let erf = Activation(.erf)
  package static let abs = Activation(.abs)
  package static let square = Activation(.square)
  package static let exp = Activation(.exp)
  package static let atan = Activation(.atan)
  package static let log = Activation(.log)
  package static let sqrt = Activation(.sqrt)

  /// That with PyTorch's name, with its defaults.
  package static func named(_ name: String) -> Activation { listed.first { $0.name == name }! }
}
