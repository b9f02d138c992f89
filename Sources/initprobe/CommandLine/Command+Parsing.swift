extension Command {
  /// What follows the program's name, as a command.
  ///
  /// A request for help anywhere wins over everything, as the user may be asking because the rest is
  /// not right yet.
  init(parsing arguments: [String]) throws(Failure) {
    let name = arguments.first.flatMap(CommandName.init(typed:)) ?? .measure
    let tokens = name == .measure ? arguments : Array(arguments.dropFirst())
    do throws(ArgumentError) {
      if let command = try Command.global(name, tokens) {
        self = command
      } else {
        self = try Command(name, tokens)
      }
    } catch {
      throw .usage(error.seen(from: name), name)
    }
  }

  private init(_ name: CommandName, _ tokens: [String]) throws(ArgumentError) {
    switch name {
    case .measure: self = .measure(try Measurement(parsing: tokens))
    case .predict: self = .predict(try Measurement(parsing: tokens, of: .predict))
    case .gain: self = .gain(try GainQuestion(parsing: tokens))
    case .sweep: self = .sweep(try SweepRequest(parsing: tokens))
    case .list:
      var nothing: Void
      let surplus = try parse(tokens, options: [Option<Void>](), into: &nothing)
      if let surplus = surplus.first { throw .unexpected(surplus) }
      self = .list
    }
  }

  /// `--help` and `--version` anywhere before `--`, and `--generate-completion-script` in first place.
  private static func global(
    _ name: CommandName, _ tokens: [String]
  ) throws(ArgumentError) -> Command? {
    let optionsEnd = tokens.firstIndex(of: "--") ?? tokens.endIndex
    let words = tokens[..<optionsEnd]
    if words.contains("--help") || words.contains("-h") { return .help(name) }
    if words.contains("--version") { return .version }
    guard name == .measure, words.first?.hasPrefix(GlobalOption.completion.name) == true else {
      return nil
    }
    var shell = Shell.bash
    let option = Option<Shell>(
      GlobalOption.completion.name, GlobalOption.completion.placeholder, help: ""
    ) { (shell, operand) throws(ArgumentError) in shell = try operand.choice() }
    let surplus = try parse(tokens, options: [option], into: &shell)
    if let surplus = surplus.first { throw .unexpected(surplus) }
    return .completionScript(shell)
  }
}

extension ArgumentError {
  /// An option that other commands have is not unknown, but out of place in `command`.
  fileprivate func seen(from command: CommandName) -> ArgumentError {
    guard case .unknownOption(let name, _) = self,
      CommandName.allCases.contains(where: { $0.allOptions.contains { $0.name == name } })
    else { return self }
    return .foreignOption(name, command)
  }
}

extension CommandName {
  /// The command of a first word; `nil` where that is something else.
  init?(typed word: String) {
    guard !word.isEmpty else { return nil }
    self.init(rawValue: word.lowercased())
  }
}

/// The options that every command knows, or that stand alone.
enum GlobalOption {
  static let help = OptionDescription(
    name: "--help", placeholder: nil, help: "Show help.", defaultValue: nil, values: .free)
  static let version = OptionDescription(
    name: "--version", placeholder: nil, help: "Show the version.", defaultValue: nil,
    values: .free)
  static let completion = OptionDescription(
    name: "--generate-completion-script", placeholder: "<shell>",
    help: "Print a completion script for bash, zsh or fish.", defaultValue: nil,
    values: .words(Shell.allCases.map(\.rawValue)))
}
