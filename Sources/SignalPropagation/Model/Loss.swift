/// The loss at a reported layer whose gradient at the input is taken.
package enum Loss: String, CaseIterable, Sendable {
  /// The sum of the layer's outputs: a cotangent of ones.
  case sum
  /// The sum of the outputs times independent standard normal numbers, as a readout has them.
  case random
}
