typealias LaneGroup = SIMD16<Float>

extension UnsafeMutablePointer<Float> {
  /// The storage as groups of 16 lanes.
  var groups: UnsafeMutablePointer<LaneGroup> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: LaneGroup.self)
  }
}

extension Panels {
  /// Applies an activation: reads the pre-activations z here, leaves φ′(z) in their place and writes
  /// φ(z) to `output`.
  package func activate(_ activation: Activation, output: Panels) {
    precondition(output.features == features && output.widths == widths)
    activation.apply(preactivation: base, output: output.base, count: count)
  }

  /// b ← h + scale·b, with two roundings as in PyTorch's `h + scale * b`.
  package func scale(by scale: Float, addingTo h: Panels) {
    precondition(h.features == features && h.widths == widths)
    let (b, h) = (base.groups, h.base.groups)
    for i in 0..<(count / Panels.lanes) { b[i] = h[i] + b[i] * scale }
  }
}
