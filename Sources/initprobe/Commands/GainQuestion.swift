import SignalPropagation

/// A question for the gains worth using, and how to answer it.
struct GainQuestion: Equatable {
  /// The stack; its own gain does not matter.
  var experiment: Experiment
  var format: Format
  var header: Bool
  var destination: Destination
}

/// A row of the answer: a gain that has a name, and what it does, or why there is none.
struct GainRow {
  let name: String
  let outcome: Outcome

  enum Outcome {
    case assessment(GainAssessment)
    /// A few words.
    case none(String)
  }
}

extension GainQuestion {
  func answer() throws(Failure) {
    try destination.check()
    let rows = gainRows(experiment)
    let text =
      switch format {
      case .text: gainTable(rows) + gainAdvice(experiment)
      case .csv: (header ? gainHeader : "") + gainCSV(rows, of: experiment)
      case .jsonl: gainJSONLines(rows, of: experiment)
      }
    try destination.write(text)
  }
}

/// The named gains, then the edge of chaos; in a residual stack, where nearly all have nothing to say, also
/// the gain 1.
func gainRows(_ experiment: Experiment) -> [GainRow] {
  func assess(_ gain: Double) -> GainRow.Outcome {
    var experiment = experiment
    experiment.gain = gain
    return .assessment(experiment.assessGain())
  }
  var rows = GainName.allCases.map { name in
    do throws(GainError) {
      return GainRow(name: name.rawValue, outcome: assess(try name.value(for: experiment)))
    } catch {
      return GainRow(name: name.rawValue, outcome: .none(error.reason.summary))
    }
  }
  let edge = experiment.edgeOfChaos()
  rows.append(
    GainRow(name: "edge", outcome: edge.map { assess($0.gain) } ?? .none("no edge of chaos")))
  if experiment.skip != nil { rows.append(GainRow(name: "1", outcome: assess(1))) }
  return rows
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
    case .noneFound: "none from 1e-6 to 1e6"
    case .gainUnused: "no matrix uses the gain"
    case .notCovered(let limit): limit.summary
    }
  }
}
