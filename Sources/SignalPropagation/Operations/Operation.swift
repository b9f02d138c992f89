import Kernels

/// One step of a layer: values in, a value out, and how cotangents go back.
///
/// Each kind has a file of its own with its forward, its pullback and what it keeps side by side. A new kind is
/// a case here, such a file, and a line in `LayerProgram` that makes it. The tape orders the steps and
/// accumulates; it knows none of them.
enum Operation: Equatable, Sendable {
  case linear(LinearStep)
  case normalization(NormalizationStep)
  case elementwise(ElementwiseStep)

  /// What the pullback of an operation needs from its forward.
  enum Saved {
    case nothing
    case linear(operand: Panels)
    case normalization(result: Panels, reciprocals: [Float])
    /// For each operand the derivative by it; `nil` where it is a number. `units` are powers of two that
    /// multiply each column of the derivatives; `nil` where all are 2⁰.
    case elementwise(derivatives: [Panels?], units: [Int32]?)
  }

  /// What an operation may use beside its operands.
  struct Resources {
    /// Storage for results.
    let pool: Pool
    /// The layer's matrices: W on the way up, Wᵀ on the way down.
    let weights: [LayerWeights.Matrix]
    /// The threads that share each product.
    let team: ProductTeam
    /// What follows.
    var purpose = LayerProgram.Purpose.output
    /// The operands, by place, whose storage the result may take.
    var spare: [Bool] = []
    /// The columns, from the first, in which derivatives may have units of their own.
    var columnsWithUnits = 0
  }

  /// The result, and what its pullback needs.
  func forward(_ operands: [Panels], _ resources: Resources) -> (Panels, Saved) {
    switch self {
    case .linear(let step): step.forward(operands[0], resources)
    case .normalization(let step): step.forward(operands[0], resources)
    case .elementwise(let step): step.forward(operands, resources)
    }
  }

  /// Adds to the cotangents of an operand what comes back through this step.
  ///
  /// - Parameters:
  ///   - operand: Its place.
  ///   - cotangents: Those of the result, one for each loss.
  ///   - target: Those of the operand, as many.
  ///   - adding: Whether the target holds anything yet; where it does not, it may be `cotangents` itself for
  ///     an operation that `worksInPlace`.
  func pullBack(
    to operand: Int, _ cotangents: [Panels], _ saved: Saved, into target: [Panels], adding: Bool,
    _ resources: Resources
  ) {
    switch self {
    case .linear(let step): step.pullBack(cotangents, into: target, adding: adding, resources)
    case .normalization(let step): step.pullBack(cotangents, saved, into: target, adding: adding)
    case .elementwise(let step):
      step.pullBack(to: operand, cotangents, saved, into: target, adding: adding)
    }
  }

  /// Whether a result can stand in the place of its only, or last, operand.
  var worksInPlace: Bool { if case .linear = self { false } else { true } }

  /// Whether the cotangent of this operand is that of the result as it is.
  func passesUnchanged(to operand: Int) -> Bool {
    guard case .elementwise(let step) = self else { return false }
    return step.program.derivatives[operand] == .constant(1)
  }
}
