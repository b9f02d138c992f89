extension LayerStack {
  /// Whether the theory covers the stack.
  ///
  /// What a layer may do depends on its operations, and on whether its input is a Gaussian, as it is for the
  /// first one; so three layers tell.
  ///
  /// - Throws: What is in the way.
  package func checkTheory() throws(TheoryLimit) {
    if let limit = theoryLimit { throw limit }
  }

  /// What is in the way of the theory, `nil` where it covers the stack, see `checkTheory`.
  package var theoryLimit: TheoryLimit? {
    let most = 1000
    guard graph(ofLayer: 1).nodes.count <= most else {
      return TheoryLimit(reason: .tooManyOperations(most: most), layer: 1)
    }
    var field = MeanField(self, followsPairs: true, followsOnes: loss == .sum)
    while field.layer < min(depth, 3) { field.advance() }
    return field.limit
  }

  /// What infinite-width theory says a measurement will find, without drawing a number: a record of the
  /// input (layer 0) and of each of `layers`, with the predicted columns filled in.
  ///
  /// Weights are independent (or orthogonal) with mean 0 and the initialiser's variance; widths enter through
  /// fan_in and fan_out alone. One run at a finite width scatters around this.
  ///
  /// Mean |gradient| is that of a normal distribution. Where a function is applied to h itself instead of to a
  /// matrix's output, as in `0.8*h + W(tanh(2*rmsnorm(h)))`, the gradient of a unit has a variance that depends
  /// on the unit: its mean square is right, and its mean |gradient| below what is said here, by 30 % for
  /// `W(relu(h))`, see `LayerGraph.functionOfInput`.
  ///
  /// - Parameters:
  ///   - layers: Ascending, each in 1…depth.
  ///   - gradients: Whether to predict them.
  ///   - followingPairs: Whether to predict the similarity, nearly all of the work in a plain stack.
  package func predict(
    layers: [Int], gradients: Bool = true, followingPairs: Bool = true
  ) -> [LayerRecord] {
    var field = MeanField(
      self, followsPairs: followingPairs, followsOnes: gradients && loss == .sum)
    var records: [LayerRecord] = []
    records.reserveCapacity(layers.count + 1)
    records.append(field.record(loss: nil))
    for layer in layers {
      while field.layer < layer { field.advance() }
      records.append(field.record(loss: gradients ? loss : nil))
    }
    return records
  }
}

extension Experiment {
  /// What infinite-width theory says `measure` will find, see `LayerStack.predict`; without predictions
  /// where it does not cover the experiment.
  package func predict(followingPairs: Bool = true) -> [LayerRecord] {
    switch backward {
    case .last where gradients:
      stack.predictFlow(
        layers: reportedLayers, batch: batch, followingPairs: followingPairs)
    case .each, .last:
      stack.predict(
        layers: reportedLayers, gradients: gradients, followingPairs: followingPairs)
    }
  }

  /// The deepest stack that is followed layer by layer to its end: some seconds of work. Near the edge of
  /// chaos the signal comes to rest ever more slowly, so nothing shorter would do there.
  package static let deepestPrediction = 1_000_000

  /// Whether the weights have mean 0, as the theory takes it: not where a truncated normal has bounds that
  /// are not symmetric.
  package var isCoveredByTheory: Bool {
    initializer.distribution(fanIn: 1, fanOut: 1, gain: 1).mean == 0
  }

  /// What the matrix of a layer, 1…depth, does to variances.
  func weightScale(ofLayer layer: Int) -> WeightScale {
    LayerGraph.Matrix(
      name: "W", fanIn: shape.width(ofLayer: layer - 1), fanOut: shape.width(ofLayer: layer),
      initializer: initializer, gain: gain, biasStd: nil
    ).weightScale
  }
}
