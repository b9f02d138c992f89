extension Shell {
  /// A script that makes the shell complete initprobe's arguments, made from the tables of help.
  var script: String {
    switch self {
    case .bash: bashScript
    case .zsh: zshScript
    case .fish: fishScript
    }
  }
}

extension CommandName {
  /// What can stand in each position, the word of the command itself included. The first word of a
  /// measurement can also turn it into another command.
  var completions: [[String]] {
    // No shell knows how many follow; nobody types more than these.
    let values = positionals.flatMap { Array(repeating: $0.values, count: $0.repeats ? 8 : 1) }
    guard self == .measure else { return [[rawValue]] + values }
    return [values[0] + CommandName.typed.map(\.rawValue)] + values.dropFirst()
  }

  /// The options of any command that the next word belongs to, with what that can be.
  static var valuedOptions: [OptionDescription] {
    var seen: Set<String> = []
    return allCases.flatMap(\.allOptions).filter {
      $0.placeholder != nil && seen.insert($0.name).inserted
    }
  }
}

/// `words` as the shells' lists want them.
func list(_ words: [String]) -> String { words.joined(separator: " ") }
