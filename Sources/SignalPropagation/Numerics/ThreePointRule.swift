/// Three points and weights that sum polynomials of degree 5 over a set of points as that set itself does:
/// Gauss's rule for its discrete measure.
///
/// The points lie within the range of the set and the weights are positive, so a sum over many layers
/// whose parameters are near each other becomes one over three.
struct ThreePointRule {
  /// Ascending.
  let points: [Double]
  /// Their sum is the number of points of the set.
  let weights: [Double]

  /// - Parameter set: At least four different points.
  init(of set: [Double]) {
    let (lower, upper) = (set.min()!, set.max()!)
    let centre = (lower + upper) / 2
    let half = (upper - lower) / 2
    // Monic orthogonal polynomials by Stieltjes' recurrence, on −1 … 1.
    let set = set.map { ($0 - centre) / half }
    var polynomials: [[Double]] = [set.map { _ in 1 }]
    var recurrence: [(alpha: Double, beta: Double)] = []
    for degree in 0..<3 {
      let p = polynomials[degree]
      let norm = p.reduce(0) { $0 + $1 * $1 }
      let alpha = zip(set, p).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / norm
      let below = degree > 0 ? polynomials[degree - 1] : set.map { _ in 0 }
      let beta = degree > 0 ? norm / below.reduce(0) { $0 + $1 * $1 } : 0
      recurrence.append((alpha, beta))
      polynomials.append(set.indices.map { (set[$0] - alpha) * p[$0] - beta * below[$0] })
    }
    func value(_ degree: Int, at x: Double) -> Double {
      var (below, p) = (0.0, 1.0)
      for step in recurrence.prefix(degree) {
        (below, p) = (p, (x - step.alpha) * p - step.beta * below)
      }
      return p
    }
    // The roots of one degree lie between those of the degree below.
    var roots: [Double] = []
    for degree in 1...3 {
      let stops = [-1] + roots + [1]
      roots = zip(stops, stops.dropFirst()).map { left, right in
        findRoot(between: left, and: right) { value(degree, at: $0) }
      }
    }
    points = roots.map { centre + half * $0 }
    weights = roots.map { root in
      let others = roots.filter { $0 != root }
      return set.reduce(0) { sum, x in
        sum + others.reduce(1) { $0 * (x - $1) / (root - $1) }
      }
    }
  }
}
