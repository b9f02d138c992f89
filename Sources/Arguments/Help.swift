extension CommandSyntax {
  /// The line of the usage, without the word itself: with the first two options, required ones before all
  /// others, or with one where two would make the line too long.
  package var usage: String {
    let line = usage(options: 2)
    return "USAGE: \(line)".count <= 80 ? line : usage(options: 1)
  }

  private func usage(options count: Int) -> String {
    let arguments = positionals.map(\.synopsis)
    let ordered = options.filter(\.isRequired) + options.filter { !$0.isRequired }
    let foremost = ordered.prefix(count).map { $0.isRequired ? $0.synopsis : "[\($0.synopsis)]" }
    let rest = options.count > foremost.count ? ["[options]"] : []
    return ([invocation] + arguments + foremost + rest).joined(separator: " ")
  }

  /// The whole of `--help`.
  ///
  /// - Parameter appendix: Sections that follow the options.
  package func help(appendix: [HelpSection] = []) -> String {
    var sections: [String] = []
    if !examples.isEmpty {
      sections.append(
        "EXAMPLES:\n" + examples.map { "  \($0.line)\n" + $0.meaning.wrapped(indent: 6) }.joined())
    }
    sections += ["OVERVIEW: \(overview)".wrapped(), "USAGE: \(usage)\n"]
    if !positionals.isEmpty {
      let entries = positionals.map { HelpSection.Entry($0.synopsis, $0.help) }
      sections.append(HelpSection("ARGUMENTS", entries).text)
    }
    sections += (self.sections + [globalOptions]).map { section in
      HelpSection(section.title, section.options.map(HelpSection.Entry.init)).text
    }
    return (sections + appendix.map(\.text)).joined(separator: "\n")
  }
}

/// A part of the help: a title, then entries in two columns.
package struct HelpSection: Sendable {
  /// A name and its explanation.
  package struct Entry: Sendable {
    let name: String
    let text: String

    /// An entry.
    package init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }

    /// An option with its default.
    package init(_ option: OptionDescription) {
      let fallback = option.defaultValue.map { " (default: \($0))" } ?? ""
      let repetition = option.isRepeatable ? " May be repeated." : ""
      self.init(
        option.name == "--help" ? "-h, --help" : option.synopsis,
        option.help + fallback + repetition)
    }

    /// A long name has a line for itself.
    fileprivate var lines: String {
      let indent = 26
      let label = "  \(name)"
      let wrapped = text.wrapped(indent: indent)
      guard label.count < indent else { return "\(label)\n\(wrapped)" }
      return label + wrapped.dropFirst(label.count)
    }
  }

  let title: String
  let entries: [Entry]
  private let footer: String?

  /// A section; a footer is a line after an empty one.
  package init(_ title: String, _ entries: [Entry], footer: String? = nil) {
    self.title = title
    self.entries = entries
    self.footer = footer
  }

  /// With all line ends.
  var text: String {
    "\(title):\n" + entries.map(\.lines).joined() + (footer.map { "\n  \($0)\n" } ?? "")
  }
}
