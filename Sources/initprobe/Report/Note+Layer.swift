import SignalPropagation

extension Note {
  /// What a layer is taken for that is not to be seen in its expression.
  ///
  /// - Parameter asked: The loss that was asked for; `nil` where that is up to the layer.
  static func layer(of experiment: Experiment, asked: Loss?) -> String {
    var lines: [String] = []
    if asked == nil, experiment.gradients, experiment.loss == .random {
      lines.append(
        "the layer normalises, so grad is of a random readout; '--loss sum' asks for the sum")
    }
    if let network = try? Network(experiment) {
      lines += network.roundedWidths.map { "out=\($0) units are rounded down" }
    }
    return lines.map { "Note: \($0).\n" }.joined()
  }
}
