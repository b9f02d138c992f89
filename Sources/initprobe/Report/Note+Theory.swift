import SignalPropagation

extension Note {
  /// What a prediction does not know of this layer.
  static func theory(of stack: TheoryStack) -> String {
    guard stack.experiment.gradients else { return "" }
    var lines: [String] = []
    if let value = stack.functionOfInput {
      lines.append(
        "\(value) takes the layer's input with no matrix before it, so gradients differ in size from unit"
          + " to unit: the predicted grad has the right mean square, and is up to 40 % too large")
    }
    if stack.experiment.backward == .last, let reason = stack.weightGradientLimit {
      lines.append("the gradients of the weights are not predicted \(reason)")
    }
    return lines.map { "Note: \($0).\n" }.joined()
  }
}
