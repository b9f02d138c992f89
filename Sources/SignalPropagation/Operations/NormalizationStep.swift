import Kernels

/// y = (v − mean)·r or v·r over the units of each row.
struct NormalizationStep: Equatable, Sendable {
  let kind: Normalization

  /// Keeps y itself and r of each row.
  func forward(
    _ operand: Panels, _ resources: Operation.Resources
  ) -> (Panels, Operation.Saved) {
    let result = resources.spare[0] ? operand : operand.like(in: resources.pool)
    let reciprocals = operand.normalize(kind, into: result)
    return (
      result,
      resources.purpose == .output
        ? .nothing : .normalization(result: result, reciprocals: reciprocals)
    )
  }

  /// v̄ += (ȳ − mean(ȳ) − y·mean(y ȳ))·r
  func pullBack(
    _ cotangents: [Panels], _ saved: Operation.Saved, into target: [Panels], adding: Bool
  ) {
    guard case .normalization(let y, let reciprocals) = saved else {
      preconditionFailure("a normalisation keeps its result")
    }
    for (cotangent, target) in zip(cotangents, target) {
      target.pullBack(kind, cotangent, normalized: y, reciprocals: reciprocals, adding: adding)
    }
  }
}
