import Kernels
import Platform

/// A function of one Gaussian: its values at the nodes of that variable's quadrature.
struct GridFunction {
  var values: [Double]
  /// a and b of a + b·z.
  var line: (constant: Double, slope: Double)?
  /// The function at any point; cotangents, which never need it, have none.
  var evaluate: ((Double) -> Double)?

  /// z ↦ z.
  static func identity(at nodes: [Double]) -> GridFunction {
    GridFunction(values: nodes, line: (0, 1), evaluate: { $0 })
  }

  /// a·self + b·other.
  func combined(_ a: Double, _ other: GridFunction, _ b: Double) -> GridFunction {
    var result = GridFunction(values: zip(values, other.values).map { a * $0 + b * $1 })
    if let line, let second = other.line {
      result.line = (
        a * line.constant + b * second.constant, a * line.slope + b * second.slope
      )
    }
    if let f = evaluate, let g = other.evaluate { result.evaluate = { a * f($0) + b * g($0) } }
    return result
  }

  /// a·self + constant.
  func scaled(_ a: Double, plus constant: Double) -> GridFunction {
    GridFunction(
      values: values.map { a * $0 + constant },
      line: line.map { (a * $0.constant + constant, a * $0.slope) },
      evaluate: evaluate.map { f in { a * f($0) + constant } })
  }

  /// The product with another function of the same variable.
  func multiplied(by other: GridFunction) -> GridFunction {
    var result = GridFunction(values: zip(values, other.values).map { $0 * $1 })
    if let f = evaluate, let g = other.evaluate { result.evaluate = { f($0) * g($0) } }
    return result
  }

  /// φ of it, and φ′ of it.
  func applying(
    _ function: @escaping (Double) -> (value: Double, derivative: Double)
  ) -> (value: GridFunction, derivative: GridFunction) {
    let results = values.map(function)
    return (
      GridFunction(
        values: results.map(\.value), evaluate: evaluate.map { f in { function(f($0)).value } }),
      GridFunction(values: results.map(\.derivative))
    )
  }
}

/// A Gaussian of a layer, the layer's input or the output of a matrix, with its quadrature.
struct GaussianVariable {
  let mean: Double
  let variance: Double
  /// 1 − ρ of the variables of two inputs.
  let dissimilarity: Double
  let marks: PanelMarks
  /// The values of z at the nodes of the quadrature, and their weights.
  let nodes: [Double]
  let weights: [Double]
  /// What rows share of it, where rows are told apart; empty elsewhere.
  let commonParts: [CommonPart]
  /// The sum that it is only a part of, and the factor by which the deviation of the sum predicts its own.
  var absorption: (variable: Int, share: Double)?

  /// A value s of the part of z that all rows share: given s, the rows are independent.
  struct CommonPart {
    var place: Double
    /// Its probability.
    var weight: Double
    /// The nodes z around it.
    var nodes: Range<Int>
  }

  /// - Parameter tellsRowsApart: Whether the quadrature has two levels, over what rows share and what each has
  ///   to itself, good to some six digits; else it is good to rounding.
  init(
    mean: Double, variance: Double, dissimilarity: Double, marks: PanelMarks,
    tellsRowsApart: Bool = false
  ) {
    self.mean = mean
    // A point is the limit of ever narrower distributions.
    self.variance = max(variance, 1e-280)
    self.dissimilarity = min(max(dissimilarity, 0), 1)
    self.marks = marks
    var (nodes, weights): ([Double], [Double]) = ([], [])
    if tellsRowsApart {
      var parts: [CommonPart] = []
      let split = GaussianVariable.split(self.variance, self.dissimilarity)
      // Magnitudes of means will be averaged over s: most change their sign in the middle.
      var commonMarks = marks
      commonMarks.kinks.append(mean)
      commonMarks.forEachNode(around: mean, variance: split.common) { s, weight in
        let first = nodes.count
        marks.forEachNode(around: mean + s, variance: split.own) { t, share in
          nodes.append(mean + s + t)
          weights.append(weight * share)
        }
        parts.append(CommonPart(place: mean + s, weight: weight, nodes: first..<nodes.count))
      }
      (self.nodes, self.weights, commonParts) = (nodes, weights, parts)
      return
    }
    commonParts = []
    let deviation = self.variance.squareRoot()
    let relative = marks.relative(to: mean)
    let edges = panelEdges(
      from: -10 * deviation, to: 10 * deviation, deviation: deviation,
      structures: relative.structures, kinks: relative.kinks,
      resolution: marks.saturates ? .saturating : .full)
    PanelRule.fine.forEachNode(edges: edges, deviation: deviation) { y, weight in
      nodes.append(mean + y)
      weights.append(weight)
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// The variances of what rows share and of what each has to itself; rows that are nearly one or unrelated are
  /// taken for that.
  static func split(
    _ variance: Double, _ dissimilarity: Double
  ) -> (common: Double, own: Double) {
    if dissimilarity < 1e-9 { return (variance, 0) }
    if 1 - dissimilarity < 1e-9 { return (0, variance) }
    return ((1 - dissimilarity) * variance, dissimilarity * variance)
  }

  /// E[f].
  func mean(_ f: GridFunction) -> Double {
    if let line = f.line { return line.constant + line.slope * mean }
    var sum = 0.0
    for i in weights.indices { sum += weights[i] * f.values[i] }
    return sum
  }

  /// Cov[f, g].
  func covariance(_ f: GridFunction, _ g: GridFunction) -> Double {
    product(f, g).covariance
  }

  /// Cov[f, g] and E[f g].
  func product(_ f: GridFunction, _ g: GridFunction) -> (covariance: Double, mean: Double) {
    let (meanF, meanG) = (mean(f), mean(g))
    var covariance = 0.0
    if let a = f.line, let b = g.line {
      covariance = a.slope * b.slope * variance
    } else {
      for i in weights.indices {
        covariance += weights[i] * (f.values[i] - meanF) * (g.values[i] - meanG)
      }
    }
    return (covariance, covariance + meanF * meanG)
  }

  /// ½ E[(f_a − f_b)(g_a − g_b)] between two inputs: E[f g] − E[f_a g_b].
  func dissimilarity(_ f: GridFunction, _ g: GridFunction) -> Double {
    guard dissimilarity > 0 else { return 0 }
    if f.line != nil || g.line != nil || dissimilarity == 1 {
      return dissimilarity * covariance(f, g)
    }
    if !commonParts.isEmpty { return covarianceWithinRows(f, g) }
    if let sum = hermiteDissimilarity(f, g) { return sum }
    guard let first = f.evaluate, let second = g.evaluate else { return .nan }
    let relative = marks.relative(to: mean)
    let integral = PairIntegral(
      kinks: relative.kinks, structures: relative.structures,
      isUnbounded: max(first(1000).magnitude, first(-1000).magnitude) > 100)
    let centre = mean
    return integral.halfMeanProduct(
      common: variance * (2 - dissimilarity) / 2, difference: variance * dissimilarity / 2
    ) { u, v in
      let (a, b) = (centre + u + v, centre + u - v)
      return (first(a) - first(b)) * (second(a) - second(b))
    }
  }

  /// E[Cov[f, g | s]], what two rows do not share.
  private func covarianceWithinRows(_ f: GridFunction, _ g: GridFunction) -> Double {
    var sum = 0.0
    for (part, (meanF, meanG)) in zip(commonParts, zip(commonMeans(f), commonMeans(g))) {
      for i in part.nodes {
        sum += weights[i] * (f.values[i] - meanF) * (g.values[i] - meanG)
      }
    }
    return sum
  }

  /// E[f | s] at each common part.
  func commonMeans(_ f: GridFunction) -> [Double] {
    commonParts.map { part in
      var sum = 0.0
      for i in part.nodes { sum += weights[i] * f.values[i] }
      return sum / part.weight
    }
  }

  /// E[∂f/∂z | s] at each common part, as E[(z − s) f | s] over the variance of z − s (Stein); 0 where rows share
  /// all of z.
  func commonSlopes(_ f: GridFunction) -> [Double] {
    let own = GaussianVariable.split(variance, dissimilarity).own
    guard own > 0 else { return commonParts.map { _ in 0 } }
    return commonParts.map { part in
      var sum = 0.0
      for i in part.nodes { sum += weights[i] * (nodes[i] - part.place) * f.values[i] }
      return sum / (part.weight * own)
    }
  }

  /// Σ f_n g_n (1 − ρⁿ) over normalised Hermite coefficients (Mehler); `nil` where they fall too slowly.
  private func hermiteDissimilarity(_ f: GridFunction, _ g: GridFunction) -> Double? {
    guard marks.kinks.isEmpty else { return nil }
    let (a, b) = (coefficients(f), coefficients(g))
    let step = realLog1p(-dissimilarity)
    var (sum, size, last) = (0.0, 0.0, 0.0)
    for n in 1..<a.count {
      let term = a[n] * b[n]
      sum -= term * realExpm1(Double(n) * step)
      let slope = Double(n) * max(a[n] * a[n], b[n] * b[n])
      size += slope
      if n >= a.count - 8 { last = max(last, slope) }
    }
    return last < 1e-13 * size ? sum : nil
  }

  private func coefficients(_ f: GridFunction) -> [Double] {
    let count = 48
    var coefficients = Array(repeating: 0.0, count: count)
    let deviation = variance.squareRoot()
    let roots = (0...count).map { Double($0).squareRoot() }
    for i in weights.indices {
      let x = (nodes[i] - mean) / deviation
      var (previous, hermite) = (0.0, weights[i] * f.values[i])
      var n = 0
      while n < count {
        coefficients[n] += hermite
        let next = x * hermite - roots[n] * previous
        (previous, hermite) = (hermite, next / roots[n + 1])
        n += 1
      }
    }
    return coefficients
  }
}

/// What the panels of a variable's quadrature must follow.
struct PanelMarks {
  /// Where a function of the variable is not smooth.
  var kinks: [Double] = []
  /// Around what they bend; one around 0 in any case.
  var structures = [PanelStructure(centre: 0)]
  /// Whether a function of the variable does not grow on.
  var saturates = false

  /// Adds those of an operation that bends where its operand, a function of `variable`, is at `mark`.
  mutating func add(_ mark: PanelMark, of operand: GridFunction, _ variable: GaussianVariable) {
    for point in operand.solutions(of: mark.level, over: variable) {
      let reach = 12 * variable.variance.squareRoot()
      guard (point.place - variable.mean).magnitude < reach + point.size else { continue }
      if mark.isKink, !kinks.contains(point.place) { kinks.append(point.place) }
      let structure = PanelStructure(
        centre: point.place, size: point.size, repeats: mark.repeats)
      if !structures.contains(where: { $0.covers(structure) }) { structures.append(structure) }
    }
  }

  /// Those of the deviation from a mean, with 0 itself as one more kink.
  fileprivate func relative(to mean: Double) -> PanelMarks {
    PanelMarks(
      kinks: ([0] + kinks).map { $0 - mean },
      structures: structures.map { $0.moved(to: $0.centre - mean) }, saturates: saturates)
  }

  /// Calls `body` with the nodes x ~ N(0, variance) and weights of a quadrature for functions of centre + x, good
  /// to some six digits.
  func forEachNode(
    around centre: Double, variance: Double, _ body: (_ x: Double, _ weight: Double) -> Void
  ) {
    let deviation = variance.squareRoot()
    guard deviation > 0 else { return body(0, 1) }
    let edges = panelEdges(
      from: -6.5 * deviation, to: 6.5 * deviation, deviation: deviation,
      structures: structures.map { $0.moved(to: $0.centre - centre) },
      kinks: kinks.map { $0 - centre },
      resolution: PanelResolution(finest: 1e-3, farWidth: 3, finestRepeat: 0.3))
    PanelRule.coarse.forEachNode(edges: edges, deviation: deviation, body)
  }

  /// Whether these are as good as `others` for a Gaussian of this deviation.
  func serve(_ others: PanelMarks, deviation: Double) -> Bool {
    saturates == others.saturates
      && others.kinks.allSatisfy { kink in
        kinks.contains { ($0 - kink).magnitude <= 1e-10 * deviation }
      }
      && others.structures.allSatisfy { structure in
        structures.contains { $0.covers(structure) }
      }
  }
}

extension PanelStructure {
  /// Whether panels that follow this follow the other, too.
  fileprivate func covers(_ other: PanelStructure) -> Bool {
    (centre - other.centre).magnitude <= 0.1 * size && size <= 1.1 * other.size
      && (repeats || !other.repeats)
  }
}

extension GridFunction {
  /// Where it crosses `level`, and the distance in z over which it then changes by 1.
  fileprivate func solutions(
    of level: Double, over variable: GaussianVariable
  ) -> [(place: Double, size: Double)] {
    if let line {
      return line.slope == 0
        ? [] : [((level - line.constant) / line.slope, 1 / line.slope.magnitude)]
    }
    guard let evaluate else { return [] }
    var found: [(place: Double, size: Double)] = []
    var previous: (z: Double, rest: Double)?
    for (z, value) in zip(variable.nodes, values) where value != level {
      let rest = value - level
      if let left = previous, (left.rest > 0) != (rest > 0) {
        let place = findRoot(between: left.z, and: z) { evaluate($0) - level }
        let slope = (rest - left.rest) / (z - left.z)
        found.append((place, 1 / slope.magnitude))
      }
      previous = (z, rest)
    }
    return found
  }
}
