extension WeightDistribution {
  /// E[w⁴]/Var[w]² − 3, of independent weights of mean 0.
  var excessKurtosis: Double {
    switch self {
    case .normal, .sparseNormal, .orthogonal: return 0
    case .uniform: return -1.2
    case .truncatedNormal(let std, let from, let to):
      guard std > 0 else { return 0 }
      let density = TruncatedDensity(from: from / std, to: to / std)
      let square = density.integral { $0 * $0 }
      return density.integral { _ in 1 } * density.integral { $0 * $0 * $0 * $0 }
        / (square * square)
        - 3
    }
  }
}
