extension Activation {
  /// Reads z, writes φ(z) to `h` and φ′(z) over z; single precision.
  ///
  /// - Parameters:
  ///   - z: `count` pre-activations, 64-byte aligned, that become the derivatives.
  ///   - h: Room for `count` outputs, 64-byte aligned, apart from `z`.
  ///   - count: A multiple of 16.
  func apply(
    preactivation z: UnsafeMutablePointer<Float>, output h: UnsafeMutablePointer<Float>, count: Int
  ) {
    precondition(count % 16 == 0)
    let preactivation = UnsafeMutableRawPointer(z).assumingMemoryBound(to: Lanes.Floats.self)
    let output = UnsafeMutableRawPointer(h).assumingMemoryBound(to: Lanes.Floats.self)
    withFunction { function in
      for i in 0..<count / 16 {
        let (value, derivative) = function(Lanes(preactivation[i]))
        output[i] = value.floats
        preactivation[i] = derivative.floats
      }
    }
  }
}
