/// A value of one column.
enum Cell: Equatable {
  case text(String)
  case number(String)
  /// NaN or an infinity, which JSON has no number for.
  case notFinite(String)
  case empty

  init(_ value: Double?) {
    self = value.map { $0.isFinite ? .number($0.shortest) : .notFinite($0.shortest) } ?? .empty
  }

  init(_ value: Int) { self = .number(String(value)) }

  init(text: String?) { self = text.map(Cell.text) ?? .empty }

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

/// One column of tidy rows.
struct Column<Row>: Sendable {
  let name: String
  let cell: @Sendable (Row) -> Cell

  init(_ name: String, cell: @escaping @Sendable (Row) -> Cell) {
    self.name = name
    self.cell = cell
  }
}

/// Tidy rows of one kind: their columns, and how they are written.
struct RowTable<Row>: Sendable {
  /// In the order of the file.
  let columns: [Column<Row>]

  init(_ columns: [Column<Row>]) { self.columns = columns }

  /// The first line of a CSV file.
  var header: String { columns.map(\.name).joined(separator: ",") + "\n" }

  /// A line of a CSV file.
  func csv(_ row: Row) -> String { csvCells(row).joined(separator: ",") + "\n" }

  /// The cells of a line of a CSV file.
  func csvCells(_ row: Row) -> [String] { columns.map { $0.cell(row).csv } }

  /// A JSON object on a line, with `members` after those of the columns.
  func json(_ row: Row, members: [String] = []) -> String {
    "{\((jsonMembers(row) + members).joined(separator: ", "))}\n"
  }

  /// The members of a JSON object.
  func jsonMembers(_ row: Row) -> [String] {
    columns.map { "\"\($0.name)\": \($0.cell(row).json)" }
  }
}
