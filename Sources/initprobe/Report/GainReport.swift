import SignalPropagation

/// The rows as aligned columns; where there is no gain, a dash and why.
func gainTable(_ rows: [GainRow]) -> String {
  let titles = ["gain", "value", "out", "grad", "grad per layer", "signal", "gradient"]
  let lines = [titles] + rows.map(cells)
  let widths = titles.indices.map { column in
    // A reason, the last of its line, may run on over the empty columns.
    lines.compactMap { line in
      column < line.count && (line.count == titles.count || column < line.count - 1)
        ? line[column].count : nil
    }.max() ?? 0
  }
  return lines.map { line in
    let padded = zip(line, widths).map { text, width in
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let text = padded.joined(separator: "  ")
    return text.prefix(through: text.lastIndex { $0 != " " }!) + "\n"
  }.joined()
}

private func cells(_ row: GainRow) -> [String] {
  switch row.outcome {
  case .none(let reason): [row.name, "—", reason]
  case .assessment(let gain):
    [
      row.name, figure(gain.gain), figure(gain.out), figure(gain.gradient),
      "×\(figure(gain.gradientGrowth))", gain.signalVerdict.rawValue,
      gain.gradientVerdict.rawValue,
    ]
  }
}

/// What the table does not show: that no gain holds. A paragraph after an empty line, or nothing.
func gainAdvice(_ experiment: Experiment) -> String {
  let advice = experiment.skip == nil ? driftAdvice(experiment) : residualAdvice
  return advice.map { "\n" + wrapped($0) } ?? ""
}

private let residualAdvice: String? =
  "A residual stack adds to the signal in every layer, at any gain: a smaller gain, or a smaller"
  + " '--skip', lets it grow more slowly."

private func driftAdvice(_ experiment: Experiment) -> String? {
  guard let unit = try? GainName.unit.value(for: experiment) else { return nil }
  var atUnit = experiment
  atUnit.gain = unit
  let one = atUnit.fixedPoints().first { ($0.q - 1).magnitude < 1e-6 }
  guard let one, !one.isStable else { return nil }
  let drift =
    "The unit gain does not hold: its fixed point is unstable. A deviation grows tenfold every"
    + " \(fixed(one.layersPerTenfold, decimals: 1)) layers, and the signal drifts away"
  return experiment.hasStableGain()
    ? "\(drift)."
    : "\(drift), to 0 or to infinity. No other gain has a stable fixed point either, so none holds over"
      + " a deep stack."
}

/// One column of the tidy rows of gains.
private struct GainColumn: Sendable {
  let name: String
  let cell: @Sendable (Experiment, GainRow) -> Cell

  /// In the order of the file. The names are those of the rows of a measurement where they mean the same.
  static let all: [GainColumn] = [
    GainColumn(name: "activation") { stack, _ in .text(stack.layer.description) },
    GainColumn(name: "name") { _, row in .text(row.name) },
    GainColumn(name: "gain") { _, row in Cell(row.assessment?.gain) },
    GainColumn(name: "init") { stack, _ in .text(stack.initializer.description) },
    GainColumn(name: "skip") { stack, _ in Cell(stack.skip) },
    GainColumn(name: "input_std") { stack, _ in Cell(stack.inputStd) },
    GainColumn(name: "width") { stack, _ in Cell(stack.shape.width(ofLayer: stack.shape.depth)) },
    GainColumn(name: "depth") { stack, _ in Cell(stack.shape.depth) },
    GainColumn(name: "predicted_out_std") { _, row in Cell(row.assessment?.out) },
    GainColumn(name: "predicted_grad_mean_abs") { _, row in Cell(row.assessment?.gradient) },
    GainColumn(name: "out_growth") { _, row in Cell(row.assessment?.signalGrowth) },
    GainColumn(name: "grad_growth") { _, row in Cell(row.assessment?.gradientGrowth) },
    GainColumn(name: "signal") { _, row in
      row.assessment.map { .text($0.signalVerdict.rawValue) } ?? .empty
    },
    GainColumn(name: "gradient") { _, row in
      row.assessment.map { .text($0.gradientVerdict.rawValue) } ?? .empty
    },
    GainColumn(name: "reason") { _, row in row.reason.map { .text($0) } ?? .empty },
  ]
}

extension GainRow {
  fileprivate var assessment: GainAssessment? {
    if case .assessment(let assessment) = outcome { assessment } else { nil }
  }

  /// Why there is no gain.
  fileprivate var reason: String? { if case .none(let reason) = outcome { reason } else { nil } }
}

/// The first line of a CSV file of gains.
let gainHeader = GainColumn.all.map(\.name).joined(separator: ",") + "\n"

/// A line for each gain.
func gainCSV(_ rows: [GainRow], of experiment: Experiment) -> String {
  rows.map { row in
    GainColumn.all.map { $0.cell(experiment, row).csv }.joined(separator: ",") + "\n"
  }.joined()
}

/// A JSON object on a line for each gain.
func gainJSONLines(_ rows: [GainRow], of experiment: Experiment) -> String {
  rows.map { row in
    let members = GainColumn.all.map { "\"\($0.name)\": \($0.cell(experiment, row).json)" }
    return "{\(members.joined(separator: ", "))}\n"
  }.joined()
}
