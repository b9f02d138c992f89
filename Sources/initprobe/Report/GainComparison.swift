import Arguments
import SignalPropagation

/// The gain to use for each of several layers: a row for each.
struct GainComparison {
  private let rows: [GainRow]

  init(_ stacks: [TheoryStack]) {
    rows = stacks.map { stack in
      switch GainAnswer(stack) {
      case .none(let reason):
        GainRow(stack: stack, name: nil, outcome: .none(reason.summary))
      case .use(let best, let advice):
        GainRow(
          stack: stack, name: best.name, outcome: .assessment(best.assessment),
          code: advice.code.first { $0.framework == .torch }?.line)
      }
    }
  }

  /// Aligned columns; where there is no gain, a dash and why.
  var text: String {
    let titles = ["activation", "gain", "name", "signal", "gradient", "alike", "PyTorch"]
    let lines = rows.map { row -> [String] in
      let activation = row.stack.experiment.layer.description
      guard let assessment = row.assessment else { return [activation, "—", row.reason ?? ""] }
      return [activation, assessment.gain.figure, row.name ?? ""] + row.courses
        + [assessment.similarity.map(\.share) ?? "—", row.code ?? "—"]
    }
    return AlignedTable(lines: [titles] + lines).text + "\n" + GainComparison.explanation.wrapped()
  }

  private static let explanation =
    "Signal and gradient: what becomes of them from the first layer to the last, and back. Alike: the cosine"
    + " with which two inputs end that had nothing in common; 1 is that they have become one. Ask for one layer"
    + " alone, as in 'initprobe gain gelu', and the answer says what else to be aware of."

  /// Tidy rows; `nil` where text is wanted.
  func rows(_ output: OutputOptions) -> String? {
    let columns = GainRow.columns(settings: rows[0].stack.experiment.settingNames)
    return RowTable(
      columns + [
        Column("predicted_similarity") { Cell($0.assessment?.similarity) },
        Column("initializer") { Cell(text: $0.code) },
      ]
    ).text(rows, output)
  }
}
