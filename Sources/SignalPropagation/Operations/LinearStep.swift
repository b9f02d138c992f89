import Kernels

/// z = W u + b with a matrix of the layer.
struct LinearStep: Equatable, Sendable {
  /// Which of the layer's matrices.
  let matrix: Int

  /// The bias is where the sums begin, so it costs no pass over z.
  func forward(
    _ operand: Panels, _ resources: Operation.Resources
  ) -> (Panels, Operation.Saved) {
    let weights = resources.weights[matrix]
    let result = Panels(
      features: weights.packed.rows, widths: operand.widths, pool: resources.pool)
    if let bias = weights.bias { result.fill(columns: bias) }
    weights.packed.multiply(
      [operand], into: [result], adding: weights.bias != nil,
      threads: resources.team.threads(for: weights.packed, [operand]))
    return (result, resources.purpose == .weightGradient ? .linear(operand: operand) : .nothing)
  }

  /// ū += Wᵀ z̄, for all losses together: the matrix is read once.
  func pullBack(
    _ cotangents: [Panels], into target: [Panels], adding: Bool, _ resources: Operation.Resources
  ) {
    let transposed = resources.weights[matrix].packed
    transposed.multiply(
      cotangents, into: target, adding: adding,
      threads: resources.team.threads(for: transposed, cotangents))
  }
}
