import Kernels

/// y = f(u₁, u₂, …) entry by entry: everything between two matrices in one pass.
struct ElementwiseStep: Equatable, Sendable {
  let program: ElementwiseProgram

  /// Derivatives take the storage of operands that nobody needs any more, then the result does.
  func forward(
    _ operands: [Panels], _ resources: Operation.Resources
  ) -> (Panels, Operation.Saved) {
    var spare = zip(operands, resources.spare).filter(\.1).map(\.0)
    func storage() -> Panels { spare.popLast() ?? operands[0].like(in: resources.pool) }
    guard resources.purpose != .output else {
      let result = storage()
      program.run(operands, result: result)
      return (result, .nothing)
    }
    let stored = (0..<program.storedCount).map { _ in storage() }
    let result = storage()
    let units = program.runWithUnits(
      operands, result: result, stored: stored, count: resources.columnsWithUnits)
    var rest = stored[...]
    let derivatives = program.derivatives.map { derivative -> Panels? in
      switch derivative {
      case .constant: nil
      case .input(let place, _): operands[place]
      case .stored: rest.removeFirst()
      }
    }
    return (result, .elementwise(derivatives: derivatives, units: units))
  }

  /// ūᵢ += (ȳ·factor) ⊙ derivative, in the units of the derivative.
  func pullBack(
    to operand: Int, _ cotangents: [Panels], _ saved: Operation.Saved, into target: [Panels],
    adding: Bool
  ) {
    guard case .elementwise(let derivatives, _) = saved else {
      preconditionFailure("an elementwise step keeps its derivatives")
    }
    let factor = program.derivatives[operand].factor
    for (cotangent, target) in zip(cotangents, target) {
      target.pullBack(
        cotangent, factor: factor, derivative: derivatives[operand], adding: adding)
    }
  }

  /// The operands, by place, that the pullback needs as they are.
  var kept: Set<Int> {
    Set(
      program.derivatives.compactMap { derivative in
        if case .input(let place, _) = derivative { place } else { nil }
      })
  }
}
