extension Activation {
  /// What `torch.nn.init.calculate_gain` returns, with leaky ReLU's default slope of 0.01; `nil` for
  /// the functions that it raises an error for.
  ///
  /// The identity is `calculate_gain`'s "linear".
  public var pytorchGain: Double? {
    switch rawValue {
    case "identity", "sigmoid": 1
    case "tanh": 5.0 / 3
    case "relu": 2.0.squareRoot()
    case "leaky_relu": (2 / (1 + 0.01 * 0.01)).squareRoot()
    case "selu": 0.75
    default: nil
    }
  }
}
