/// Mean |∂L/∂W| of a matrix, at infinite width and for a batch of B rows.
///
/// An entry is G_ij = Σ_b z̄_bi u_bj over the rows, z̄ being the cotangent of z = W u: in a layer
/// h' = φ(W h + b) or h + S φ(W h + b), u is the layer's input and z̄ = S φ′(z)(k + c h' + r). Units i and j are
/// independent. Rows share parts s_i and s_j of what their units are, and given these they are independent, so
/// that G_ij is a sum of B independent terms of one distribution: normal, as B is large, with
///
///     mean B m_i n_j,  m = E[z̄|s], n = E[u|s],  and variance B (E[z̄²|s_i] E[u²|s_j] − m_i² n_j²)
///
/// and, as z contains W_ij u_j, one more part B W_ij E[∂z̄/∂z|s_i] E[u²|s_j], of the order of B/fan_in.
///
/// Mean |G_ij| is that of a folded normal, averaged over s_i and s_j. It follows that rows that have nothing in
/// common add up as √B, and rows that are alike as B. A batch of one row shares all. For some 20 rows, a sum of so
/// few terms is smaller by up to 12 % where φ is as far from linear as relu.
///
/// The products of two rows over n units scatter by 1/√n (`RowOverlap`), and what they are on average in
/// E[z̄_a z̄_b] E[u_a u_b] adds to the variance: it counts where unrelated rows are as many as units and the layer is
/// bent, as a gated one is. Of the cotangent only what the layer itself makes of the scatter is in it.
struct WeightGradient {
  /// A unit at one s.
  struct Unit {
    /// The probability of s.
    var weight: Double
    /// E[v|s].
    var mean: Double
    /// E[v²|s].
    var square: Double
    /// E[∂v/∂z|s], of a cotangent.
    var slope = 0.0

    /// In the order of their means, which makes what is drawn from them even.
    static func sorted(_ units: [Unit]) -> [Unit] { units.sorted { $0.mean < $1.mean } }

    /// At most so many, each of them the mean of some whose means are alike.
    static func merged(_ units: [Unit], most: Int) -> [Unit] {
      guard units.count > most else { return units }
      let total = units.reduce(0) { $0 + $1.weight }
      var merged: [Unit] = []
      var sum = 0.0
      for unit in sorted(units) {
        if merged.isEmpty || sum >= total * Double(merged.count) / Double(most) {
          merged.append(Unit(weight: 0, mean: 0, square: 0))
        }
        sum += unit.weight
        merged[merged.count - 1].add(unit)
      }
      return merged
    }

    /// Makes the two one.
    private mutating func add(_ other: Unit) {
      let share = other.weight / (weight + other.weight)
      weight += other.weight
      mean += share * (other.mean - mean)
      square += share * (other.square - square)
      slope += share * (other.slope - slope)
    }

    /// The unit times a number.
    func scaled(by factor: Double) -> Unit {
      Unit(
        weight: weight, mean: factor * mean, square: factor * factor * square,
        slope: factor * slope)
    }
  }

  /// B.
  let batch: Int

  /// The mean magnitude of an entry: over all pairs of units, or over as many as give some three digits.
  ///
  /// - Parameters:
  ///   - cotangents: Of z, over s_i.
  ///   - inputs: Of u, over s_j.
  ///   - weightVariance: Var[w].
  ///   - excess: What two rows have in common by accident, over the variance of a row's term.
  func meanAbsolute(
    _ cotangents: [Unit], _ inputs: [Unit], weightVariance: Double, excess: Double
  ) -> Double {
    // One row has all in common: |z̄||u|.
    if batch == 1 {
      return [cotangents, inputs].reduce(1) { product, units in
        product * units.reduce(0) { $0 + $1.weight * $1.mean.magnitude }
      }
    }
    let pairs = 1 << 14
    guard cotangents.count * inputs.count > pairs else {
      return cotangents.reduce(0) { sum, z in
        inputs.reduce(sum) { $0 + z.weight * $1.weight * size(z, $1, weightVariance, excess) }
      }
    }
    let (first, second) = (Unit.sorted(cotangents), Unit.sorted(inputs))
    let (z, u) = (
      Distribution(weights: first.map(\.weight)), Distribution(weights: second.map(\.weight))
    )
    let points = KroneckerSequence(dimensions: 2)
    return (0..<pairs).reduce(0) { sum, point in
      sum
        + size(
          first[z.outcome(at: points.coordinate(0, ofPoint: point))],
          second[u.outcome(at: points.coordinate(1, ofPoint: point))], weightVariance,
          excess)
    } / Double(pairs)
  }

  /// The mean magnitude of the entry of two units.
  private func size(_ z: Unit, _ u: Unit, _ weightVariance: Double, _ excess: Double) -> Double {
    let rows = Double(batch)
    let mean = z.mean * u.mean
    let fresh = max(z.square * u.square - mean * mean, 0)
    let own = z.slope * u.square
    let variance =
      rows * fresh * max(1 + (rows - 1) * excess, 0) + rows * rows * weightVariance * own * own
    return foldedNormalMean(mean: rows * mean, deviation: variance.squareRoot())
  }

  /// A normal unit, as the input of a stack is and as that of a layer of a residual one is taken to be.
  static func normal(mean: Double, variance: Double, dissimilarity: Double) -> [Unit] {
    let (own, common) = (dissimilarity, max(variance - dissimilarity, 0))
    guard common > 1e-9 * variance else {
      return [Unit(weight: 1, mean: mean, square: mean * mean + variance)]
    }
    return standardNodes.map { s, weight in
      let centre = mean + common.squareRoot() * s
      return Unit(weight: weight, mean: centre, square: centre * centre + own)
    }
  }

  /// Points s ~ N(0, 1) and their weights.
  static let standardNodes: [(s: Double, weight: Double)] = {
    var nodes: [(s: Double, weight: Double)] = []
    let edges = panelEdges(from: -6.5, to: 6.5, deviation: 1, centres: [0], kinks: [0])
    PanelRule.coarse.forEachNode(edges: edges, deviation: 1) { nodes.append(($0, $1)) }
    return nodes
  }()
}
