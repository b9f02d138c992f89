import SignalPropagation

/// A small chart for the terminal: the main quantities over the layers, each on a logarithmic scale of its own
/// of whole powers of ten.
struct Chart {
  /// Of the first trial; of the others nothing is shown.
  let records: [LayerRecord]

  private static let height = 6
  private static let width = 60

  /// A block for each quantity that there is, with an empty line before each.
  var text: String {
    let layers = records[(records.firstIndex { $0.layer > 0 } ?? records.endIndex)...]
    return Quantity.expectable.compactMap { quantity in
      let isThere = layers.contains { quantity.value(in: $0) != nil }
      guard isThere else { return nil }
      let shown = Chart.sampled(layers).map { (layer: $0.layer, value: quantity.value(in: $0)) }
      return "\n" + block(quantity.label, shown)
    }.joined()
  }

  private func block(_ label: String, _ shown: [(layer: Int, value: Figure?)]) -> String {
    let logarithms = shown.map { $0.value?.decimalLogarithm }
    let known = logarithms.compactMap(\.self)
    guard let least = known.min(), let most = known.max() else {
      return "\(label): nothing that a chart could show\n"
    }
    let floor = Int(least.rounded(.down))
    let ceiling = max(floor + 1, Int(most.rounded(.up)))
    let perCell = 8 / (Double(ceiling - floor) / Double(Chart.height))
    let levels = logarithms.map { logarithm in
      logarithm.map { max(1, Int((($0 - Double(floor)) * perCell).rounded())) } ?? 0
    }
    let names = [ceiling, floor].map { "1e\($0)" }
    let margin = max(label.count, names.map(\.count).max() ?? 0)
    let columnWidth = min(6, max(1, Chart.width / shown.count))
    let rows = (0..<Chart.height).reversed().map { row in
      let name = row == Chart.height - 1 ? names[0] : row == 0 ? names[1] : ""
      let bars = levels.map { level in
        let block = Character.bars[min(8, max(0, level - 8 * row))]
        return String(repeating: block, count: columnWidth)
      }.joined()
      let line = "\(Chart.padded(name, margin)) │\(bars)"
      return line.prefix(through: line.lastIndex { $0 != " " }!) + "\n"
    }
    let ends = ("layer \(shown[0].layer)", "\(shown[shown.count - 1].layer)")
    let gap = shown.count * columnWidth - ends.0.count - ends.1.count
    let axis =
      shown.count > 1 && gap > 0
      ? ends.0 + String(repeating: " ", count: gap) + ends.1
      : shown.count > 1 ? "\(ends.0) to \(ends.1)" : ends.0
    return "\(label)\n\(rows.joined())\(Chart.padded("", margin)) └\(axis)\n"
  }

  /// At most as many points as there are columns, the first and the last among them.
  private static func sampled(_ records: ArraySlice<LayerRecord>) -> [LayerRecord] {
    guard records.count > width else { return Array(records) }
    return (0..<width).map {
      records[records.startIndex + $0 * (records.count - 1) / (width - 1)]
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension Character {
  /// Bars within one cell, of 0 to 8 eighths of its height.
  static let bars: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
}

extension Figure {
  /// `nil` where a logarithmic scale has no place for it.
  fileprivate var decimalLogarithm: Double? {
    guard isFinite else { return nil }
    let logarithm =
      switch self {
      case .magnitude(let magnitude): magnitude.log10
      case .real(let value): Magnitude(value).log10
      }
    return logarithm.isFinite ? logarithm : nil
  }
}
