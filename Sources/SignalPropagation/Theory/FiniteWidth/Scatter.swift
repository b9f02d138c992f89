/// How the logarithm of one figure of a run is distributed over seeds at finite width, to first order in
/// 1/width.
package struct Scatter: Equatable, Sendable {
  /// The standard deviation of log(figure).
  package var deviation: Double
  /// The mean of log(figure) less the logarithm of what the infinite-width theory predicts.
  package var shift: Double
  /// About how far the true mean may be from that.
  package var uncertainty: Double

  /// A scatter for which first order in 1/width is enough; beyond, what grows quickly is far from
  /// lognormal.
  package var isSmall: Bool {
    deviation > 0 && deviation < 0.2 && shift.magnitude + uncertainty < 0.3
  }

  /// How many standard deviations lie between the figure of a run and what is usual; `nil` where that is not
  /// known.
  package func distance(of measured: Magnitude, from predicted: Magnitude) -> Double? {
    let excess = ((measured / predicted).log - shift).magnitude - uncertainty
    guard isSmall, excess.isFinite else { return nil }
    return max(excess, 0) / deviation
  }
}

extension Experiment {
  /// Whether all that makes runs differ is how many independent weights a unit sums over: not for orthogonal
  /// weights, and not for sparse ones, whose sums of few terms scatter more.
  var scattersByWidthAlone: Bool {
    // It is derived for φ(W h) and rows that have nothing in common.
    guard layer.activation != nil, inputSimilarity == 0 else { return false }
    if case .sparse = initializer { return false }
    return initializer != .orthogonal
  }
}
