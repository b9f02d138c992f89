import SignalPropagation

/// The lines of the thread's snippet: `in:` for the input, then `out:` and `grad:` for each reported
/// layer; over several trials each figure is their mean ± standard deviation.
func textReport(_ trials: [Trial]) -> String {
  guard let first = trials.first else { return "" }
  return first.records.indices.map { index in
    line(of: trials.map { $0.records[index] }) + "\n"
  }.joined()
}

private func line(of records: [LayerRecord]) -> String {
  let isInput = records[0].layer == 0
  let figures = Figure.allCases.compactMap { kind -> String? in
    let values = records.compactMap(kind.value)
    guard !values.isEmpty else { return nil }
    return "\(isInput ? "in" : kind.rawValue): \(spread(values))"
  }
  return figures.joined(separator: " ")
}

private func spread(_ values: [Magnitude]) -> String {
  guard values.count > 1 else { return figure(values[0]) }
  let spread = Spread(of: values)
  return "\(figure(spread.mean)) ± \(figure(spread.standardDeviation))"
}

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
