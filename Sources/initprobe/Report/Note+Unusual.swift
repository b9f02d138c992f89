import Platform
import SignalPropagation

extension Note {
  /// A line for out and one for grad where one of the reported figures is farther from the theory than
  /// chance explains, naming the farthest, measured by how much a single run of finite width scatters.
  static func unusual(in trials: [Trial], of stack: TheoryStack) -> String {
    let quantities = Quantity.expectable.map { quantity in
      (quantity, deviations(of: quantity, in: trials, scatter: stack.scatter(of: quantity)))
    }
    // The farthest of n is farther than the one, by about √(2 ln n) for normal numbers.
    let count = quantities.map(\.1.count).reduce(0, +)
    let usual = (9 + 2 * log(Double(count))).squareRoot()
    return quantities.map { quantity, deviations in
      guard let worst = deviations.max(by: { $0.size < $1.size }), worst.size > usual else {
        return ""
      }
      let place = worst.place.phrase(trials: trials.count)
      return "Note: \(quantity.label) at \(place) is \(worst.size.fixed(decimals: 1)) standard"
        + " deviations of a run of this width from the theory.\n"
    }.joined()
  }

  /// Of every reported layer and trial whose scatter is known.
  private static func deviations(
    of quantity: Quantity, in trials: [Trial], scatter: [Int: Scatter]
  ) -> [Deviation] {
    trials.flatMap { trial in
      trial.records.compactMap { record in
        guard case .magnitude(let measured) = quantity.value(record.measured),
          case .magnitude(let predicted) = quantity.value(record.predicted),
          let size = scatter[record.layer]?.distance(of: measured, from: predicted)
        else { return nil }
        return Deviation(place: TrialLayer(trial, record), size: size)
      }
    }
  }
}

private struct Deviation {
  let place: TrialLayer
  /// In standard deviations.
  let size: Double
}

extension TheoryStack {
  /// By reported layer.
  fileprivate func scatter(of quantity: Quantity) -> [Int: Scatter] {
    guard quantity.needsGradients else {
      let scatter = outScatter().map { Array($0.dropFirst()) } ?? []
      return Dictionary(uniqueKeysWithValues: zip(experiment.reportedLayers, scatter))
    }
    guard experiment.gradients else { return [:] }
    // The gradient gathers the noise of all layers, so its mean drifts where they are many.
    var narrowness = 0.0
    let last =
      (1...experiment.shape.depth).prefix { layer in
        narrowness += 1 / Double(experiment.shape.width(ofLayer: layer))
        return narrowness < 0.1
      }.last ?? 0
    let layers = experiment.reportedLayers.filter { $0 <= last }
    return Dictionary(uniqueKeysWithValues: zip(layers, gradientScatter(at: layers) ?? []))
  }
}
