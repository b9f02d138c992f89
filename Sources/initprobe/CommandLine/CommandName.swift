import Arguments

/// The commands as they are typed; a measurement has no name of its own.
enum CommandName: String, CaseIterable {
  case measure = ""
  case predict
  case gain
  case sweep
  case merge
  case pytorch
  case list
  case help

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
      of: CommandName.program, name: rawValue, overview: overview, examples: examples,
      positionals: positionals, sections: sections,
      globalOptions: OptionSection(
        "HELP", GlobalOption.everywhere + (self == .measure ? GlobalOption.alone : [])))
  }

  private var positionals: [Positional] {
    switch self {
    case .measure, .predict, .pytorch: RunArguments.positionals
    case .gain: [GainRequest.positional]
    case .sweep: SweepArguments.positionals
    case .merge: MergeRequest.positionals
    case .list: []
    case .help:
      [
        Positional(
          name: "command", help: "The command to explain; the program itself where none is named.",
          values: CommandName.typed.map(\.rawValue), isOptional: true)
      ]
    }
  }

  private var sections: [OptionSection] {
    switch self {
    case .measure: MeasureRequest.groups.map(\.descriptions)
    case .predict: PredictRequest.groups.map(\.descriptions)
    case .gain: GainRequest.groups.map(\.descriptions)
    case .sweep: SweepRequest.groups.map(\.descriptions)
    case .merge: MergeRequest.groups.map(\.descriptions)
    case .pytorch: PyTorchRequest.groups.map(\.descriptions)
    case .list, .help: []
    }
  }
}

/// The options that stand alone.
enum GlobalOption {
  static let help = OptionDescription(name: "--help", help: "Show help.")
  static let version = OptionDescription(
    name: "--version", help: "Show the version; with --verbose also the kernels and the threads.")
  static let completion = OptionDescription(
    name: "--generate-completion-script", placeholder: "<shell>",
    help: "Print a completion script for bash, zsh or fish.",
    values: .words(Shell.allCases.map(\.rawValue)))
  static let manual = OptionDescription(
    name: "--generate-manual", help: "Print the manual page, for man.")

  /// Those of every command.
  static let everywhere = [help, version]
  /// Those of the program alone.
  static let alone = [completion, manual]
}

extension CommandName {
  /// The name of the program.
  static let program = "initprobe"

  /// The whole of `--help`.
  var help: String { syntax.help(appendix: self == .measure ? CommandName.appendix : []) }

  /// A script that makes `shell` complete the arguments of this program.
  static func completionScript(_ shell: Shell) -> String {
    shell.script(for: whole, plain: "measure")
  }

  /// The page for `man`.
  static var manual: String {
    Manual(
      of: whole, version: InitProbe.version,
      summary: "tell whether a signal and its gradient survive a deep stack of layers",
      appendix: [exitStatuses]
    ).text
  }

  private static var whole: Program {
    Program(name: program, commands: allCases.map(\.syntax))
  }

  private static var appendix: [HelpSection] {
    let commands = typed.map { HelpSection.Entry($0.rawValue, $0.overview) }
    return [
      HelpSection("COMMANDS", commands, footer: "See 'initprobe help <command>' for its options."),
      exitStatuses,
    ]
  }

  private static var exitStatuses: HelpSection {
    HelpSection("EXIT STATUS", ExitStatus.table.map { HelpSection.Entry($0.code, $0.meaning) })
  }
}
