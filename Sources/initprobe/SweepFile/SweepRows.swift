import SignalPropagation

/// How a sweep's rows are written, by the extension of the file's name.
enum RowFormat: String {
  case csv, jsonl

  init?(path: String) {
    guard let dot = path.lastIndex(of: "."), dot != path.startIndex else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }

  /// The lines before the rows.
  var header: String { self == .csv ? csvHeader : "" }

  func rows(_ trial: Trial) -> String {
    switch self {
    case .csv: return csvRows([trial])
    case .jsonl:
      let lines = jsonLines([trial])
      let member = NotFinite.member(NotFinite.columns(of: trial))
      return member.isEmpty ? lines : "\(lines.dropLast(2))\(member)}\n"
    }
  }
}

/// The member `"not_finite": ["grad_mean_abs"]` at the end of a point's last JSON object.
///
/// JSON has one null for a figure that was not asked for and for one that is no number. Which of the two
/// it is, the other rows of a point tell, unless none of its figures is a number: then this member does,
/// so that a file shows what was asked for.
private enum NotFinite {
  /// The columns that an option of the sweep fills or leaves empty.
  static let candidates = ["grad_mean_abs", "predicted_out_std"]

  /// Those that were asked for, and of which the point has no number.
  ///
  /// Where the signal is no number either, nobody asks what became of the gradient.
  static func columns(of trial: Trial) -> [String] {
    func cells(_ name: String) -> [Cell] {
      Column.figures.filter { $0.name == name }.flatMap { column in
        trial.records.map { column.cell(trial.experiment, $0) }
      }
    }
    let hasSignal = cells("out_std").dropFirst().contains(where: \.isNumber)
    return candidates.filter { name in
      let cells = cells(name)
      guard case .notFinite = cells.last, !cells.contains(where: \.isNumber) else { return false }
      return name != "grad_mean_abs" || hasSignal
    }
  }

  /// The member with the comma before it; empty where there are no columns.
  static func member(_ columns: [String]) -> String {
    columns.isEmpty
      ? "" : ", \"not_finite\": [\(columns.map { "\"\($0)\"" }.joined(separator: ", "))]"
  }

  /// The columns that the text of a row names at its end.
  static func columns(of row: Substring) -> [String] {
    let sets = [candidates] + candidates.map { [$0] }
    return sets.first { row.hasSuffix(member($0)) } ?? []
  }
}

extension Cell {
  fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
}

extension Column {
  /// The parameters of a row, the layer last: they say which row of which point it is.
  static let parameters = Array(all.prefix { $0.name != "layer" })
  /// The figures that follow the layer.
  static let figures = Array(all.drop { $0.name != "layer" }.dropFirst())
}

/// The parameters of a point as its rows begin with them.
struct RowStart {
  private let cells: [Cell]
  private let format: RowFormat
  private let start: String

  init(_ experiment: Experiment, _ format: RowFormat) {
    self.format = format
    let input = LayerRecord(layer: 0)
    cells = Column.parameters.map { $0.cell(experiment, input) }
    switch format {
    case .csv: start = cells.map { "\($0.csv)," }.joined()
    case .jsonl:
      start =
        "{"
        + zip(Column.parameters, cells).map { "\"\($0.name)\": \($1.json), " }.joined()
    }
  }

  /// What the row of a layer begins with, the separator after the layer included.
  func bytes(layer: Int) -> [UInt8] {
    switch format {
    case .csv: Array("\(start)\(layer),".utf8)
    case .jsonl: Array("\(start)\"layer\": \(layer), ".utf8)
    }
  }

  /// The parameters for a message.
  func description(layer: Int) -> String {
    cells.map { "\($0.csv)," }.joined() + "\(layer)"
  }
}

extension RowFormat {
  /// The cells of a row after its layer, in the order of `Column.figures` and empty where nothing was
  /// computed or JSON does not tell; `nil` where the text is no such row.
  func figures(_ bytes: ArraySlice<UInt8>) -> [Substring]? {
    let text = String(decoding: bytes, as: UTF8.self)
    let cells = self == .csv ? csvCells(text) : jsonCells(text)
    guard let cells, cells.count == Column.figures.count,
      cells.allSatisfy({ $0.utf8.allSatisfy(RowFormat.isOfNumber) })
    else { return nil }
    return cells
  }

  private func csvCells(_ text: String) -> [Substring]? {
    text.split(separator: ",", omittingEmptySubsequences: false)
  }

  private func jsonCells(_ text: String) -> [Substring]? {
    guard text.hasSuffix("}") else { return nil }
    let notFinite = NotFinite.columns(of: text.dropLast())
    let members = text.dropLast(NotFinite.member(notFinite).count + 1)
      .split(separator: ",", omittingEmptySubsequences: false)
    guard members.count == Column.figures.count else { return nil }
    var cells: [Substring] = []
    for (index, (member, column)) in zip(members, Column.figures).enumerated() {
      let key = "\(index == 0 ? "" : " ")\"\(column.name)\": "
      guard member.hasPrefix(key) else { return nil }
      let value = member.dropFirst(key.count)
      if notFinite.contains(column.name), value != "null" { return nil }
      cells.append(value != "null" ? value : notFinite.contains(column.name) ? "nan" : "")
    }
    return cells
  }

  /// The characters of numbers, `nan` and `inf`.
  private static func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "+-.einfa".utf8.contains(byte)
    }
  }
}
