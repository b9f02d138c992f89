import SignalPropagation

/// One line for each figure that is not finite, saying where that began.
func notes(_ trials: [Trial]) -> String {
  Figure.allCases.flatMap { figure in
    ["inf", "nan"].compactMap { kind in
      firstLayer(where: figure, is: kind, in: trials).map { layer in
        "Note: \(figure.rawValue) is \(kind) first at layer \(layer).\n"
      }
    }
  }.joined()
}

private func firstLayer(where figure: Figure, is kind: String, in trials: [Trial]) -> Int? {
  let layers = trials.flatMap(\.records).filter { record in
    figure.value(in: record).map { "\($0.significand)" == kind } ?? false
  }
  return layers.map(\.layer).min()
}
