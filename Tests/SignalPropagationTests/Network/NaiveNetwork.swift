import SignalPropagation

/// The stack in double precision and in its plainest form, one row at a time: the truth that the tape is
/// held against.
struct NaiveNetwork {
  /// Row-major fan_out × fan_in, one matrix a layer.
  let weights: [[[Double]]]
  let activation: Activation
  let skip: Double?

  /// The outputs of every layer, the input first.
  func outputs(_ input: [Double]) -> [[Double]] {
    weights.reduce(into: [input]) { outputs, weight in
      let h = outputs.last!
      let z = weight.map { row in zip(row, h).reduce(0) { $0 + $1.0 * $1.1 } }
      let branch = z.map { activation.evaluate($0).value }
      outputs.append(skip.map { s in zip(h, branch).map { $0 + s * $1 } } ?? branch)
    }
  }

  /// The central difference quotients of the sum of the output of `layer` for each entry of the input.
  func differences(_ input: [Double], layer: Int, step: Double = 1e-6) -> [Double] {
    input.indices.map { index in
      var (above, below) = (input, input)
      above[index] += step
      below[index] -= step
      let sums = [above, below].map { outputs($0)[layer].reduce(0, +) }
      return (sums[0] - sums[1]) / (2 * step)
    }
  }
}
