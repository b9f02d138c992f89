extension String {
  /// The text in quotes, on one line and of bounded length whatever it holds.
  package var quoted: String {
    let longest = 100
    let printable = unicodeScalars.prefix(longest).map { scalar in
      if let byte = scalar.escapedByte { return "\\x" + String(byte, radix: 16, uppercase: true) }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
        return scalar.escaped(asASCII: true)
      default: return String(scalar)
      }
    }
    return "'\(printable.joined())\(unicodeScalars.count > longest ? "…" : "")'"
  }

  /// The text in lines of at most 80 columns, each indented and ended.
  package func wrapped(indent: Int = 0) -> String {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > 80 {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    let margin = String(repeating: " ", count: indent)
    return (lines + [line]).map { "\(margin)\($0)\n" }.joined()
  }
}

extension [String] {
  /// `a`, `a or b`, `a, b or c`.
  package var alternatives: String {
    guard let last, count > 1 else { return first ?? "" }
    return "\(dropLast().joined(separator: ", ")) or \(last)"
  }
}
