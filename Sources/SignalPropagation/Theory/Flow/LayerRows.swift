/// What the rows of a batch have in common in a layer, on the way down from the last one.
///
/// Each of the layer's variables (its Gaussians, its input, the noise of the cotangents) has a part s that all rows
/// share, and given these the rows are independent. A value's mean and mean square over the rows, given s, follow
/// from the terms of its `Expansion`: a product of factors, each of which depends on one variable, has the product
/// of their means. What the layer's weights' gradients take of them is averaged over units, see `RowSample`.
struct LayerRows {
  let gradient: WeightGradient
  private let layer: ExpressionLayer
  /// The layer where rows are a little more alike, for derivatives by their covariance; empty where they are not
  /// nearly unrelated.
  private let variations: [ExpressionLayer]
  /// The layer's input, in the unit of its output.
  private var input: ScaledSignal { layer.input }

  /// - Parameters:
  ///   - number: That of the layer, 1…depth.
  ///   - neighbour: Those of a layer beside it, whose integrals serve again where the signal is at rest.
  /// - Returns: `nil` where a variance is beyond the range of `Double`, or a moment is not known.
  init?(
    _ stack: LayerStack, _ number: Int, _ ascent: Ascent, _ gradient: WeightGradient,
    near neighbour: LayerRows?
  ) {
    let graph = stack.graph(ofLayer: number)
    let input = ascent.input(ofLayer: number, batch: gradient.batch)
    self.gradient = gradient
    if let neighbour, neighbour.input == input, neighbour.layer.graph == graph {
      (layer, variations) = (neighbour.layer, neighbour.variations)
      return
    }
    // Inside other layers lengths need not be in the unit of the output.
    let isLost = input.square == 0 && ascent.signals[number - 1].square != 0.0
    guard input.square.isFinite, !isLost, input.unit == 0 || BranchLayer(graph) != nil else {
      return nil
    }
    let marks = ascent.marks[number - 1]
    func varied(by step: Double) -> ExpressionLayer? {
      var varied = input
      varied.dissimilarity *= 1 - step
      return try? ExpressionLayer(
        tellingRowsApart: graph, layer: number, input: varied, marks: marks)
    }
    guard let layer = varied(by: 0), !layer.leavesRange else { return nil }
    self.layer = layer
    // Where rows are alike, their products are so large that their scatter does not count.
    let isUnrelated = input.dissimilarity > 0.5 * input.square
    let steps = isUnrelated ? CovarianceCurve.steps.dropFirst() : []
    let variations = steps.compactMap(varied)
    self.variations = variations.count == steps.count ? variations : []
  }

  /// The overlap of the layer's output.
  ///
  /// - Parameters:
  ///   - below: That of its input.
  ///   - output: The signal there.
  func overlap(above below: RowOverlap, output: ScaledSignal) -> RowOverlap {
    let node = layer.graph.output
    let covariances = ([layer] + variations).compactMap { layer in
      try? layer.variables.square(layer.values[node])
        - layer.variables.dissimilarity(layer.values[node])
    }
    guard !variations.isEmpty, covariances.count > variations.count, output.square > 0,
      let kept = try? layer.project(layer.values[node], layer.variables).c
    else { return RowOverlap() }
    let curve = CovarianceCurve(
      covariances.map { $0 / output.square }, dissimilarity: input.dissimilarity / input.square)
    // What the output has of h is not fresh; orthogonal weights pass the product of two rows on as it is.
    let old = kept * kept * input.square / output.square
    let keepsProducts = layer.graph.matrices.allSatisfy { $0.weightScale.alignedLoss == 1 }
    let known = keepsProducts ? max(old, curve.slope.magnitude) : old
    let fresh = RowOverlap.scatter(of: output) - known * known * RowOverlap.scatter(of: input)
    return RowOverlap(
      shift: curve.shift(by: below),
      variance: curve.slope * curve.slope * below.variance
        + max(fresh, 0) / Double(layer.graph.widths[node]))
  }

  /// Passes a cotangent of the layer's output down.
  ///
  /// - Parameters:
  ///   - below: The rows of the layer below, where there is one.
  ///   - overlap: That of the layer's input, where the gradient of the layer's weights is wanted.
  /// - Returns: Mean |∂L/∂W| over the entries of all matrices, and the covariance of the cotangent's noise between
  ///   two rows at the layer's input; `nil` where a moment is not known.
  func descend(
    _ g: ScaledCotangent, below: LayerRows?, overlap: RowOverlap?
  ) -> (weightGradient: Magnitude?, shared: Double?) {
    guard let shared = g.shared, shared.isFinite, g.isKnown, g.k.isFinite, g.noise.isFinite else {
      return (nil, nil)
    }
    let noise = max(g.noise, 0)
    let top = ExpressionLayer.Cotangent(
      k: g.k, c: g.c, noise: noise,
      dissimilarity: gradient.batch == 1 ? 0 : noise - min(max(shared, 0), noise))
    var table = layer.variables
    guard let cotangents = try? layer.sweep(top, &table),
      let bottom = try? layer.project(cotangents[0], table)
    else { return (nil, nil) }
    let size = overlap.flatMap {
      try? meanAbsolute(top, cotangents, table, inputs: inputs(below), overlap: $0)
    }
    return (
      size.map { Magnitude($0, timesPowerOfTwo: g.exponent + input.unit) },
      bottom.noise - bottom.dissimilarity
    )
  }

  /// Mean |∂L/∂W| over the entries of all matrices.
  private func meanAbsolute(
    _ top: ExpressionLayer.Cotangent, _ cotangents: [Expansion], _ table: VariableTable,
    inputs: [WeightGradient.Unit], overlap: RowOverlap
  ) throws -> Double {
    let sample = RowSample(table, inputs: inputs)
    let varied = try variations.map { layer in
      var table = layer.variables
      return (layer, try layer.sweep(top, &table), table)
    }
    var (sum, entries) = (0.0, 0.0)
    for (index, node) in layer.graph.nodes.enumerated() {
      guard case .linear(let number, let u) = node else { continue }
      let matrix = layer.graph.matrices[number]
      let size = Double(matrix.fanIn) * Double(matrix.fanOut)
      entries += size
      let variable = layer.products[index]!.variable
      let pairs = try ([(layer, cotangents, table)] + varied).map { layer, cotangents, table in
        try LayerRows.covariance(cotangents[index], table)
          * LayerRows.covariance(layer.values[u], table)
      }
      var excess = 0.0
      if !varied.isEmpty {
        let single = try table.square(cotangents[index]) * table.square(layer.values[u]) - pairs[0]
        let curve = CovarianceCurve(
          pairs, dissimilarity: input.dissimilarity / input.square)
        if single > 0 { excess = curve.shift(by: overlap) / single }
      }
      sum +=
        size
        * gradient.meanAbsolute(
          try sample.units(
            cotangents[index], slopeBy: table[variable].absorption?.variable ?? variable),
          try sample.units(layer.values[u]), weightVariance: matrix.distribution.variance,
          excess: excess)
    }
    return sum / entries
  }

  /// E[v_a v_b] of two rows.
  private static func covariance(
    _ value: Expansion, _ table: VariableTable
  ) throws(VariableTable.UnknownMoment) -> Double {
    try table.square(value) - table.dissimilarity(value)
  }

  /// The units of the layer's input: those that the layer below puts out, or normal ones.
  private func inputs(_ below: LayerRows?) -> [WeightGradient.Unit] {
    guard let below, let outputs = below.outputs else { return normalInputs }
    // They are in a unit of their own.
    let scale = Double(sign: .plus, exponent: below.input.unit - input.unit, significand: 1)
    return outputs.map { $0.scaled(by: scale) }
  }

  private var normalInputs: [WeightGradient.Unit] {
    WeightGradient.normal(
      mean: input.mean, variance: input.variance, dissimilarity: input.dissimilarity)
  }

  /// The units of its output, where they are known: at most 64, each of them some that are alike.
  private var outputs: [WeightGradient.Unit]? {
    let units = try? RowSample(layer.variables, inputs: normalInputs)
      .units(layer.values[layer.graph.output])
    return units.map { WeightGradient.Unit.merged($0, most: 64) }
  }
}
