import Kernels

/// What a layer does to a cotangent k·1 + c·h + noise of variance ρ on its way down:
///
///     k' = kk·k + kc·c,   c' = ck·k + cc·c,   ρ' = noiseKK·k² + noiseKC·k c + noiseCC·c² + noise·ρ
struct CotangentMap: Equatable {
  var kk: WideDouble = 0.0
  var kc: WideDouble = 0.0
  var ck: WideDouble = 0.0
  var cc: WideDouble = 0.0
  var noiseKK: WideDouble = 0.0
  var noiseKC: WideDouble = 0.0
  var noiseCC: WideDouble = 0.0
  var noise: WideDouble = 0.0
  /// Whether what depends on c is known.
  var knowsAlong = true

  /// That of a layer whose input is `far`, from those at inputs nearer to 1.
  func extrapolated(_ known: [CotangentMap], to far: FarVariance) -> CotangentMap {
    var map = self
    for figure in [
      \CotangentMap.kk, \.kc, \.ck, \.cc, \.noiseKK, \.noiseKC, \.noiseCC, \.noise,
    ] {
      map[keyPath: figure] = far.value(known.map { $0[keyPath: figure] })
    }
    return map
  }
}

extension ExpressionLayer {
  /// k·1 + c·h + noise of variance ρ.
  struct Cotangent {
    var k: Double
    var c: Double
    var noise: Double
    /// The part of ρ that is not the same in two rows, where rows are told apart.
    var dissimilarity = 0.0
  }

  /// The layer's map, from sweeps down with (1, 0, 0), (0, 1, 0), (1, 1, 0) and (0, 0, 1).
  ///
  /// - Parameters:
  ///   - output: What `output` says.
  ///   - followsOnes: Whether k and c are wanted, too.
  func cotangentMap(output: ScaledSignal, followsOnes: Bool) throws(TheoryLimit) -> CotangentMap {
    var map = CotangentMap(
      noise: WideDouble(try pullback(Cotangent(k: 0, c: 0, noise: 1)).noise))
    guard followsOnes else { return map }
    let ones = try pullback(Cotangent(k: 1, c: 0, noise: 0))
    (map.kk, map.ck, map.noiseKK) = (
      WideDouble(ones.k), WideDouble(ones.c), WideDouble(ones.noise)
    )
    let size = output.square.squareRoot()
    guard size > 0, size.isFinite else { return map }
    do throws(TheoryLimit) {
      let along = try pullback(Cotangent(k: 0, c: 1, noise: 0))
      // Of a size with the ones, so that neither is lost in the sum.
      let both = try pullback(Cotangent(k: 1, c: 1 / size, noise: 0))
      (map.kc, map.cc, map.noiseCC) = (
        WideDouble(along.k), WideDouble(along.c), WideDouble(along.noise)
      )
      map.noiseKC = WideDouble(
        (both.noise - ones.noise - along.noise / (size * size)) * size)
    } catch {
      // A moment is missing that is wanted only where a gradient is along h.
      map.knowsAlong = false
    }
    return map
  }

  /// The cotangent of the layer's input for one of its output.
  func pullback(_ top: Cotangent) throws(TheoryLimit) -> Cotangent {
    var table = variables
    let cotangents = try sweep(top, &table)
    return try project(cotangents[0], table)
  }

  /// The cotangent of every node's value.
  ///
  /// What is linear or elementwise passes them on as autograd does. z = W u is known to the forward pass
  /// through z alone; the rest of W is fresh: ū = (fan_out Var[w] E[z z̄]/q)·u + noise of variance
  /// fan_out Var[w] E[z̄²]. Orthogonal weights keep the length of what they map, so that what went along u
  /// is missing in the noise, see `MeanFieldGradient`.
  func sweep(
    _ top: Cotangent, _ table: inout VariableTable
  ) throws(TheoryLimit) -> [Expansion] {
    var bar = Array(repeating: Expansion.zero, count: graph.nodes.count)
    func noise(_ variance: Double, _ dissimilarity: Double) -> Expansion {
      guard variance != 0 else { return .zero }
      let number = table.append(
        .noise(variance: variance, dissimilarity: min(max(dissimilarity, 0), variance)))
      return .variable(number)
    }
    bar[graph.output] =
      .constant(top.k) + values[graph.output].scaled(by: top.c)
      + noise(top.noise, top.dissimilarity)
    for (index, node) in graph.nodes.enumerated().reversed() where !bar[index].terms.isEmpty {
      let cotangent = bar[index]
      switch node {
      case .input, .stackInput: break
      case .linear(_, let u):
        let product = products[index]!
        let gaussian = variables[product.variable]
        let (aligned, square, apart) = try known(index) { () throws(VariableTable.UnknownMoment) in
          (
            try table.covariance(deviation(of: product.variable), cotangent) / gaussian.variance,
            try table.square(cotangent), tellsRowsApart ? try table.dissimilarity(cotangent) : 0
          )
        }
        let loss = product.weights.alignedLoss * aligned * aligned
        let missing = loss * product.variance
        let missingApart = loss * gaussian.dissimilarity * gaussian.variance
        let backward = product.weights.backward.doubleValue
        bar[u] =
          bar[u] + values[u].scaled(by: backward * aligned)
          + noise(backward * max(square - missing, 0), backward * (apart - missingApart))
      case .normalization(let kind, let u):
        let (mean, along) = try known(index) { () throws(VariableTable.UnknownMoment) in
          (
            kind.centres ? try table.mean(cotangent) : 0,
            try table.meanProduct(values[index], cotangent)
          )
        }
        let rest = cotangent + .constant(-mean) + values[index].scaled(by: -along)
        bar[u] = bar[u] + rest.scaled(by: 1 / scales[index]!)
      case .function(let function, let u):
        bar[u] = bar[u] + through(function, cotangent, index, u)
      case .scalar(let operation, let u):
        bar[u] = bar[u] + through(operation, cotangent, index)
      case .binary(let sign, let u, let v):
        switch sign {
        case .add:
          bar[u] = bar[u] + cotangent
          bar[v] = bar[v] + cotangent
        case .subtract:
          bar[u] = bar[u] + cotangent
          bar[v] = bar[v] + cotangent.scaled(by: -1)
        case .multiply:
          let (left, right) = (cotangent * values[v], cotangent * values[u])
          bar[u] = bar[u] + left
          bar[v] = bar[v] + right
        case .divide:
          let share = cotangent * slopes[index]!
          let right = (share * values[index]).scaled(by: -1)
          bar[u] = bar[u] + share
          bar[v] = bar[v] + right
        }
      }
    }
    return bar
  }

  private func through(
    _ function: Activation, _ cotangent: Expansion, _ index: Int, _ u: Int
  ) -> Expansion {
    if let slope = slopes[index] { return cotangent * slope }
    return function.kind == .square ? (cotangent * values[u]).scaled(by: 2) : cotangent
  }

  private func through(
    _ operation: ScalarOperation, _ cotangent: Expansion, _ index: Int
  ) -> Expansion {
    switch operation {
    case .add, .subtract: cotangent
    case .subtractFrom: cotangent.scaled(by: -1)
    case .multiply(let c): cotangent.scaled(by: c)
    case .divide(let c): cotangent.scaled(by: 1 / c)
    case .divideInto, .power: cotangent * slopes[index]!
    }
  }

  /// k and c of a cotangent of the layer's input, by regression on h, and the variance of the rest.
  func project(
    _ cotangent: Expansion, _ table: VariableTable
  ) throws(TheoryLimit) -> Cotangent {
    try known(0) { () throws(VariableTable.UnknownMoment) in
      let c: Double
      if input.isNormal {
        c = try table.covariance(deviation(of: 0), cotangent) / variables[0].variance
      } else {
        c = try table.slopeByInput(cotangent)
      }
      let k = try table.mean(cotangent) - c * input.mean
      let rest = cotangent + values[0].scaled(by: -c) + .constant(-k)
      return Cotangent(
        k: k, c: c, noise: max(try table.square(rest), 0),
        dissimilarity: tellsRowsApart ? try table.dissimilarity(rest) : 0)
    }
  }
}

extension VariableTable {
  /// E of the factor of h, where h is known by its moments and occurs in no higher power.
  fileprivate func slopeByInput(_ v: Expansion) throws(UnknownMoment) -> Double {
    var sum = 0.0
    for term in v.terms {
      guard let h = term.factors.first, h.variable == 0 else { continue }
      guard case .power(1) = h.kind else { throw UnknownMoment() }
      var rest = term
      rest.factors.removeFirst()
      sum += try mean(Expansion(terms: [rest]))
    }
    return sum
  }
}
