/// Lines of cells in aligned columns, two spaces apart.
struct AlignedTable<Lines: Sequence<[String]>> {
  /// Titles first. A line with fewer cells than the first ends in one that may run on over the columns that it
  /// lacks. They are gone through twice, so that nobody needs to keep them.
  let lines: Lines
  /// Whether cells stand at the right of their columns, as figures do, but for the last that runs on.
  var isRightAligned = false

  var text: String { pieces.joined() }

  /// The text, a line at a time.
  var pieces: some Sequence<String> {
    let widths = widths
    return lines.lazy.map { line in
      let padded = zip(line, widths).map { text, width in
        let space = String(repeating: " ", count: max(0, width - text.count))
        return isRightAligned ? space + text : text + space
      }
      let text = padded.joined(separator: "  ")
      return text.prefix(through: text.lastIndex { $0 != " " } ?? text.startIndex) + "\n"
    }
  }

  /// Of the columns that the first line has.
  private var widths: [Int] {
    lines.reduce(into: []) { widths, line in
      if widths.isEmpty { widths = Array(repeating: 0, count: line.count) }
      let aligned = line.count == widths.count ? line.count : line.count - 1
      for (column, text) in zip(widths.indices, line.prefix(aligned)) {
        widths[column] = max(widths[column], text.count)
      }
    }
  }
}
