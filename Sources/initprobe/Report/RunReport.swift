import SignalPropagation

/// What is shown of the trials of one run.
struct RunReport {
  let trials: [Trial]
  /// Whether text shows more of a layer than its main quantities.
  var statistics = false

  /// In the format that is asked for.
  func text(_ output: OutputOptions) -> String {
    switch output.format {
    case .text: text
    case .csv: (output.header ? LayerRow.table.header : "") + RowFormat.csv.rows(trials)
    case .jsonl: RowFormat.jsonl.rows(trials)
    }
  }

  /// The lines of the thread's snippet: `in:` for the input, then `out:` and `grad:` for each reported
  /// layer; over several trials each figure is their mean ± standard deviation. A prediction stands in
  /// brackets behind what was measured, or for itself where nothing was.
  var text: String {
    guard let first = trials.first else { return "" }
    let quantities = Quantity.main + (statistics ? Quantity.statistics : [])
    return first.records.indices.map { index in
      let records = trials.map { $0.records[index] }
      let items = quantities.compactMap { $0.item(of: records) }
      return items.joined(separator: " ") + "\n"
        + histogramLine(records.compactMap(\.measured.histogram))
    }.joined()
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
}

extension Quantity {
  /// `out: 0.6513 (0.6514)`, or with the one value that there is; `nil` where there is none.
  fileprivate func item(of records: [LayerRecord]) -> String? {
    let predicted = value(records[0].predicted).map(text)
    let label = records[0].layer == 0 ? inputLabel : label
    guard let measured = text(records.compactMap { value($0.measured) }) else {
      return predicted.map { "\(label): \($0)" }
    }
    return "\(label): \(measured)\(predicted.map { " (\($0))" } ?? "")"
  }

  /// One value, or mean ± standard deviation of several.
  private func text(_ values: [Figure]) -> String? {
    guard values.count > 1 else { return values.first.map(text) }
    let statistics = TrialStatistics(of: values)
    return "\(text(statistics.mean)) ± \(text(statistics.standardDeviation))"
  }

  private func text(_ value: Figure) -> String {
    switch (value, style) {
    case (.magnitude(let magnitude), _): figure(magnitude)
    case (.real(let value), .figure): figure(value)
    case (.real(let value), .share): share(value)
    }
  }
}
