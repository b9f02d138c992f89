/// Mean and standard deviation of a quantity over several trials.
package struct TrialStatistics: Equatable, Sendable {
  /// The mean.
  package let mean: Figure
  /// The standard deviation, unbiased (N − 1); NaN for a single trial.
  package let standardDeviation: Figure

  /// Of one value for each trial, all of one kind; there must be at least one.
  ///
  /// Magnitudes are summed relative to the largest one's power of two, so that neither sum nor square
  /// leaves the range of a double where the figures do.
  package init(of figures: [Figure]) {
    let magnitudes = figures.compactMap { figure -> Magnitude? in
      if case .magnitude(let magnitude) = figure { magnitude } else { nil }
    }
    if magnitudes.isEmpty {
      let (mean, deviation) = TrialStatistics.moments(
        figures.compactMap { if case .real(let value) = $0 { value } else { nil } })
      (self.mean, standardDeviation) = (.real(mean), .real(deviation))
    } else {
      let exponent = magnitudes.map(\.exponent).max() ?? 0
      let (mean, deviation) = TrialStatistics.moments(
        magnitudes.map {
          Magnitude($0.significand, timesPowerOfTwo: $0.exponent - exponent).doubleValue
        })
      self.mean = .magnitude(Magnitude(mean, timesPowerOfTwo: exponent))
      standardDeviation = .magnitude(Magnitude(deviation, timesPowerOfTwo: exponent))
    }
  }

  private static func moments(_ values: [Double]) -> (mean: Double, standardDeviation: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (count - 1)).squareRoot())
  }
}
