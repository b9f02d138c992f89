import Arguments

/// The commands as they are typed; a measurement has no name of its own.
enum CommandName: String, CaseIterable {
  case measure = ""
  case predict
  case gain
  case sweep
  case list

  /// The command of a first word; `nil` where that is something else.
  init?(typed word: String) {
    guard !word.isEmpty else { return nil }
    self.init(rawValue: word.lowercased())
  }

  /// The commands that are typed as a first word.
  static var typed: [CommandName] { allCases.filter { $0 != .measure } }

  /// How the command is called.
  var syntax: CommandSyntax {
    CommandSyntax(
      of: Program.initprobe, name: rawValue, overview: overview, positionals: positionals,
      options: options,
      globalOptions: [GlobalOption.help, GlobalOption.version]
        + (self == .measure ? [GlobalOption.completion] : []))
  }

  private var positionals: [Positional] {
    switch self {
    case .measure, .predict: RunArguments.positionals
    case .gain: Array(RunArguments.positionals.prefix(1))
    case .sweep: SweepArguments.positionals
    case .list: []
    }
  }

  private var options: [OptionDescription] {
    switch self {
    case .measure: MeasureRequest.options.map(\.description)
    case .predict: PredictRequest.options.map(\.description)
    case .gain: GainRequest.options.map(\.description)
    case .sweep: SweepRequest.options.map(\.description)
    case .list: []
    }
  }

  private var overview: String {
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

  /// The whole of `--help`.
  var help: String { syntax.help(appendix: self == .measure ? CommandName.appendix : []) }

  private static var appendix: [HelpSection] {
    [
      HelpSection(
        "SUBCOMMANDS", typed.map { HelpSection.Entry($0.rawValue, $0.overview) },
        footer: "See 'initprobe <subcommand> --help' for its options."),
      HelpSection("EXIT STATUS", ExitStatus.table.map { HelpSection.Entry($0.code, $0.meaning) }),
    ]
  }
}

extension Program {
  /// As it is typed.
  static let initprobe = "initprobe"
}

extension Shell {
  /// A script that makes the shell complete the arguments of this program.
  var script: String {
    let program = Program(
      name: Program.initprobe, commands: CommandName.allCases.map(\.syntax))
    return script(for: program, plain: "measure")
  }
}

/// The options that every command knows, or that stand alone.
enum GlobalOption {
  static let help = OptionDescription(name: "--help", help: "Show help.")
  static let version = OptionDescription(name: "--version", help: "Show the version.")
  static let completion = OptionDescription(
    name: "--generate-completion-script", placeholder: "<shell>",
    help: "Print a completion script for bash, zsh or fish.",
    values: .words(Shell.allCases.map(\.rawValue)))
}
