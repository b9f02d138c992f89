import SignalPropagation

/// How a sweep's rows are written, by the extension of the file's name.
enum RowFormat: String {
  case csv, jsonl

  init?(path: String) {
    guard let dot = path.lastIndex(of: "."), dot != path.startIndex else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }

  /// The lines before the rows of runs with these numbers of a user's own.
  func header(settings: [String]) -> String {
    self == .csv ? LayerRow.table(settings: settings).header : ""
  }

  /// A line for each layer of a trial, made when it is looked at.
  func rows(_ trial: Trial) -> some Sequence<String> {
    let table = LayerRow.table(settings: trial.experiment.settingNames)
    return trial.rows.lazy.map { self == .csv ? table.csv($0) : $0.json(table) }
  }

  /// All lines of a point of a sweep, which can be told from those of other sweeps.
  func text(ofPoint trial: Trial) -> String {
    var text = ""
    for (index, line) in rows(trial).enumerated() {
      // Room for all lines, as a text that grows by doubling is there twice each time. The first line has
      // less than the others; the second is like them but for the length of their numbers.
      if index == 1 {
        text.reserveCapacity(trial.records.count * (line.utf8.count + line.utf8.count / 16))
      }
      text += line
    }
    let member = self == .csv ? "" : NotFinite.member(NotFinite.columns(of: trial))
    if !member.isEmpty {
      text.replaceSubrange(text.utf8.index(text.endIndex, offsetBy: -2)..., with: "\(member)}\n")
    }
    return text
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
      LayerRow.figures.columns.filter { $0.name == name }.flatMap { trial.rows.map($0.cell) }
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

/// What a row has behind its layer, or the rows of a point together: it tells the options of their sweep.
struct RowFigures {
  /// Whether the output of a layer is a number: where it is not, its gradient is none either.
  private var hasSignal = false
  private var hasGradient = false
  private var hasPrediction = false
  private var hasSpectrum = false

  /// - Parameters:
  ///   - cells: In the order of `LayerRow.figures`, empty where nothing was computed or JSON does not tell.
  ///   - hasSpectrum: Whether the row says by itself that singular values were asked for.
  init(_ cells: [Substring], hasSpectrum: Bool) {
    hasSignal = !cells[RowFigures.signal].isEmpty
    hasGradient = !cells[RowFigures.gradient].isEmpty
    hasPrediction = !cells[RowFigures.prediction].isEmpty
    self.hasSpectrum = hasSpectrum || !cells[RowFigures.spectrum].isEmpty
  }

  /// Those of no row.
  init() {}

  private static let signal = place("out_std")
  private static let gradient = place("grad_mean_abs")
  private static let prediction = place("predicted_out_std")
  private static let spectrum = place("sv_mean_square")

  private static func place(_ column: String) -> Int {
    LayerRow.figures.columns.firstIndex { $0.name == column }!
  }

  /// Takes the next row of the point.
  mutating func add(_ row: RowFigures, layer: Int) {
    hasSignal = hasSignal || layer > 0 && row.hasSignal
    hasGradient = hasGradient || row.hasGradient
    hasPrediction = hasPrediction || row.hasPrediction
    hasSpectrum = hasSpectrum || row.hasSpectrum
  }

  /// The option in which the point is not one with these; `nil` where there is none.
  func otherOption(gradients: Bool, theory: Bool, spectrum: Bool) -> String? {
    let isOther = gradients ? hasSignal && !hasGradient : hasGradient
    if isOther { return "--no-grad" }
    if theory != hasPrediction { return "--theory" }
    return spectrum != hasSpectrum ? "--spectrum" : nil
  }

  /// The option in which two points differ; `nil` where there is none.
  func otherOption(than other: RowFigures) -> String? {
    let differs = hasSignal && other.hasSignal && hasGradient != other.hasGradient
    return differs
      ? "--no-grad"
      : otherOption(
        gradients: hasGradient, theory: other.hasPrediction, spectrum: other.hasSpectrum)
  }
}

/// The parameters of a point as its rows begin with them.
struct RowStart {
  private let format: RowFormat
  private let cells: [String]
  private let start: String

  init(_ experiment: Experiment, _ format: RowFormat) {
    self.format = format
    let row = LayerRow(experiment: experiment, record: LayerRecord(layer: 0))
    let parameters = LayerRow.parameters(settings: experiment.settingNames)
    cells = parameters.csvCells(row)
    switch format {
    case .csv: start = cells.map { "\($0)," }.joined()
    case .jsonl: start = "{" + parameters.jsonMembers(row).map { "\($0), " }.joined()
    }
  }

  /// What the row of a layer begins with, the separator after the layer included.
  func bytes(layer: Int) -> [UInt8] {
    switch format {
    case .csv: Array("\(start)\(layer),".utf8)
    case .jsonl: Array("\(start)\"layer\": \(layer), ".utf8)
    }
  }

  /// The parameters without the separator after them.
  var parameters: String { String(start.dropLast(format == .csv ? 1 : 2)) }

  /// The parameters for a message.
  func description(layer: Int) -> String {
    cells.map { "\($0)," }.joined() + "\(layer)"
  }
}

extension RowFormat {
  /// The numbers of a user's own that the header of a file tells, or its first row where it has none.
  func settings(ofFirstLine line: Substring) -> [String] {
    let names =
      self == .csv
      ? line.split(separator: ",").map(String.init)
      : RowFormat.cells(ofParameters: line).map { cell in
        String(cell.drop { "{ \"".contains($0) }.prefix { $0 != "\"" })
      }
    let ends = [Parameter.named("skip"), Parameter.afterSettings].map {
      names.firstIndex(of: $0.name)
    }
    guard let skip = ends[0], let next = ends[1], skip < next else { return [] }
    return Array(names[(skip + 1)..<next])
  }

  /// The parameters of a row one by one, in JSON with their names.
  static func cells(ofParameters parameters: Substring) -> [Substring] {
    var cells: [Substring] = []
    var start = parameters.startIndex
    var isQuoted = false
    for index in parameters.indices {
      if parameters[index] == "\"" { isQuoted.toggle() }
      guard parameters[index] == ",", !isQuoted else { continue }
      cells.append(parameters[start..<index])
      start = parameters.index(after: index)
    }
    return cells + [parameters[start...]]
  }

  /// The parts of a row; `nil` where the text is no row.
  func parts(_ row: Substring) -> (parameters: Substring, layer: Int, figures: RowFigures)? {
    guard let key = lastLayer(in: row) else { return nil }
    let after = row[key.upperBound...]
    guard let comma = after.utf8.firstIndex(of: UInt8(ascii: ",")),
      let layer = Int(after[..<comma]), layer >= 0,
      let figures = figures(String(after[after.utf8.index(after: comma)...].drop { $0 == " " }))
    else { return nil }
    return (row[..<key.lowerBound], layer, figures)
  }

  /// What stands between the parameters and the layer: a comma in CSV, the name of the column in JSON.
  private func lastLayer(in row: Substring) -> Range<Substring.Index>? {
    switch self {
    case .csv:
      let commas = row.utf8.indices.filter { row.utf8[$0] == UInt8(ascii: ",") }
      let figures = LayerRow.figures.columns.count
      guard commas.count > figures else { return nil }
      let comma = commas[commas.count - figures - 1]
      return comma..<row.utf8.index(after: comma)
    case .jsonl:
      let key = Array(", \"layer\": ".utf8)
      return row.utf8.indices.lazy.compactMap { start in
        row.utf8[start...].starts(with: key)
          ? start..<row.utf8.index(start, offsetBy: key.count) : nil
      }.first
    }
  }

  /// What a row has behind its layer; `nil` where the text is no such row.
  func figures(_ text: String) -> RowFigures? {
    guard let (cells, hasSpectrum) = self == .csv ? csvCells(text) : jsonCells(text),
      cells.count == LayerRow.figures.columns.count,
      cells.allSatisfy({ $0.utf8.allSatisfy(RowFormat.isOfNumber) })
    else { return nil }
    return RowFigures(cells, hasSpectrum: hasSpectrum)
  }

  private func csvCells(_ text: String) -> (cells: [Substring], hasSpectrum: Bool)? {
    (text.split(separator: ",", omittingEmptySubsequences: false), false)
  }

  private func jsonCells(_ text: String) -> (cells: [Substring], hasSpectrum: Bool)? {
    guard text.hasSuffix("}") else { return nil }
    let notFinite = NotFinite.columns(of: text.dropLast())
    let members = text.dropLast(NotFinite.member(notFinite).count + 1)
      .split(separator: ",", omittingEmptySubsequences: false)
    let columns = LayerRow.figures.columns
    let others = members.dropFirst(columns.count)
    guard members.count >= columns.count, others.isEmpty || RowFormat.areSingularValues(others)
    else { return nil }
    var cells: [Substring] = []
    for (index, (member, column)) in zip(members, columns).enumerated() {
      let key = "\(index == 0 ? "" : " ")\"\(column.name)\": "
      guard member.hasPrefix(key) else { return nil }
      let value = member.dropFirst(key.count)
      if notFinite.contains(column.name), value != "null" { return nil }
      cells.append(value != "null" ? value : notFinite.contains(column.name) ? "nan" : "")
    }
    return (cells, !others.isEmpty)
  }

  /// Whether these parts between commas are the member of the singular values.
  private static func areSingularValues(_ parts: ArraySlice<Substring>) -> Bool {
    var parts = Array(parts)
    let key = " \(LayerRow.singularValuesKey)"
    guard parts[0].hasPrefix(key) else { return false }
    parts[0].removeFirst(key.count)
    if parts == ["null"] { return true }
    guard parts[0].hasPrefix("["), parts[parts.count - 1].hasSuffix("]") else { return false }
    parts[0].removeFirst()
    parts[parts.count - 1].removeLast()
    return parts.enumerated().allSatisfy { index, part in
      (index == 0 || part.hasPrefix(" "))
        && part.utf8.dropFirst(min(index, 1)).allSatisfy(isOfNumber)
    }
  }

  /// The characters of numbers, `nan` and `inf`.
  private static func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "+-.einfa".utf8.contains(byte)
    }
  }
}
