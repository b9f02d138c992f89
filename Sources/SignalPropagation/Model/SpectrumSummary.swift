import Kernels

/// The singular values of a Jacobian in six figures.
package struct SpectrumSummary: Equatable, Sendable {
  /// The quantiles, by the share of the values that lie below.
  package enum Quantile: Double, CaseIterable, Sendable {
    case largest = 1
    case upperDecile = 0.9
    case median = 0.5
    case lowerDecile = 0.1
    case smallest = 0
  }

  /// In the order of `Quantile.allCases`.
  private let quantiles: [Magnitude?]

  /// What the list takes, with what a list takes beside its elements.
  static let bytesOfList = Quantile.allCases.count * MemoryLayout<Magnitude?>.stride + 48
  /// The mean square of all values: the mean squared length of what the Jacobian makes of a random
  /// vector of length 1.
  package let meanSquare: Magnitude

  /// - Parameter quantile: Called for each quantile, from the largest down.
  init(meanSquare: Magnitude, _ quantile: (Quantile) -> Magnitude?) {
    self.meanSquare = meanSquare
    quantiles = Quantile.allCases.map(quantile)
  }

  /// That of a Jacobian with an entry that is not finite.
  static let notANumber = SpectrumSummary(meanSquare: Magnitude(.nan)) { _ in Magnitude(.nan) }

  /// A quantile; `nil` where it is below the floor of single precision.
  package subscript(_ quantile: Quantile) -> Magnitude? {
    quantiles[Quantile.allCases.firstIndex(of: quantile)!]
  }

  /// Of measured values, as `numpy.quantile` and `torch.quantile` define them by default: with n values
  /// in ascending order, numbered from 0, quantile p is at number p·(n − 1), linear between two values.
  package init(_ values: SingularValues) {
    self.init(
      meanSquare: Magnitude(values.meanSquare, timesPowerOfTwo: 2 * values.exponent)
    ) { quantile in
      // Counted from the largest down.
      let position = (1 - quantile.rawValue) * Double(values.count - 1)
      let upper = Int(position)
      let share = position - Double(upper)
      let lower = share > 0 ? upper + 1 : upper
      guard lower < values.values.count else { return nil }
      let (above, below) = (values.values[upper], values.values[lower])
      return Magnitude(above + share * (below - above), timesPowerOfTwo: values.exponent)
    }
  }
}
