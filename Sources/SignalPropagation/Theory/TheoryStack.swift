/// A stack that the infinite-width theory covers.
///
/// There is no other way to a prediction, so nothing is predicted that the theory does not cover.
package struct TheoryStack: Equatable, Sendable {
  /// What is predicted.
  package let experiment: Experiment

  fileprivate init(_ experiment: Experiment) { self.experiment = experiment }

  /// The same stack at another gain, which is covered as well.
  package func with(gain: Double) -> TheoryStack { TheoryStack(experiment.with(gain: gain)) }

  /// What a run will find for the input and each reported layer, see `MeanField`.
  ///
  /// - Parameter followingPairs: Whether to predict the similarity, nearly all of the work.
  package func predict(followingPairs: Bool = true) -> [LayerRecord] {
    var records = experiment.predict(followingPairs: followingPairs)
    guard experiment.spectrum, let spectra = try? experiment.predictSpectra() else {
      return records
    }
    for (index, layer) in experiment.reportedLayers.enumerated() {
      records[index + 1].predicted.spectrum =
        spectra[index]?.summary(width: experiment.shape.width(ofLayer: layer))
    }
    return records
  }

  /// What the gain does over the layers of the stack, and in a stack without end.
  package func assessment() -> StackAssessment { experiment.stack.assessment() }

  /// A value of the layer on whose account the predicted mean |gradient| is too large, see
  /// `LayerGraph.functionOfInput`; `nil` where there is none.
  package var functionOfInput: String? {
    experiment.stack.graph(ofLayer: 1).functionOfInput?.description
  }

  /// Why the gradients of the weights are not predicted, in a few words; `nil` where they are.
  package var weightGradientLimit: String? { experiment.stack.weightGradientLimit }

  /// The named gain to use; `nil` where no name stands for one.
  package func gainAdvice() -> GainAdvice? {
    experiment.stack.gainAdvice(initializer: experiment.initializer)
  }

  /// Whether a matrix, or a number, of the layers depends on the gain.
  package var usesGain: Bool { experiment.stack.usesGain }

  /// The layer after which two inputs of cosine 0.99 have less than 0.5; `nil` where it lies beyond the stack.
  package func layersUntilInputIsLost() -> Int? { experiment.stack.layersUntilInputIsLost() }

  /// How out of one run of finite width scatters around the prediction, for the input and each reported layer;
  /// `nil` where that is not known.
  package func outScatter() -> [Scatter]? { experiment.predictOutScatter() }

  /// The same of the gradient, for each of these layers.
  package func gradientScatter(at layers: [Int]) -> [Scatter]? {
    var run = experiment
    run.reports = .layers(layers)
    return run.predictGradientScatter().map { $0.map(\.scatter) }
  }
}

extension Experiment {
  /// The stack as one that predictions can be made for.
  package func theory() throws(TheoryLimit) -> TheoryStack {
    try stack.checkTheory()
    return TheoryStack(self)
  }
}
