/// What a run, or the theory, yields for one layer: the hinge between running and reporting.
///
/// A figure that was not computed is `nil`.
public struct LayerRecord: Equatable, Sendable {
  /// Layers applied; 0 is the input.
  public var layer: Int
  /// Mean of all batch × width entries of the layer's output h.
  public var outMean: Double?
  /// Standard deviation over the same entries, unbiased (N − 1), as `torch.std`.
  public var outStd: Magnitude?
  /// The largest |h|.
  public var outAbsMax: Double?
  /// The fraction of entries whose |φ′| is below 0.01.
  public var saturated: Double?
  /// Mean cosine similarity between distinct rows of the batch.
  public var similarity: Double?
  /// How the entries of h are distributed.
  public var histogram: Histogram?
  /// Mean |d Σh / d input| over all entries of the input.
  public var gradMeanAbs: Magnitude?
  /// The standard deviation that the infinite-width theory predicts.
  public var predictedOutStd: Magnitude?
  /// The mean |gradient| that the infinite-width theory predicts.
  public var predictedGradMeanAbs: Magnitude?

  /// The mean cosine similarity between distinct rows that the infinite-width theory predicts.
  public var predictedSimilarity: Double?

  /// A record of `layer` in which nothing is computed yet.
  public init(layer: Int) {
    self.layer = layer
  }
}
