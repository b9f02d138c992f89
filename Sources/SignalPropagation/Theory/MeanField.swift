extension Experiment {
  /// What infinite-width theory says `measure` will find, without drawing a number: a record of the
  /// input (layer 0) and of each reported layer, with the predicted columns filled in.
  ///
  /// Weights are independent (or orthogonal) with mean 0, which `theory()` checks, and the initialiser's
  /// variance; widths enter through fan_in and fan_out alone. One run at a finite width scatters around
  /// this, see `predictOutScatter`. In a residual stack
  /// all layers must be of one width, as h + S·φ(z) requires.
  ///
  /// - Parameter followingPairs: Whether to predict the similarity, nearly all of the work.
  func predict(followingPairs: Bool = true) -> [LayerRecord] {
    var field = MeanField(self, followsPairs: followingPairs)
    let input = field.record(gradients: false)
    return [input]
      + reportedLayers.map { layer in
        while field.layer < layer { field.advance() }
        return field.record(gradients: gradients)
      }
  }

  /// The deepest stack that is followed layer by layer to its end: some seconds of work. Near the edge of
  /// chaos the signal comes to rest ever more slowly, so nothing shorter would do there.
  package static let deepestPrediction = 1_000_000
}

/// The stack at infinite width, one layer after the other.
struct MeanField {
  /// Layers applied.
  private(set) var layer = 0
  /// The distribution of their output.
  private(set) var signal: MeanFieldSignal
  /// How the gradient at the input depends on the gradient there.
  private(set) var gradient: MeanFieldGradient
  private let experiment: Experiment
  private let followsPairs: Bool
  private let block: ResidualBlock
  private var table: MomentTable

  /// The input of `experiment`.
  ///
  /// - Parameter followsPairs: Whether to work out how alike two inputs become, the larger part of the
  ///   work.
  init(_ experiment: Experiment, followsPairs: Bool) {
    self.experiment = experiment
    self.followsPairs = followsPairs
    table = MomentTable(experiment.activation)
    block = ResidualBlock(skip: experiment.skip)
    signal = MeanFieldSignal(inputStd: experiment.inputStd)
    gradient = MeanFieldGradient(inputVariance: signal.variance)
  }

  /// Applies the next layer.
  mutating func advance() {
    layer += 1
    let weights = experiment.weightScale(ofLayer: layer)
    let shift = table.unitShift(q: weights.forward * signal.square)
    if shift != 0 {
      signal.changeUnit(by: shift)
      gradient.changeUnit(by: shift)
    }
    let q = weights.forward * signal.square
    let moments = table.moments(q: q)
    let step = MeanFieldLayer(
      block: block, weights: weights, signal: signal, moments: moments, q: q)
    gradient.append(step)
    let spread =
      followsPairs ? table.spread(q: q, dissimilarity: signal.dissimilarity / signal.square) : 0
    signal.pass(block, moments: moments, spread: spread)
  }

  /// The present layer as a record.
  func record(gradients: Bool) -> LayerRecord {
    var record = LayerRecord(layer: layer)
    record.predicted.outStd = signal.deviation
    record.predicted.similarity = followsPairs ? signal.similarity : nil
    record.predicted.gradMeanAbs = gradients ? gradient.meanAbsolute : nil
    return record
  }
}

extension Experiment {
  /// What the matrix of a layer, 1…depth, does to variances.
  func weightScale(ofLayer layer: Int) -> WeightScale {
    let fanIn = shape.width(ofLayer: layer - 1)
    let fanOut = shape.width(ofLayer: layer)
    let variance = initializer.weightVariance(fanIn: fanIn, fanOut: fanOut, gain: gain)
    return WeightScale(
      forward: Double(fanIn) * variance, backward: Double(fanOut) * variance,
      alignedLoss: initializer == .orthogonal ? min(1, Double(fanOut) / Double(fanIn)) : 0)
  }
}
