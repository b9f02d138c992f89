import SignalPropagation

extension Note {
  /// One line that says what the weights of a run are with gain and fan worked in, so that standard
  /// deviation, bound, variance and gain are not confused. Where layers differ, it gives the range.
  static func weights(of experiment: Experiment) -> String {
    let name = experiment.initializer.name
    return "Note: \(name) weights \(description(of: weightDistributions(experiment))).\n"
  }

  /// That of every layer; of one where all are alike.
  private static func weightDistributions(_ experiment: Experiment) -> [WeightDistribution] {
    let shape = experiment.shape
    let layers =
      switch shape {
      case .square: 1...1
      case .widths: 1...shape.depth
      }
    return layers.map { layer in
      experiment.initializer.distribution(
        fanIn: shape.width(ofLayer: layer - 1), fanOut: shape.width(ofLayer: layer),
        gain: experiment.gain)
    }
  }

  private static func description(of layers: [WeightDistribution]) -> String {
    let deviation = "standard deviation \(range(layers.map(\.standardDeviation)))"
    switch layers[0] {
    case .normal: return "are normal with \(deviation)"
    case .uniform:
      let bounds = layers.map { $0.range?.upperBound ?? 0 }
      return "are uniform within \(range(bounds, sign: "±")) (\(deviation))"
    case .truncatedNormal(_, let from, let to):
      let ends = layers.map { ($0.range?.lowerBound ?? from, $0.range?.upperBound ?? to) }
      let window =
        ends.allSatisfy { $0.0 == -$0.1 }
        ? range(ends.map(\.1), sign: "±")
        : "\(range(ends.map(\.0))) to \(range(ends.map(\.1)))"
      return "are normal, redrawn outside \(window) (\(deviation))"
    case .sparseNormal:
      return "are normal but for the zeros in each column (\(deviation) with them)"
    case .orthogonal(let scale, _, _):
      return "have orthogonal rows or columns of length \(scale.figure) (\(deviation))"
    }
  }

  /// `0.0548`, or `0.0357 to 0.0626` where the values differ.
  private static func range(_ values: [Double], sign: String = "") -> String {
    guard let least = values.min(), let most = values.max() else { return "" }
    let ends = least == most ? [least] : [least, most]
    return ends.map { sign + $0.figure }.joined(separator: " to ")
  }
}
