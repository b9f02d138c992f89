/// Mean and standard deviation of a figure over several trials.
package struct Spread: Equatable, Sendable {
  /// The mean.
  package let mean: Magnitude
  /// The standard deviation, unbiased (N − 1); NaN for a single trial.
  package let standardDeviation: Magnitude

  /// Of one figure for each trial; there must be at least one.
  ///
  /// The figures are summed relative to the largest one's power of two, so that neither sum nor
  /// square leaves the range of a double where the figures do.
  package init(of figures: [Magnitude]) {
    let exponent = figures.map(\.exponent).max() ?? 0
    let values = figures.map {
      Magnitude($0.significand, timesPowerOfTwo: $0.exponent - exponent).doubleValue
    }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = Magnitude(mean, timesPowerOfTwo: exponent)
    standardDeviation = Magnitude(
      (squares / (count - 1)).squareRoot(), timesPowerOfTwo: exponent)
  }
}
