import SignalPropagation

/// What is shown of the trials of one run.
struct RunReport {
  let trials: [Trial]
  /// Whether text shows more of a layer than its main quantities.
  var statistics = false
  /// Whether a chart stands below the text.
  var chart = false

  /// The text in the format that is asked for, a line at a time, and then `end`.
  func pieces(_ output: OutputOptions, end: String = "") -> some Sequence<String> {
    let parts: [AnySequence<String>] =
      switch output.format {
      case .text: [AnySequence(lines), AnySequence([extremes, chartText])]
      case .table: [AnySequence(table.pieces), AnySequence([chartText])]
      case .csv: [AnySequence([output.header ? header : ""]), rows(.csv)]
      case .jsonl: [rows(.jsonl)]
      }
    return (parts + [AnySequence([end])]).joined()
  }

  private func rows(_ format: RowFormat) -> AnySequence<String> {
    AnySequence(trials.lazy.flatMap(format.rows))
  }

  private var header: String {
    RowFormat.csv.header(settings: trials[0].experiment.settingNames)
  }

  private var chartText: String { chart ? Chart(records: trials[0].records).text : "" }

  /// Aligned columns: the layer, then each quantity that there is, measured and predicted.
  private var table: AlignedTable<some Sequence<[String]>> {
    let quantities = Quantity.main + (statistics ? Quantity.statistics : []) + Quantity.spectrum
    let layers = layers
    let columns =
      quantities.flatMap { quantity in
        let isMeasured = layers.contains { quantity.measuredText(of: $0) != nil }
        return [
          (quantity.title, { (records: [LayerRecord]) in quantity.measuredText(of: records) }),
          (
            isMeasured ? "predicted" : quantity.title,
            { (records: [LayerRecord]) in quantity.predictedText(of: records) }
          ),
        ]
      } + [("histogram", { records in histogram(of: records).map { "\($0)" } })]
    let shown = columns.filter { column in layers.contains { column.1($0) != nil } }
    let lines = layers.map { records in
      ["\(records[0].layer)"] + shown.map { $0.1(records) ?? "" }
    }
    return AlignedTable(
      lines: [AnySequence([["layer"] + shown.map(\.0)]), AnySequence(lines)].joined(),
      isRightAligned: true)
  }

  /// The records of each layer, put together when they are looked at: one of each trial.
  private var layers: LazyMapSequence<Range<Int>, [LayerRecord]> {
    trials[0].records.indices.lazy.map { index in trials.map { $0.records[index] } }
  }

  /// The lines of the thread's snippet: `in:` for the input, then `out:` and `grad:` for each reported
  /// layer; over several trials each figure is their mean ± standard deviation. A prediction stands in
  /// brackets behind what was measured, or for itself where nothing was.
  var lines: some Sequence<String> {
    let quantities = Quantity.main + (statistics ? Quantity.statistics : [])
    return layers.map { records in
      let items = quantities.compactMap { $0.item(of: records) }
      return items.joined(separator: " ") + "\n" + spectrum(of: records)
        + (histogram(of: records).map { "  \($0)\n" } ?? "")
    }
  }

  /// Where the gradient of one loss is smallest and where it is largest, as means of the trials.
  private var extremes: String {
    guard let first = trials.first, first.experiment.backward == .last else { return "" }
    return Quantity.main.filter(\.needsGradients).map { quantity in
      let means = first.records.indices.compactMap { index -> (layer: Int, mean: Magnitude)? in
        let figures = trials.compactMap { quantity.value(in: $0.records[index]) }
        guard !figures.isEmpty, case .magnitude(let mean) = TrialStatistics(of: figures).mean,
          !mean.significand.isNaN
        else { return nil }
        return (first.records[index].layer, mean)
      }
      guard means.count > 1, let least = means.min(by: { $0.mean < $1.mean }),
        let most = means.max(by: { $0.mean < $1.mean })
      else { return "" }
      return "smallest \(quantity.label): \(least.mean.figure) at \(place(least.layer)), largest:"
        + " \(most.mean.figure) at \(place(most.layer))\n"
    }.joined()
  }

  private func place(_ layer: Int) -> String { layer == 0 ? "the input" : "layer \(layer)" }

  /// A line of the singular values, the predicted ones in brackets; what is below the floor of single
  /// precision is said to be so.
  private func spectrum(of records: [LayerRecord]) -> String {
    guard records.contains(where: { ($0.measured.spectrum ?? $0.predicted.spectrum) != nil }) else {
      return ""
    }
    let items = Quantity.spectrum.map { $0.item(of: records) ?? "\($0.label): unknown" }
    return "  singular values \(items.joined(separator: " "))\n"
  }
}

extension Quantity {
  /// What a table of several kinds of quantities calls it.
  fileprivate var title: String { place == .spectrum ? "sv \(label)" : label }

  /// `out: 0.6513 (0.6514)`, or with the one value that there is; `nil` where there is none.
  fileprivate func item(of records: [LayerRecord]) -> String? {
    let predicted = predictedText(of: records)
    let label = records[0].layer == 0 ? inputLabel : label
    guard let measured = measuredText(of: records) else {
      return predicted.map { "\(label): \($0)" }
    }
    return "\(label): \(measured)\(predicted.map { " (\($0))" } ?? "")"
  }

  /// What was measured in all trials; `nil` where nothing was.
  fileprivate func measuredText(of records: [LayerRecord]) -> String? {
    floorText(of: records) ?? text(records.compactMap { value($0.measured) })
  }

  /// Of a singular value that is below the floor of single precision, in some trials or in all: the mean of the
  /// others would be too large. The floor is the highest of these trials.
  private func floorText(of records: [LayerRecord]) -> String? {
    guard place == .spectrum else { return nil }
    let floors = records.filter { value($0.measured) == nil }
      .compactMap(\.measured.singularValues)
      .map { Magnitude($0.floor, timesPowerOfTwo: $0.exponent) }
    guard let floor = floors.max() else { return nil }
    let bound = "below \(floor.figure)"
    return floors.count == records.count
      ? bound : "\(bound) in \(floors.count) of \(records.count)"
  }

  /// What is predicted, for all trials alike.
  fileprivate func predictedText(of records: [LayerRecord]) -> String? {
    value(records[0].predicted).map(text)
  }

  /// One value, or mean ± standard deviation of several.
  private func text(_ values: [Figure]) -> String? {
    guard values.count > 1 else { return values.first.map(text) }
    let statistics = TrialStatistics(of: values)
    return "\(text(statistics.mean)) ± \(text(statistics.standardDeviation))"
  }

  private func text(_ value: Figure) -> String {
    switch (value, style) {
    case (.magnitude(let magnitude), _): magnitude.figure
    case (.real(let value), .figure): value.figure
    case (.real(let value), .share): value.share
    }
  }
}
