import SignalPropagation

/// A value of one column.
enum Cell: Equatable {
  case text(String)
  case number(String)
  /// NaN or an infinity, which JSON has no number for.
  case notFinite(String)
  case empty

  init(_ value: Double?) {
    guard let value else {
      self = .empty
      return
    }
    self = value.isFinite ? .number(shortest(value)) : .notFinite(shortest(value))
  }

  init(_ value: Magnitude?) {
    guard let value else {
      self = .empty
      return
    }
    self = value.significand.isFinite ? .number(shortest(value)) : .notFinite(shortest(value))
  }

  init(_ value: Int) { self = .number(String(value)) }

  /// After RFC 4180.
  var csv: String {
    switch self {
    case .text(let text):
      text.contains { ",\"\n\r".contains($0) }
        ? "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
        : text
    case .number(let text), .notFinite(let text): text
    case .empty: ""
    }
  }

  /// The texts here are names without anything to escape.
  var json: String {
    switch self {
    case .text(let text): "\"\(text)\""
    case .number(let text): text
    case .notFinite, .empty: "null"
    }
  }
}

/// One column of the tidy rows: a parameter of the run, or a figure of the layer.
struct Column: Sendable {
  let name: String
  let cell: @Sendable (Experiment, LayerRecord) -> Cell

  /// In the order of the file.
  static let all: [Column] = [
    Column(name: "activation") { run, _ in .text(run.layer.description) },
    Column(name: "gain") { run, _ in Cell(run.gain) },
    Column(name: "init") { run, _ in .text(run.initializer.description) },
    Column(name: "skip") { run, _ in Cell(run.skip) },
    Column(name: "input_std") { run, _ in Cell(run.inputStd) },
    Column(name: "width") { run, layer in Cell(run.shape.width(ofLayer: layer.layer)) },
    Column(name: "batch") { run, _ in Cell(run.batch) },
    Column(name: "depth") { run, _ in Cell(run.shape.depth) },
    Column(name: "seed") { run, _ in .number(String(run.seed)) },
    Column(name: "layer") { _, layer in Cell(layer.layer) },
    Column(name: "out_mean") { _, layer in Cell(layer.outMean) },
    Column(name: "out_std") { _, layer in Cell(layer.outStd) },
    Column(name: "out_abs_max") { _, layer in Cell(layer.outAbsMax) },
    Column(name: "saturated") { _, layer in Cell(layer.saturated) },
    Column(name: "similarity") { _, layer in Cell(layer.similarity) },
    Column(name: "grad_mean_abs") { _, layer in Cell(layer.gradMeanAbs) },
    Column(name: "predicted_out_std") { _, layer in Cell(layer.predictedOutStd) },
    Column(name: "predicted_grad_mean_abs") { _, layer in Cell(layer.predictedGradMeanAbs) },
  ]
}

/// The first line of a CSV file.
let csvHeader = Column.all.map(\.name).joined(separator: ",") + "\n"

/// A line for each layer of each trial.
func csvRows(_ trials: [Trial]) -> String {
  lines(trials) { cells, _, _ in cells.map(\.1.csv).joined(separator: ",") }
}

/// A JSON object on a line for each layer of each trial, with the edges and counts of its histogram where
/// one was asked for.
func jsonLines(_ trials: [Trial]) -> String {
  lines(trials) { cells, experiment, record in
    let members =
      cells.map { "\"\($0)\": \($1.json)" }
      + (experiment.histogram ? histogramMembers(record.histogram) : [])
    return "{" + members.joined(separator: ", ") + "}"
  }
}

private func histogramMembers(_ histogram: Histogram?) -> [String] {
  func list(_ items: [String]?) -> String {
    items.map { "[\($0.joined(separator: ", "))]" } ?? "null"
  }
  return [
    "\"bin_edges\": \(list(histogram?.edges.map(shortest)))",
    "\"bin_counts\": \(list(histogram?.counts.map(String.init)))",
  ]
}

private func lines(
  _ trials: [Trial], line: ([(String, Cell)], Experiment, LayerRecord) -> String
) -> String {
  trials.flatMap { trial in
    trial.records.map { record in
      line(
        Column.all.map { ($0.name, $0.cell(trial.experiment, record)) }, trial.experiment, record)
        + "\n"
    }
  }.joined()
}
