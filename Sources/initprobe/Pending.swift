import SignalPropagation

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
