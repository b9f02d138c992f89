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
    experiment.predict(followingPairs: followingPairs)
  }

  /// What the prediction means beyond the reported layers.
  package func outlook() -> Outlook { experiment.outlook() }

  /// What the gain does at the depth of the stack.
  package func assessGain() -> GainAssessment { experiment.assessGain() }

  /// The gain named `unit`.
  func unitGain() throws(GainError) -> Double { try experiment.unitGain() }

  /// The gain named `neutral`.
  func neutralGain() throws(GainError) -> Double { try experiment.neutralGain() }

  /// The edge of chaos, for which the gain does not matter; `nil` where there is none.
  package func edgeOfChaos() -> EdgeOfChaos? { experiment.edgeOfChaos() }

  /// The fixed points of the signal's variance, ascending.
  package func fixedPoints() -> [FixedPoint] { experiment.fixedPoints() }

  /// Whether the stack has a stable fixed point at any gain.
  package func hasStableGain() -> Bool { experiment.hasStableGain() }

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

/// Why the theory does not cover a stack.
package enum TheoryLimit: Error, Equatable {
  /// The weights' mean is not 0, as where a truncated normal has bounds that are not symmetric.
  case meanNotZero
  /// The layer is more than an activation of W h.
  case notAnActivation
}

extension Experiment {
  /// The stack as one that predictions can be made for.
  package func theory() throws(TheoryLimit) -> TheoryStack {
    guard layer.activation != nil else { throw .notAnActivation }
    guard initializer.distribution(fanIn: 1, fanOut: 1, gain: 1).mean == 0 else {
      throw .meanNotZero
    }
    return TheoryStack(self)
  }
}
