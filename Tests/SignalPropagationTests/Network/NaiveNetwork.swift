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

  /// The central difference quotients of the sum of each layer's output, the input's first, for each entry
  /// of the input.
  func differences(_ input: [Double], step: Double = 1e-6) -> [[Double]] {
    func sums(_ input: [Double]) -> [Double] { outputs(input).map { $0.reduce(0, +) } }
    var quotients = Array(repeating: [Double](), count: weights.count + 1)
    for index in input.indices {
      var (above, below) = (input, input)
      above[index] += step
      below[index] -= step
      for (layer, (a, b)) in zip(sums(above), sums(below)).enumerated() {
        quotients[layer].append((a - b) / (2 * step))
      }
    }
    return quotients
  }
}
