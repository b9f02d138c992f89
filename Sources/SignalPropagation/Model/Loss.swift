/// A function of a layer's output whose gradient is asked for.
package enum Loss: String, CaseIterable, Sendable {
  /// The sum of all entries, as in the thread: the cotangent is all ones.
  case sum
  /// A random readout, as a training loss sends down: independent cotangents of variance 1. A measurement at
  /// layer l takes `torch.randn(batch, d, generator=torch.Generator().manual_seed(seed + l))`.
  case random

  /// The sum; but behind a normalisation that is a constant, or nearly so, and its gradient noise.
  package static func standard(for layer: Layer) -> Loss { layer.normalizes ? .random : .sum }
}
