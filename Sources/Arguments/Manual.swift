/// The manual page of a program, in the language of `man`, made from the tables of help.
package struct Manual {
  private let program: Program
  private let version: String
  private let summary: String
  private let appendix: [HelpSection]

  /// - Parameters:
  ///   - summary: What the program does, in a few words without a full stop.
  ///   - appendix: Sections that follow the commands.
  package init(
    of program: Program, version: String, summary: String, appendix: [HelpSection]
  ) {
    self.program = program
    self.version = version
    self.summary = summary
    self.appendix = appendix
  }

  /// The whole page.
  package var text: String {
    let lines =
      [
        ".TH \(program.name.uppercased()) 1 \"\" \"\(program.name) \(version)\"",
        ".SH NAME", "\(escaped(program.name)) \\- \(escaped(summary))", ".SH SYNOPSIS",
      ] + synopsis + program.commands.flatMap(lines)
      + appendix.flatMap { section in
        [".SH \(section.title)"] + section.entries.flatMap { entry($0.name, $0.text) }
      }
    return lines.map { "\($0)\n" }.joined()
  }

  private var synopsis: [String] {
    program.commands.flatMap { [".B \(escaped($0.usage))", ".br"] }.dropLast()
  }

  private func lines(_ command: CommandSyntax) -> [String] {
    let title = command.name.isEmpty ? "DESCRIPTION" : command.invocation.uppercased()
    let arguments = command.positionals.flatMap { entry($0.synopsis, $0.help) }
    let sections = command.sections + (command.name.isEmpty ? [command.globalOptions] : [])
    let options = sections.flatMap { section in
      [".SS \(section.title.prefix(1) + section.title.dropFirst().lowercased())"]
        + section.options.flatMap { option in
          let shown = HelpSection.Entry(option)
          return entry(shown.name, shown.text)
        }
    }
    let examples = command.examples.flatMap { entry($0.line, $0.meaning) }
    return [".SH \(escaped(title))", escaped(command.overview)] + arguments + options
      + (examples.isEmpty ? [] : [".SS Examples"] + examples)
  }

  private func entry(_ name: String, _ text: String) -> [String] {
    [".TP", ".B \(escaped(name))", escaped(text)]
  }

  /// A backslash begins a command of the page, as does a dot or a quote at the start of a line; a bare dash is
  /// a hyphen, which does not match the dash of an option.
  private func escaped(_ text: String) -> String {
    let body = text.map { character in
      switch character {
      case "\\": "\\e"
      case "-": "\\-"
      default: String(character)
      }
    }.joined()
    return body.hasPrefix(".") || body.hasPrefix("'") ? "\\&\(body)" : body
  }
}
