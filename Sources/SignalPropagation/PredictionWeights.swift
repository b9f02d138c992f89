extension Initializer {
  /// Variance of one weight of a fanOut × fanIn matrix.
  func weightVariance(fanIn: Int, fanOut: Int, gain: Double) -> Double {
    switch self {
    case .xavierNormal: gain * gain * 2 / (Double(fanIn) + Double(fanOut))
    }
  }

  /// Whether the matrix has orthogonal rows or columns instead of independent entries.
  var isOrthogonal: Bool { false }
}
