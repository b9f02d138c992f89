/// A program and its commands, as help and completion show them.
package struct Program: Sendable {
  /// As it is typed.
  package let name: String
  /// All commands; the one without a name of its own comes first.
  package let commands: [CommandSyntax]

  /// A program with at least the command that has no name.
  package init(name: String, commands: [CommandSyntax]) {
    self.name = name
    self.commands = commands
  }

  /// The commands that are typed as a first word.
  var namedCommands: [CommandSyntax] { commands.filter { !$0.name.isEmpty } }

  /// The command without a name comes last, as it stands for every other first word.
  var namelessLast: [CommandSyntax] { namedCommands + commands.filter(\.name.isEmpty) }

  /// The options of any command that the next word belongs to, with what that can be.
  var valuedOptions: [OptionDescription] {
    var seen: Set<String> = []
    return commands.flatMap(\.allOptions).filter {
      $0.placeholder != nil && seen.insert($0.name).inserted
    }
  }

  /// What can stand in each position, the word of the command itself included. The first word of the
  /// command without a name can also turn it into another.
  func completions(_ command: CommandSyntax) -> [[String]] {
    // No shell knows how many follow; nobody types more than these.
    let values = command.positionals.flatMap {
      Array(repeating: $0.values, count: $0.repeats ? 8 : 1)
    }
    guard command.name.isEmpty else { return [[command.name]] + values }
    return [values[0] + namedCommands.map(\.name)] + values.dropFirst()
  }
}

/// How a command is called.
package struct CommandSyntax: Sendable {
  /// The word that is typed; empty for the program alone.
  package let name: String
  /// `initprobe`, or `initprobe list`.
  package let invocation: String
  /// What the command does, in one or two sentences.
  package let overview: String
  /// The arguments that are no options.
  package let positionals: [Positional]
  /// The command's own options.
  package let options: [OptionDescription]
  /// The options that stand alone.
  package let globalOptions: [OptionDescription]

  /// A command of the program with this name.
  package init(
    of program: String, name: String, overview: String, positionals: [Positional],
    options: [OptionDescription], globalOptions: [OptionDescription]
  ) {
    self.name = name
    invocation = name.isEmpty ? program : "\(program) \(name)"
    self.overview = overview
    self.positionals = positionals
    self.options = options
    self.globalOptions = globalOptions
  }

  /// The options that the command takes, those that stand alone included.
  package var allOptions: [OptionDescription] { options + globalOptions }
}

/// A positional argument as usage, help and completion know it.
package struct Positional: Sendable {
  /// Without brackets.
  package let name: String
  /// One or more sentences.
  package let help: String
  /// What a shell can complete in its place.
  package let values: [String]
  /// Whether any number of them can follow.
  package let repeats: Bool

  /// An argument.
  package init(name: String, help: String, values: [String], repeats: Bool = false) {
    self.name = name
    self.help = help
    self.values = values
    self.repeats = repeats
  }

  /// `<activation>`, or `<activation>...`.
  package var synopsis: String { repeats ? "<\(name)>..." : "<\(name)>" }
}
