import SignalPropagation

/// The lines of the thread's snippet: `in:` for the input, then `out:` and `grad:` for each reported
/// layer; over several trials each figure is their mean ± standard deviation. A prediction stands in
/// brackets behind what was measured, or for itself where nothing was.
func textReport(_ trials: [Trial]) -> String {
  guard let first = trials.first else { return "" }
  return first.records.indices.map { index in
    line(of: trials.map { $0.records[index] }) + "\n"
  }.joined()
}

private func line(of records: [LayerRecord]) -> String {
  let isInput = records[0].layer == 0
  let figures = Figure.allCases.compactMap { kind -> String? in
    let measured = records.compactMap(kind.measured)
    let texts = [
      measured.isEmpty ? nil : spread(measured), kind.predicted(in: records[0]).map(figure),
    ]
    return withPrediction(texts[0], texts[1]).map { "\(isInput ? "in" : kind.rawValue): \($0)" }
  }
  return figures.joined(separator: " ")
}

/// `0.6513 (0.6514)`, or the one that there is.
private func withPrediction(_ measured: String?, _ predicted: String?) -> String? {
  guard let measured, let predicted else { return measured ?? predicted }
  return "\(measured) (\(predicted))"
}

private func spread(_ values: [Magnitude]) -> String {
  guard values.count > 1 else { return figure(values[0]) }
  let spread = Spread(of: values)
  return "\(figure(spread.mean)) ± \(figure(spread.standardDeviation))"
}
