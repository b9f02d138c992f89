import SignalPropagation

extension Activation {
  var formula: String {
    switch self {
    case .identity: "x"
    case .relu: "max(x, 0)"
    case .tanh: "tanh(x)"
    }
  }
}

extension Initializer {
  var description: String {
    switch self {
    case .xavierNormal: "xavier_normal"
    }
  }

  static var descriptions: [(String, String)] {
    [("xavier_normal", "normal, std = gain·sqrt(2/(fan_in + fan_out))")]
  }
}
