/// The independent variables of a layer, and expectations over them.
struct VariableTable {
  /// What is known of a variable.
  enum Variable {
    /// All.
    case gaussian(GaussianVariable)
    /// The moments of a layer's input that is no Gaussian: E[h], Var[h] and ½ E[(h_a − h_b)²].
    case input(mean: Double, variance: Double, dissimilarity: Double)
    /// Noise around 0 in a gradient: its variance, and what of it is not the same in two inputs.
    case noise(variance: Double, dissimilarity: Double)
  }

  private(set) var variables: [Variable] = []

  /// A product took a moment that is not known.
  struct UnknownMoment: Error {}

  /// The number of a new variable.
  mutating func append(_ variable: Variable) -> Int {
    variables.append(variable)
    return variables.count - 1
  }

  /// The Gaussian of a number.
  subscript(variable: Int) -> GaussianVariable {
    get {
      guard case .gaussian(let gaussian) = variables[variable] else {
        preconditionFailure("a function of a variable that is no Gaussian")
      }
      return gaussian
    }
    set { variables[variable] = .gaussian(newValue) }
  }

  // MARK: Expectations

  /// E[v].
  func mean(_ v: Expansion) throws(UnknownMoment) -> Double {
    var sum = 0.0
    for term in v.terms { sum += term.coefficient * (try mean(term.factors)) }
    return sum
  }

  private func mean(_ factors: [Expansion.Factor]) throws(UnknownMoment) -> Double {
    var product = 1.0
    for factor in factors { product *= try mean(factor) }
    return product
  }

  private func mean(_ factor: Expansion.Factor) throws(UnknownMoment) -> Double {
    switch (variables[factor.variable], factor.kind) {
    case (.gaussian(let variable), .function(let f)): return variable.mean(f)
    case (.input(let mean, _, _), .power(1)): return mean
    case (.input(let mean, let variance, _), .power(2)): return variance + mean * mean
    case (.noise, .power(1)): return 0
    case (.noise(let variance, _), .power(2)): return variance
    default: throw UnknownMoment()
    }
  }

  /// Cov[v, w] of one unit.
  func covariance(_ v: Expansion, _ w: Expansion) throws(UnknownMoment) -> Double {
    try difference(v, w) { $2 }
  }

  /// E[v w].
  func meanProduct(_ v: Expansion, _ w: Expansion) throws(UnknownMoment) -> Double {
    try covariance(v, w) + mean(v) * mean(w)
  }

  /// E[v²].
  func square(_ v: Expansion) throws(UnknownMoment) -> Double { try meanProduct(v, v) }

  /// ½ E[(v_a − v_b)²] between two inputs.
  func dissimilarity(_ v: Expansion) throws(UnknownMoment) -> Double {
    try difference(v, v) { (f, g, _) throws(UnknownMoment) in try dissimilarity(f, g) }
  }

  /// Σ over terms of Π E[f g] − Π (E[f g] − δ(f, g)), the difference of two expectations of a product,
  /// of which δ, from the factors and their covariance, is that of each factor.
  ///
  /// Factor by factor, so that nothing cancels where the two are nearly the same.
  private func difference(
    _ v: Expansion, _ w: Expansion,
    _ part: (Expansion.Factor, Expansion.Factor, _ covariance: Double) throws(UnknownMoment) ->
      Double
  ) throws(UnknownMoment) -> Double {
    var sum = 0.0
    for a in v.terms {
      for b in w.terms {
        var pairs: [(Expansion.Factor?, Expansion.Factor?)] = []
        Expansion.Term.pair(a.factors, b.factors) { pairs.append(($0, $1)) }
        var (product, other, difference) = (1.0, 1.0, 0.0)
        for (f, g) in pairs {
          let (whole, step): (Double, Double)
          if let f, let g {
            let both = try self.product(f, g)
            step = try part(f, g, both.covariance)
            whole = both.mean
          } else {
            (whole, step) = (try mean((f ?? g)!), 0)
          }
          difference = difference * whole + other * step
          product *= whole
          other *= whole - step
        }
        sum += a.coefficient * b.coefficient * difference
      }
    }
    return sum
  }

  /// Cov[f, g] and E[f g].
  private func product(
    _ f: Expansion.Factor, _ g: Expansion.Factor
  ) throws(UnknownMoment) -> (covariance: Double, mean: Double) {
    switch (variables[f.variable], f.kind, g.kind) {
    case (.gaussian(let variable), .function(let f), .function(let g)):
      return variable.product(f, g)
    case (.input(let mean, let variance, _), .power(1), .power(1)):
      return (variance, variance + mean * mean)
    case (.noise(let variance, _), .power(1), .power(1)): return (variance, variance)
    default: throw UnknownMoment()
    }
  }

  private func dissimilarity(
    _ f: Expansion.Factor, _ g: Expansion.Factor
  ) throws(UnknownMoment) -> Double {
    switch (variables[f.variable], f.kind, g.kind) {
    case (.gaussian(let variable), .function(let f), .function(let g)):
      return variable.dissimilarity(f, g)
    case (.input(_, _, let dissimilarity), .power(1), .power(1)),
      (.noise(_, let dissimilarity), .power(1), .power(1)):
      return dissimilarity
    default: throw UnknownMoment()
    }
  }
}
