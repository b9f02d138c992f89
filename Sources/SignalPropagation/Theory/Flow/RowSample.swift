/// Units of a layer, drawn for what the rows of a batch share of each of its variables.
struct RowSample {
  private let table: VariableTable
  /// The probabilities of each variable's levels: of the parts that all rows share.
  private let weights: [[Double]]
  /// What is known of each variable that is no Gaussian at its levels.
  private let units: [Int: [WeightGradient.Unit]]

  /// - Parameter inputs: The units of the layer's input, where it is no Gaussian.
  init(_ table: VariableTable, inputs: [WeightGradient.Unit]) {
    self.table = table
    var units: [Int: [WeightGradient.Unit]] = [:]
    weights = table.variables.enumerated().map { number, variable in
      switch variable {
      case .gaussian(let gaussian): return gaussian.commonParts.map(\.weight)
      case .input: units[number] = inputs
      case .noise(let variance, let dissimilarity):
        units[number] = WeightGradient.normal(
          mean: 0, variance: variance, dissimilarity: dissimilarity)
      }
      return units[number]!.map(\.weight)
    }
    self.units = units
  }

  /// Levels of some variables, one of each in each draw, and the draws' probabilities.
  private struct Draws {
    var levels: [Int: [Int]] = [:]
    var weights: [Double] = [1]

    /// All combinations with those of one more variable.
    mutating func cross(_ variable: Int, _ weights: [Double]) {
      levels = levels.mapValues { picks in
        picks.flatMap { Array(repeating: $0, count: weights.count) }
      }
      levels[variable] = self.weights.flatMap { _ in Array(weights.indices) }
      self.weights = self.weights.flatMap { weight in weights.map { weight * $0 } }
    }
  }

  /// All combinations of the levels of the variables that a value depends on, or, where these are too many, an even
  /// choice.
  private func draws(of value: Expansion) -> Draws {
    let variables = Set(value.terms.flatMap { $0.factors.map(\.variable) }).sorted()
    let combinations = variables.reduce(1.0) { $0 * Double(weights[$1].count) }
    let most = 1 << 13
    var draws = Draws()
    guard combinations > Double(most) else {
      for variable in variables { draws.cross(variable, weights[variable]) }
      return draws
    }
    let points = KroneckerSequence(dimensions: variables.count)
    for (dimension, variable) in variables.enumerated() {
      let distribution = Distribution(weights: weights[variable])
      draws.levels[variable] = (0..<most).map {
        distribution.outcome(at: points.coordinate(dimension, ofPoint: $0))
      }
    }
    draws.weights = Array(repeating: 1 / Double(most), count: most)
    return draws
  }

  /// A value's units.
  ///
  /// - Parameter variable: The one by which the derivative is wanted.
  func units(
    _ value: Expansion, slopeBy variable: Int? = nil
  ) throws(VariableTable.UnknownMoment) -> [WeightGradient.Unit] {
    let draws = draws(of: value)
    let means = try means(value, draws)
    let squares = try self.means(value * value, draws)
    var slopes: [Double]?
    if let variable { slopes = try self.means(value, draws, slopeBy: variable) }
    return means.indices.map {
      WeightGradient.Unit(
        weight: draws.weights[$0], mean: means[$0],
        square: max(squares[$0], means[$0] * means[$0]), slope: slopes?[$0] ?? 0)
    }
  }

  /// E[v | s], or E[∂v/∂z | s] for the output z of a matrix.
  private func means(
    _ value: Expansion, _ draws: Draws, slopeBy variable: Int? = nil
  ) throws(VariableTable.UnknownMoment) -> [Double] {
    var sums = Array(repeating: 0.0, count: draws.weights.count)
    for term in value.terms {
      if let variable, !term.factors.contains(where: { $0.variable == variable }) { continue }
      var products = Array(repeating: term.coefficient, count: draws.weights.count)
      for factor in term.factors {
        let means = try means(factor, isSlope: factor.variable == variable)
        let levels = draws.levels[factor.variable]!
        for draw in products.indices { products[draw] *= means[levels[draw]] }
      }
      for draw in sums.indices { sums[draw] += products[draw] }
    }
    return sums
  }

  /// A factor's mean, or that of its derivative, at each level of its variable.
  private func means(
    _ factor: Expansion.Factor, isSlope: Bool
  ) throws(VariableTable.UnknownMoment) -> [Double] {
    switch factor.kind {
    case .function(let f):
      let gaussian = table[factor.variable]
      return isSlope ? gaussian.commonSlopes(f) : gaussian.commonMeans(f)
    case .power(1): return units[factor.variable]!.map(\.mean)
    case .power(2): return units[factor.variable]!.map(\.square)
    case .power: throw VariableTable.UnknownMoment()
    }
  }
}
