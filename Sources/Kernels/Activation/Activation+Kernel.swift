extension Activation {
  /// Reads z and writes φ(z) and φ′(z), single precision.
  ///
  /// - Parameters:
  ///   - z: `groups` times 16 arguments, 64-byte aligned.
  ///   - value: Room for as many results; may be `z` itself.
  ///   - derivative: Room for as many derivatives, apart from `value`; may be `z` itself.
  func apply(
    to z: UnsafePointer<LaneGroup>, value: UnsafeMutablePointer<LaneGroup>,
    derivative: UnsafeMutablePointer<LaneGroup>, groups: Int
  ) {
    withFunction { function in
      for i in 0..<groups {
        let result = function(Lanes(z[i]))
        value[i] = result.value.floats
        derivative[i] = result.derivative.floats
      }
    }
  }

  /// The same without the derivative.
  func apply(
    to z: UnsafePointer<LaneGroup>, value: UnsafeMutablePointer<LaneGroup>, groups: Int
  ) {
    withFunction { function in
      for i in 0..<groups { value[i] = function(Lanes(z[i])).value.floats }
    }
  }
}
