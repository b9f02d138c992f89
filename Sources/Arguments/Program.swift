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

  /// What can stand in each position, but for names of files, the word of the command itself included. The first word of the
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
  /// Lines that can be typed, each with what it does.
  package let examples: [Example]
  /// The arguments that are no options.
  package let positionals: [Positional]
  /// The command's own options.
  package let sections: [OptionSection]
  /// The options that stand alone.
  package let globalOptions: OptionSection

  /// A command of the program with this name.
  package init(
    of program: String, name: String, overview: String, examples: [Example],
    positionals: [Positional], sections: [OptionSection], globalOptions: OptionSection
  ) {
    self.name = name
    invocation = name.isEmpty ? program : "\(program) \(name)"
    self.overview = overview
    self.examples = examples
    self.positionals = positionals
    self.sections = sections
    self.globalOptions = globalOptions
  }

  /// The command's own options.
  package var options: [OptionDescription] { sections.flatMap(\.options) }

  /// Whether a positional argument is the name of a file.
  var takesFiles: Bool { positionals.contains(where: \.isFile) }

  /// The options that the command takes, those that stand alone included.
  package var allOptions: [OptionDescription] { options + globalOptions.options }
}

/// A line that can be typed, and what it does.
package struct Example: Sendable {
  /// With the name of the program.
  package let line: String
  /// A sentence.
  package let meaning: String

  /// An example.
  package init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

/// A positional argument as usage, help and completion know it.
package struct Positional: Sendable {
  /// Without brackets.
  package let name: String
  /// One or more sentences.
  package let help: String
  /// What a shell can complete in its place.
  package let values: [String]
  /// What a shell can complete instead of values.
  package let isFile: Bool
  /// Whether any number of them can follow.
  package let repeats: Bool
  /// Whether it can be left out.
  package let isOptional: Bool

  /// An argument.
  package init(
    name: String, help: String, values: [String], isFile: Bool = false, repeats: Bool = false,
    isOptional: Bool = false
  ) {
    self.name = name
    self.help = help
    self.values = values
    self.isFile = isFile
    self.repeats = repeats
    self.isOptional = isOptional
  }

  /// `<activation>`, `<activation>...`, or `[<command>]`.
  package var synopsis: String {
    let synopsis = repeats ? "<\(name)>..." : "<\(name)>"
    return isOptional ? "[\(synopsis)]" : synopsis
  }
}
