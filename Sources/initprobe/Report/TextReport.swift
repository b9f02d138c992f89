import SignalPropagation

/// The lines of the thread's snippet: `in:` for the input, then `out:` and `grad:` for each reported
/// layer; over several trials each figure is their mean ± standard deviation. A prediction stands in
/// brackets behind what was measured, or for itself where nothing was.
///
/// - Parameter statistics: Whether the lines show the other figures of a layer as well.
func textReport(_ trials: [Trial], statistics: Bool = false) -> String {
  guard let first = trials.first else { return "" }
  return first.records.indices.map { index in
    let records = trials.map { $0.records[index] }
    let items = mainItems(records) + (statistics ? statisticsItems(records) : [])
    return items.joined(separator: " ") + "\n" + histogramLine(records.compactMap(\.histogram))
  }.joined()
}

private func mainItems(_ records: [LayerRecord]) -> [String] {
  Figure.allCases.compactMap { kind in
    item(
      records[0].layer == 0 ? "in" : kind.rawValue, spread(records.compactMap(kind.measured)),
      predicted: kind.predicted(in: records[0]).map(figure))
  }
}

private func statisticsItems(_ records: [LayerRecord]) -> [String] {
  [
    item("mean", spread(records.compactMap(\.outMean), as: figure)),
    item("max", spread(records.compactMap(\.outAbsMax), as: figure)),
    item("saturated", spread(records.compactMap(\.saturated), as: share)),
    item(
      "similarity", spread(records.compactMap(\.similarity), as: share),
      predicted: records[0].predictedSimilarity.map(share)),
  ].compactMap(\.self)
}

/// `out: 0.6513 (0.6514)`, or with the one figure that there is.
private func item(_ name: String, _ measured: String?, predicted: String? = nil) -> String? {
  guard let measured else { return predicted.map { "\(name): \($0)" } }
  return "\(name): \(measured)\(predicted.map { " (\($0))" } ?? "")"
}

private func spread(_ values: [Magnitude]) -> String? {
  guard values.count > 1 else { return values.first.map(figure) }
  let spread = Spread(of: values)
  return "\(figure(spread.mean)) ± \(figure(spread.standardDeviation))"
}

/// The same for figures that have a sign, and the range of a float.
private func spread(_ values: [Double], as text: (Double) -> String) -> String? {
  guard values.count > 1 else { return values.first.map(text) }
  let count = Double(values.count)
  let mean = values.reduce(0, +) / count
  let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return "\(text(mean)) ± \(text((squares / (count - 1)).squareRoot()))"
}

/// A line of one block for each bin, as high as the bin's share of the fullest one, between the outermost
/// edges; the trials are added up.
private func histogramLine(_ histograms: [Histogram]) -> String {
  guard var sum = histograms.first else { return "" }
  for histogram in histograms.dropFirst() { sum.add(histogram) }
  sum = sum.finished()
  let blocks = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  let fullest = sum.counts.max() ?? 1
  let bars = sum.counts.map { count in
    let (eighths, rest) = (8 * count).quotientAndRemainder(dividingBy: fullest)
    return blocks[eighths + (rest > 0 ? 1 : 0)]
  }
  let edges = sum.edges
  return "  \(figure(edges[0])) \(bars.joined()) \(figure(edges[edges.count - 1]))\n"
}
