import Platform
import SignalPropagation

/// A line for out and one for grad where one of the reported figures is farther from the theory than
/// chance explains, naming the farthest, measured by how much a single run of finite width scatters.
func unusualNote(_ trials: [Trial]) -> String {
  guard let run = trials.first?.experiment else { return "" }
  let figures = Figure.allCases.map {
    ($0, deviations(of: $0, in: trials, scatter: run.scatter(of: $0)))
  }
  // The farthest of n is farther than the one, by about √(2 ln n) for normal numbers.
  let count = figures.map(\.1.count).reduce(0, +)
  let usual = (9 + 2 * log(Double(count))).squareRoot()
  return figures.map { figure, deviations in
    guard let worst = deviations.max(by: { $0.size < $1.size }), worst.size > usual else {
      return ""
    }
    let place =
      trials.count > 1 ? "layer \(worst.layer) of seed \(worst.seed)" : "layer \(worst.layer)"
    return "Note: \(figure.rawValue) at \(place) is \(fixed(worst.size, decimals: 1)) standard"
      + " deviations of a run of this width from the theory.\n"
  }.joined()
}

private struct Deviation {
  let layer: Int
  let seed: UInt64
  /// In standard deviations.
  let size: Double
}

/// Of every reported layer and trial whose scatter is known.
private func deviations(of figure: Figure, in trials: [Trial], scatter: [Int: Scatter])
  -> [Deviation]
{
  trials.flatMap { trial in
    trial.records.compactMap { record in
      guard let measured = figure.measured(in: record),
        let predicted = figure.predicted(in: record),
        let size = scatter[record.layer]?.distance(of: measured, from: predicted)
      else { return nil }
      return Deviation(layer: record.layer, seed: trial.experiment.seed, size: size)
    }
  }
}

extension Experiment {
  /// By reported layer.
  fileprivate func scatter(of figure: Figure) -> [Int: Scatter] {
    var run = self
    switch figure {
    case .out:
      return byLayer(predictOutScatter().map { Array($0.dropFirst()) })
    case .grad:
      // The gradient gathers the noise of all layers, so its mean drifts where they are many.
      var narrowness = 0.0
      let last =
        (1...shape.depth).prefix { layer in
          narrowness += 1 / Double(shape.width(ofLayer: layer))
          return narrowness < 0.1
        }.last ?? 0
      run.reports = .layers(gradients ? reportedLayers.filter { $0 <= last } : [])
      return run.byLayer(run.predictGradientScatter().map { $0.map(\.scatter) })
    }
  }

  private func byLayer(_ scatter: [Scatter]?) -> [Int: Scatter] {
    Dictionary(uniqueKeysWithValues: zip(reportedLayers, scatter ?? []))
  }
}
