/// A value of a layer at infinite width: a sum of products of functions of independent variables.
///
/// A variable is a Gaussian, of which a factor is any function, or it is known by its first two moments
/// alone, and a factor is a power of it: the input of a layer that is no Gaussian, the noise in a gradient.
struct Expansion {
  /// coefficient · Π factors, one factor at most for each variable, these ascending.
  struct Term {
    var coefficient: Double
    var factors: [Factor] = []
  }

  /// A function of a variable.
  struct Factor {
    var variable: Int
    var kind: Kind

    enum Kind {
      case function(GridFunction)
      case power(Int)
    }
  }

  private(set) var terms: [Term] = []

  static var zero: Expansion { Expansion() }

  static func constant(_ value: Double) -> Expansion {
    Expansion(terms: value == 0 ? [] : [Term(coefficient: value)])
  }

  static func function(_ function: GridFunction, of variable: Int) -> Expansion {
    Expansion(terms: [
      Term(coefficient: 1, factors: [Factor(variable: variable, kind: .function(function))])
    ])
  }

  /// The variable itself, where it is known by its moments.
  static func variable(_ variable: Int) -> Expansion {
    Expansion(terms: [
      Term(coefficient: 1, factors: [Factor(variable: variable, kind: .power(1))])
    ])
  }

  func scaled(by factor: Double) -> Expansion {
    guard factor != 0 else { return .zero }
    return Expansion(
      terms: terms.map { Term(coefficient: factor * $0.coefficient, factors: $0.factors) })
  }

  static func + (a: Expansion, b: Expansion) -> Expansion {
    var sum = a
    for term in b.terms { sum.add(term) }
    return sum
  }

  static func * (a: Expansion, b: Expansion) -> Expansion {
    var product = Expansion.zero
    for x in a.terms { for y in b.terms { product.add(x.multiplied(by: y)) } }
    return product
  }

  /// Terms alike become one.
  private mutating func add(_ term: Term) {
    for index in terms.indices {
      guard let sum = terms[index].merged(with: term) else { continue }
      if sum.coefficient == 0 { terms.remove(at: index) } else { terms[index] = sum }
      return
    }
    terms.append(term)
  }

  /// A function of one variable; `nil` where it is none.
  var univariate: (variable: Int, function: GridFunction)? {
    univariateParts.map { ($0.variable, $0.function.scaled($0.coefficient, plus: $0.constant)) }
  }

  /// constant + coefficient·function of one variable; `nil` where it is none.
  var univariateParts:
    (constant: Double, variable: Int, function: GridFunction, coefficient: Double)?
  {
    var constant = 0.0
    var found: (variable: Int, function: GridFunction, coefficient: Double)?
    for term in terms {
      if term.factors.isEmpty {
        constant = term.coefficient
      } else if found == nil, term.factors.count == 1, case .function(let f) = term.factors[0].kind
      {
        found = (term.factors[0].variable, f, term.coefficient)
      } else {
        return nil
      }
    }
    return found.map { (constant, $0.variable, $0.function, $0.coefficient) }
  }

  /// The constant, where there is nothing else.
  var constant: Double? {
    terms.isEmpty ? 0 : terms.count == 1 && terms[0].factors.isEmpty ? terms[0].coefficient : nil
  }

  /// The constant, and the slope by each Gaussian, where it is a sum of Gaussians; `nil` elsewhere.
  var gaussianSum: (constant: Double, slopes: [(variable: Int, slope: Double)])? {
    var constant = 0.0
    var slopes: [(variable: Int, slope: Double)] = []
    for term in terms {
      switch term.factors.count {
      case 0: constant += term.coefficient
      case 1:
        guard case .function(let f) = term.factors[0].kind, let line = f.line else { return nil }
        constant += term.coefficient * line.constant
        slopes.append((term.factors[0].variable, term.coefficient * line.slope))
      default: return nil
      }
    }
    return (constant, slopes)
  }
}

extension Expansion.Term {
  fileprivate func multiplied(by other: Expansion.Term) -> Expansion.Term {
    var product = Expansion.Term(coefficient: coefficient * other.coefficient)
    Expansion.Term.pair(factors, other.factors) { f, g in
      guard let f, let g else { return product.factors.append((f ?? g)!) }
      var both = f
      switch (f.kind, g.kind) {
      case (.function(let f), .function(let g)): both.kind = .function(f.multiplied(by: g))
      case (.power(let m), .power(let n)): both.kind = .power(m + n)
      default: preconditionFailure("a variable has one kind of factors")
      }
      product.factors.append(both)
    }
    return product
  }

  /// Their sum as one term, where they are alike.
  fileprivate func merged(with other: Expansion.Term) -> Expansion.Term? {
    guard factors.count == other.factors.count else { return nil }
    var isSame = true
    for (f, g) in zip(factors, other.factors) {
      guard f.variable == g.variable else { return nil }
      if case .power(let m) = f.kind, case .power(let n) = g.kind, m == n { continue }
      isSame = false
    }
    if isSame {
      return Expansion.Term(coefficient: coefficient + other.coefficient, factors: factors)
    }
    guard factors.count == 1, case .function(let f) = factors[0].kind,
      case .function(let g) = other.factors[0].kind
    else { return nil }
    return Expansion.Term(
      coefficient: 1,
      factors: [
        Expansion.Factor(
          variable: factors[0].variable,
          kind: .function(f.combined(coefficient, g, other.coefficient)))
      ])
  }

  /// Calls `body` with the factors of both for each variable of either.
  static func pair(
    _ a: [Expansion.Factor], _ b: [Expansion.Factor],
    _ body: (Expansion.Factor?, Expansion.Factor?) -> Void
  ) {
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      if j == b.count || (i < a.count && a[i].variable < b[j].variable) {
        body(a[i], nil)
        i += 1
      } else if i == a.count || b[j].variable < a[i].variable {
        body(nil, b[j])
        j += 1
      } else {
        body(a[i], b[j])
        (i, j) = (i + 1, j + 1)
      }
    }
  }
}
