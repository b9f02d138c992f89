extension Experiment {
  /// What infinite-width theory says `measure` will find, without drawing a number: a record of the
  /// input (layer 0) and of each reported layer, with the predicted columns filled in.
  ///
  /// Weights are independent (or orthogonal) with the initialiser's variance; widths enter through
  /// fan_in and fan_out alone. One run at a finite width scatters around this. In a residual stack all
  /// layers must be of one width, as h + S·φ(z) requires.
  public func predict() -> [LayerRecord] {
    var input = LayerRecord(layer: 0)
    var field = MeanField(self)
    input.predictedOutStd = field.signal.deviation
    input.predictedSimilarity = field.signal.similarity
    return [input]
      + reportedLayers.map { layer in
        while field.layer < layer { field.advance() }
        return field.record(gradients: gradients)
      }
  }
}

/// The stack at infinite width, one layer after the other.
struct MeanField {
  /// Layers applied.
  private(set) var layer = 0
  /// The distribution of their output.
  private(set) var signal: MeanFieldSignal
  /// How the gradient at the input depends on the gradient there.
  private(set) var gradient: MeanFieldGradient
  /// Variance of the last pre-activation, in the signal's unit; 0 before the first layer.
  private(set) var q = 0.0
  /// The factor that the last layer multiplied the noise in the squared gradient by.
  private(set) var noiseGain = 1.0
  private let experiment: Experiment
  private let block: ResidualBlock
  /// Moments of φ, which may be handed to the next field.
  private(set) var table: MomentTable

  /// The input of `experiment`.
  ///
  /// - Parameter table: What is known already of the same activation.
  init(_ experiment: Experiment, table: MomentTable? = nil) {
    self.experiment = experiment
    self.table = table ?? MomentTable(experiment.activation)
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
    q = weights.forward * signal.square
    let moments = table.moments(q: q)
    let step = MeanFieldLayer(
      block: block, weights: weights, signal: signal, moments: moments, q: q)
    gradient.append(step)
    noiseGain = block.carry + step.noiseGain
    let spread = table.spread(q: q, dissimilarity: signal.dissimilarity / signal.square)
    signal.pass(block, moments: moments, spread: spread)
  }

  /// The present layer as a record.
  func record(gradients: Bool) -> LayerRecord {
    var record = LayerRecord(layer: layer)
    record.predictedOutStd = signal.deviation
    record.predictedSimilarity = signal.similarity
    record.predictedGradMeanAbs = gradients ? gradient.meanAbsolute : nil
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
      alignedLoss: initializer.isOrthogonal ? min(1, Double(fanOut) / Double(fanIn)) : 0)
  }
}
