/// What the rows of a batch have in common in a layer, on the way down from the last one.
///
/// Each of the layer's variables (its Gaussians, its input, the noise of the cotangents) has a part s that all rows
/// share, and given these the rows are independent. A value's mean and mean square over the rows, given s, follow
/// from the terms of its `Expansion`: a product of factors, each of which depends on one variable, has the product
/// of their means. What the layer's weights' gradients take of them is averaged over units, see `RowSample`.
struct LayerRows {
  let gradient: WeightGradient
  private let layer: ExpressionLayer
  /// The layer's input, in the unit of its output.
  private var input: ScaledSignal { layer.input }

  /// - Parameters:
  ///   - number: That of the layer, 1…depth.
  ///   - above: Those of the layer above, whose integrals serve again where the signal is at rest.
  /// - Returns: `nil` where a variance is beyond the range of `Double`, or a moment is not known.
  init?(
    _ stack: LayerStack, _ number: Int, _ ascent: Ascent, _ gradient: WeightGradient,
    above: LayerRows?
  ) {
    let graph = stack.graph(ofLayer: number)
    let input = ascent.input(ofLayer: number, batch: gradient.batch)
    self.gradient = gradient
    if let above, above.input == input, above.layer.graph == graph {
      layer = above.layer
      return
    }
    // Inside other layers lengths need not be in the unit of the output.
    let isLost = input.square == 0 && ascent.signals[number - 1].square != 0.0
    guard input.square.isFinite, !isLost, input.unit == 0 || BranchLayer(graph) != nil,
      let layer = try? ExpressionLayer(
        tellingRowsApart: graph, layer: number, input: input, marks: ascent.marks[number - 1]),
      !layer.leavesRange
    else { return nil }
    self.layer = layer
  }

  /// Passes a cotangent of the layer's output down.
  ///
  /// - Parameters:
  ///   - below: The rows of the layer below, where there is one.
  ///   - toWeights: Whether the gradient of the layer's weights is wanted.
  /// - Returns: Mean |∂L/∂W| over the entries of all matrices, and the covariance of the cotangent's noise between
  ///   two rows at the layer's input; `nil` where a moment is not known.
  func descend(
    _ g: ScaledCotangent, below: LayerRows?, toWeights: Bool
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
    let size = toWeights ? try? meanAbsolute(cotangents, table, inputs: inputs(below)) : nil
    return (
      size.map { Magnitude($0, timesPowerOfTwo: g.exponent + input.unit) },
      bottom.noise - bottom.dissimilarity
    )
  }

  /// Mean |∂L/∂W| over the entries of all matrices.
  private func meanAbsolute(
    _ cotangents: [Expansion], _ table: VariableTable, inputs: [WeightGradient.Unit]
  ) throws(VariableTable.UnknownMoment) -> Double {
    let sample = RowSample(table, inputs: inputs)
    var (sum, entries) = (0.0, 0.0)
    for (index, node) in layer.graph.nodes.enumerated() {
      guard case .linear(let number, let u) = node else { continue }
      let matrix = layer.graph.matrices[number]
      let size = Double(matrix.fanIn) * Double(matrix.fanOut)
      entries += size
      let variable = layer.products[index]!.variable
      sum +=
        size
        * gradient.meanAbsolute(
          try sample.units(
            cotangents[index], slopeBy: table[variable].absorption?.variable ?? variable),
          try sample.units(layer.values[u]), weightVariance: matrix.distribution.variance)
    }
    return sum / entries
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
