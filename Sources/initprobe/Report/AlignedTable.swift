/// Lines of cells in aligned columns, two spaces apart.
struct AlignedTable {
  /// Titles first. A line with fewer cells than the first ends in one that may run on over the columns that it
  /// lacks.
  let lines: [[String]]
  /// Whether cells stand at the right of their columns, as figures do, but for the last that runs on.
  var isRightAligned = false

  var text: String {
    let columns = lines.first?.count ?? 0
    let widths = (0..<columns).map { column in
      lines.compactMap { line in
        column < line.count && (line.count == columns || column < line.count - 1)
          ? line[column].count : nil
      }.max() ?? 0
    }
    return lines.map { line in
      let padded = zip(line, widths).map { text, width in
        let space = String(repeating: " ", count: max(0, width - text.count))
        return isRightAligned ? space + text : text + space
      }
      let text = padded.joined(separator: "  ")
      return text.prefix(through: text.lastIndex { $0 != " " } ?? text.startIndex) + "\n"
    }.joined()
  }
}
