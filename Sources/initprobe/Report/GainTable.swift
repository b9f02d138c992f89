import SignalPropagation

/// The gains that have a name, and what each does to a stack; in a residual stack, where nearly all have
/// nothing to say, also the gain 1.
struct GainTable {
  private let rows: [GainRow]

  init(_ stack: TheoryStack) {
    func row(_ name: String, _ gain: Double) -> GainRow {
      GainRow(stack: stack, name: name, outcome: .assessment(stack.with(gain: gain).assessment()))
    }
    var rows = GainName.allCases.map { name in
      do throws(GainError) {
        return row(name.rawValue, try name.value(for: stack.experiment))
      } catch {
        return GainRow(stack: stack, name: name.rawValue, outcome: .none(error.reason.summary))
      }
    }
    if stack.experiment.skip != nil { rows.append(row("1", 1)) }
    self.rows = rows
  }

  /// Aligned columns; where there is no gain, a dash and why. The gradient is a random readout's, and the
  /// factors are those from the first layer to the last, and back.
  var text: String {
    let titles = ["gain", "value", "out", "grad", "signal", "gradient"]
    return AlignedTable(lines: [titles] + rows.map(\.cells)).text
  }

  /// Tidy rows; `nil` where text is wanted.
  func rows(_ output: OutputOptions) -> String? {
    RowTable(GainRow.columns(settings: rows[0].stack.experiment.settingNames)).text(rows, output)
  }
}

extension RowTable {
  /// All rows in the format that was asked for; `nil` where text is wanted.
  func text(_ rows: [Row], _ output: OutputOptions) -> String? {
    switch output.format {
    case .text, .table: nil
    case .csv: (output.header ? header : "") + rows.map(csv).joined()
    case .jsonl: rows.map { json($0) }.joined()
    }
  }
}

/// A gain that has a name, and what it does, or why there is none.
struct GainRow {
  let stack: TheoryStack
  /// `nil` where no name is the one to use.
  let name: String?
  let outcome: Outcome
  /// How to draw the weights with PyTorch, where it is asked for.
  var code: String?

  enum Outcome {
    case assessment(StackAssessment)
    /// A few words.
    case none(String)
  }

  var assessment: StackAssessment? {
    if case .assessment(let assessment) = outcome { assessment } else { nil }
  }

  /// Why there is no gain.
  var reason: String? { if case .none(let reason) = outcome { reason } else { nil } }

  /// Of the text table.
  var cells: [String] {
    switch outcome {
    case .none(let reason): [name ?? "", "—", reason]
    case .assessment(let gain):
      [name ?? "", gain.gain.figure, gain.out.figure, gain.gradient.figure] + courses
    }
  }

  /// What becomes of signal and gradient; none where there is no gain.
  var courses: [String] {
    guard let assessment else { return [] }
    return [
      assessment.signal.rawValue + (assessment.outFactor.factor.map { " \($0)" } ?? ""),
      assessment.gradientCourse.rawValue
        + (assessment.gradientFactor.factor.map { " \($0)" } ?? ""),
    ]
  }

  /// Those of tidy rows, named as those of a measurement where they mean the same.
  static func columns(settings: [String]) -> [Column<GainRow>] {
    let own = Parameter.all(settings: settings)
    let stack = own.filter {
      settings.contains($0.name)
        || ["init", "skip", "input_std", "width", "depth"].contains($0.name)
    }
    return columns([.named("activation")]) + [Column("name") { Cell(text: $0.name) }]
      + [Column("gain") { Cell($0.assessment?.gain) }] + columns(stack)
      + [
        Column("predicted_out_std") { Cell($0.assessment?.out) },
        Column("predicted_grad_mean_abs") { Cell($0.assessment?.gradient) },
        Column("out_growth") { Cell($0.assessment?.outPerLayer) },
        Column("grad_growth") { Cell($0.assessment?.gradientPerLayer) },
        Column("signal") { Cell(text: $0.assessment?.signal.rawValue) },
        Column("gradient") { Cell(text: $0.assessment?.gradientCourse.rawValue) },
        Column("reason") { Cell(text: $0.reason) },
      ]
  }

  /// The width is that of the last layer.
  private static func columns(_ parameters: [Parameter]) -> [Column<GainRow>] {
    parameters.map { parameter in
      Column(parameter.name) { row in
        let experiment = row.stack.experiment
        return parameter.cell(experiment, experiment.shape.depth)
      }
    }
  }
}

extension GainError.Reason {
  /// For a column of the table.
  fileprivate var summary: String {
    switch self {
    case .notTabulated: "calculate_gain has none"
    case .residual: "grows at any gain"
    case .layersDiffer: "layers differ in variance"
    case .tooDeep: "too many layers"
    case .oneLayer: "any gain, in one layer"
    case .meanNotZero: "weights have a mean"
    case .noVariance: "weights have no variance"
    case .gainUnused: "no matrix uses the gain"
    case .notCovered: "not covered by the theory"
    case .noneFound: "none from 1e-6 to 1e6"
    case .noEdge: "no edge of chaos"
    }
  }
}
