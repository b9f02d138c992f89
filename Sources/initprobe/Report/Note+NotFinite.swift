import SignalPropagation

extension Note {
  /// One line for each main quantity that is not finite, saying where that began.
  static func notFinite(in trials: [Trial]) -> String {
    Quantity.main.flatMap { quantity in
      [("inf", false), ("nan", true)].compactMap { kind, isNaN in
        firstLayer(in: trials) { record in
          quantity.value(in: record).map { !$0.isFinite && $0.isNaN == isNaN } ?? false
        }.map { "Note: \(quantity.label) is \(kind) first at layer \($0).\n" }
      }
    }.joined()
  }

  /// A line that says where the signal ends; below 1.4e-45 single precision has nothing but 0.
  static func zero(in trials: [Trial]) -> String {
    let layer = firstLayer(in: trials) { record in
      if case .magnitude(let out) = Quantity.out.value(record.measured) {
        out == Magnitude(0)
      } else {
        false
      }
    }
    return layer.map { "Note: \(Quantity.out.label) is 0 first at layer \($0).\n" } ?? ""
  }

  private static func firstLayer(
    in trials: [Trial], where condition: @escaping (LayerRecord) -> Bool
  ) -> Int? {
    trials.lazy.flatMap(\.records).filter(condition).map(\.layer).min()
  }
}
