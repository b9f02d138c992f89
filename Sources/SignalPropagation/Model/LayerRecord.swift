import Kernels

/// What a run, or the theory, yields for one layer: the hinge between running and reporting.
///
/// A figure that was not computed is `nil`.
package struct LayerRecord: Equatable, Sendable {
  /// Layers applied; 0 is the input.
  package var layer: Int
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
  /// How the entries of h are distributed.
  package var histogram: Histogram?
  /// Mean |d Σh / d input| over all entries of the input.
  package var gradMeanAbs: Magnitude?
  /// Mean |∂L/∂W| over all entries of the layer's matrices.
  package var weightGradMeanAbs: Magnitude?
  /// The singular values of ∂h/∂h₀ for the first row of the batch.
  package var singularValues: SingularValues?
  /// The standard deviation that the infinite-width theory predicts.
  package var predictedOutStd: Magnitude?
  /// The mean |gradient| that the infinite-width theory predicts.
  package var predictedGradMeanAbs: Magnitude?

  /// The mean cosine similarity between distinct rows that the infinite-width theory predicts.
  package var predictedSimilarity: Double?

  /// A record of `layer` in which nothing is computed yet.
  package init(layer: Int) {
    self.layer = layer
  }
}
