/// Functions of one unit's pre-activation z, averaged over what each row of a batch has to itself.
///
/// The rows' pre-activations have the covariance q(1 − dissimilarity), so each is the sum of a part s that all
/// share and of one of its own. Given s the rows are independent: E[f(z_a) g(z_b)] = E[E[f|s] E[g|s]].
struct CommonRows {
  /// E[f | s] of the functions that a weight's gradient takes.
  struct Point {
    /// The probability of s.
    var weight = 0.0
    /// s.
    var place = 0.0
    /// φ.
    var value = 0.0
    /// φ².
    var square = 0.0
    /// φ′.
    var slope = 0.0
    /// φφ′.
    var product = 0.0
    /// φ′².
    var slopeSquare = 0.0
    /// φφ′².
    var valueSlopeSquare = 0.0
    /// φ²φ′².
    var productSquare = 0.0
    /// tφ′, t = z − s.
    var slopeAlong = 0.0
    /// tφφ′.
    var productAlong = 0.0
  }

  /// The points of a quadrature over s.
  let points: [Point]
  /// What they belong to.
  let key: Key

  /// A pre-activation.
  struct Key: Equatable {
    var q: Double
    var dissimilarity: Double

    /// - Parameter dissimilarity: 1 − ρ; where rows are nearly one or unrelated they are taken for that.
    init(q: Double, dissimilarity: Double) {
      self.q = q
      self.dissimilarity = dissimilarity < 1e-9 ? 0 : min(dissimilarity, 1)
      if 1 - self.dissimilarity < 1e-9 { self.dissimilarity = 1 }
    }
  }

  init(_ function: PointwiseFunction, _ key: Key) {
    self.key = key
    let (own, common) = (key.q * key.dissimilarity, key.q * (1 - key.dissimilarity))
    var points: [Point] = []
    CommonRows.forEachNode(function, around: 0, variance: common) { s, weight in
      var point = Point(weight: weight, place: s)
      CommonRows.forEachNode(function, around: s, variance: own) { t, weight in
        let (value, slope) = function.evaluate(s + t)
        point.value += weight * value
        point.square += weight * value * value
        point.slope += weight * slope
        point.product += weight * value * slope
        point.slopeSquare += weight * slope * slope
        point.valueSlopeSquare += weight * value * slope * slope
        point.productSquare += weight * value * value * slope * slope
        point.slopeAlong += weight * t * slope
        point.productAlong += weight * t * value * slope
      }
      points.append(point)
    }
    self.points = points
  }

  /// Calls `body` with the nodes x ~ N(0, variance) and weights of a quadrature for φ(centre + x), good to some
  /// six digits.
  private static func forEachNode(
    _ function: PointwiseFunction, around centre: Double, variance: Double,
    _ body: (_ x: Double, _ weight: Double) -> Void
  ) {
    guard variance > 0 else { return body(0, 1) }
    let deviation = variance.squareRoot()
    let edges = panelEdges(
      from: -6.5 * deviation, to: 6.5 * deviation, deviation: deviation,
      structures: function.structures.map { $0.moved(to: $0.centre - centre) },
      kinks: function.kinks.map { $0 - centre },
      resolution: PanelResolution(finest: 1e-3, farWidth: 3))
    PanelRule.coarse.forEachNode(edges: edges, deviation: deviation, body)
  }
}
