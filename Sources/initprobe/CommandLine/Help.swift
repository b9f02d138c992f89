import SignalPropagation

/// A positional argument as usage, help and completion know it.
struct Positional: Sendable {
  let name: String
  let help: String
  /// What a shell can complete in its place.
  let values: [String]
  /// Whether any number of them can follow.
  var repeats = false

  var synopsis: String { repeats ? "<\(name)>..." : "<\(name)>" }
}

extension CommandName {
  var positionals: [Positional] {
    switch self {
    case .gain: [CommandName.activation]
    case .measure, .predict:
      [
        CommandName.activation,
        Positional(
          name: "gain",
          help: "Factor of the weights: a number, a fraction such as 5/3, a root such as sqrt2, or"
            + " pytorch (what calculate_gain returns), unit (keeps the variance of the"
            + " pre-activations at 1) or neutral (neither vanishing nor exploding gradients).",
          values: GainName.allCases.map(\.rawValue)),
      ]
    case .sweep:
      [
        Positional(
          name: "activation", help: "The functions to sweep over, by PyTorch's names.",
          values: Activation.listed.map(\.name), repeats: true)
      ]
    case .list: []
    }
  }

  private static let activation = Positional(
    name: "activation",
    help: "PyTorch's name of the function, such as tanh; 'initprobe list' shows all.",
    values: Activation.listed.map(\.name))

  /// The command's own options.
  var options: [OptionDescription] {
    switch self {
    case .measure: RunArguments.measurementOptions.map(\.description)
    case .gain: RunArguments.gainOptions.map(\.description)
    case .predict: RunArguments.predictionOptions.map(\.description)
    case .sweep: SweepArguments.options.map(\.description)
    case .list: []
    }
  }

  /// The options that the command takes, those of every command included.
  var allOptions: [OptionDescription] {
    options + [GlobalOption.help, GlobalOption.version]
      + (self == .measure ? [GlobalOption.completion] : [])
  }

  var overview: String {
    switch self {
    case .measure:
      "Push a random batch through a deep stack of layers, and print how its standard deviation and"
        + " the gradient of the input change."
    case .predict:
      "Print the lines of the measurement as infinite-width theory predicts them, at once, and what they"
        + " mean."
    case .gain:
      "Answer which gain to use: what the gains pytorch, unit and neutral, and the edge of chaos where there"
        + " is one, are predicted to do to the signal and to the gradient at this depth."
    case .sweep:
      "Measure every combination of the given values, and write tidy rows to a file. A list has single"
        + " values and ranges from:to:step between commas, such as 1,2:10:2."
    case .list: "List activations and initialisers with their formulas."
    }
  }

  /// The line of the usage, without the word itself: with the first two options, or with one where two
  /// would make the line too long.
  var usage: String {
    let line = usage(options: 2)
    return "USAGE: \(line)".count <= 80 ? line : usage(options: 1)
  }

  private func usage(options count: Int) -> String {
    let arguments = positionals.map(\.synopsis)
    let foremost = options.prefix(count).map { $0.isRequired ? $0.synopsis : "[\($0.synopsis)]" }
    let rest = options.count > foremost.count ? ["[options]"] : []
    return ([invocation] + arguments + foremost + rest).joined(separator: " ")
  }

  /// The whole of `--help`.
  var help: String {
    var sections = [wrapped("OVERVIEW: \(overview)", indent: 0), "USAGE: \(usage)\n"]
    if !positionals.isEmpty {
      sections.append(
        "ARGUMENTS:\n" + positionals.map { entry($0.synopsis, $0.help) }.joined())
    }
    sections.append("OPTIONS:\n" + allOptions.map(entry).joined())
    if self == .measure { sections += [CommandName.subcommands, exitStatuses] }
    return sections.joined(separator: "\n")
  }

  private static var subcommands: String {
    "SUBCOMMANDS:\n"
      + typed.map { entry($0.rawValue, $0.overview) }
      .joined() + "\n  See 'initprobe <subcommand> --help' for its options.\n"
  }
}

private let exitStatuses =
  "EXIT STATUS:\n"
  + [
    ("0", "Done."),
    ("1", "An expectation failed, or the run could not be completed."),
    ("64", "The arguments are wrong."),
    ("73", "The output file cannot be created."),
    ("74", "Writing failed."),
    ("129, 130, 143", "Ended by a hang-up, an interrupt or a request to end; a sweep by any: 130."),
  ].map { entry($0.0, $0.1) }.joined()

private func entry(_ option: OptionDescription) -> String {
  let fallback = option.defaultValue.map { " (default: \($0))" } ?? ""
  let name = option.name == GlobalOption.help.name ? "-h, --help" : option.synopsis
  return entry(name, option.help + fallback)
}

/// A name and its explanation in two columns; a long name has a line for itself.
private func entry(_ name: String, _ help: String) -> String {
  let indent = 26
  let label = "  \(name)"
  let text = wrapped(help, indent: indent)
  guard label.count < indent else { return "\(label)\n\(text)" }
  return label + text.dropFirst(label.count)
}

/// `text` in lines of at most 80 columns, each indented.
func wrapped(_ text: String, indent: Int = 0) -> String {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, indent + line.count + 1 + word.count > 80 {
      lines.append(line)
      line = ""
    }
    line += line.isEmpty ? String(word) : " \(word)"
  }
  let margin = String(repeating: " ", count: indent)
  return (lines + [line]).map { "\(margin)\($0)\n" }.joined()
}
