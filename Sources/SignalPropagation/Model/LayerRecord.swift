import Kernels

/// What a run and the theory yield for one layer: the hinge between running and reporting.
package struct LayerRecord: Equatable, Sendable {
  /// Layers applied; 0 is the input.
  package var layer: Int
  /// What a run found.
  package var measured = LayerFigures()
  /// What the infinite-width theory says that a run will find.
  package var predicted = LayerFigures()

  /// A record of `layer` in which nothing is known yet.
  package init(layer: Int) {
    self.layer = layer
  }
}

/// The figures of one layer, `nil` where one was not computed.
package struct LayerFigures: Equatable, Sendable {
  /// Mean of all batch × width entries of the layer's output h.
  package var outMean: Double?
  /// Standard deviation over the same entries, unbiased (N − 1), as `torch.std`.
  package var outStd: Magnitude?
  /// The largest |h|.
  package var outAbsMax: Double?
  /// The fraction of entries whose |φ′| is below 0.01.
  package var saturated: Double?
  /// Mean cosine similarity between distinct rows of the batch.
  package var similarity: Double?
  /// Mean |∂L/∂h| over all entries of the input, or, for a loss at the last layer, of the layer's output.
  package var gradMeanAbs: Magnitude?
  /// Mean |∂L/∂W| over all entries of the layer's matrices.
  package var weightGradMeanAbs: Magnitude?
  /// How the entries of h are distributed.
  package var histogram: Histogram?
  /// The singular values of ∂h/∂h₀ for the first row of the batch; `nil` also where they are no numbers.
  package private(set) var singularValues: SingularValues?
  /// The same in six figures.
  package var spectrum: SpectrumSummary?

  /// Figures of which none is known yet.
  package init() {}

  /// Takes the singular values of a Jacobian; `nil` stands for one that is not finite.
  mutating func setSpectrum(_ values: SingularValues?) {
    singularValues = values
    spectrum = values.map(SpectrumSummary.init) ?? .notANumber
  }
}

extension [LayerRecord] {
  /// The same records beside predictions for the same layers.
  package func beside(predictions: [LayerRecord]) -> [LayerRecord] {
    zip(self, predictions).map { record, prediction in
      var record = record
      record.predicted = prediction.predicted
      return record
    }
  }
}
