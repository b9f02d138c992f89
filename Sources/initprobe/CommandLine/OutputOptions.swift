import Arguments

/// How results are written, and where.
struct OutputOptions: Equatable, Sendable {
  /// As asked for; `nil` where the destination decides.
  var chosenFormat: Format?
  /// Whether CSV begins with its header.
  var header = true
  var destination = Destination.standardOutput
  /// No progress and no notes.
  var quiet = false

  /// That which was asked for, or that which the ending of the destination's name tells, or text.
  var format: Format {
    if let chosenFormat { return chosenFormat }
    guard case .file(let path) = destination, let rows = RowFormat(path: path) else { return .text }
    return rows == .csv ? .csv : .jsonl
  }

  static let table: [Option<OutputOptions>] = [
    Option(
      "--format", "<format>",
      help: "text, table (aligned, with the layers), csv, or jsonl (JSON Lines).",
      default: "by the ending of --output, or text",
      values: .words(Format.allCases.map(\.rawValue))
    ) { (output, operand) throws(ArgumentError) in
      output.chosenFormat = try operand.choice()
    },
    Option("--no-header", help: "CSV rows alone, for appending in a loop.") {
      (output, _) throws(ArgumentError) in output.header = false
    },
    Option(
      "--output", "<file>", help: "Write to this file, complete or not at all.",
      default: "standard output", values: .file
    ) { (output, operand) throws(ArgumentError) in output.destination = Destination(operand.text) },
    Option("--quiet", help: "No progress and no notes on standard error.") {
      (output, _) throws(ArgumentError) in output.quiet = true
    },
  ]

  /// Throws where the header is left out of a format that has none.
  func check() throws(ArgumentError) {
    guard header || format == .csv else {
      throw .needsCompanion("--no-header", companion: "--format csv")
    }
  }
}

/// How records are written.
enum Format: String, CaseIterable {
  case text, table, csv, jsonl

  /// Whether it is for people to read.
  var isText: Bool { self == .text || self == .table }
}
