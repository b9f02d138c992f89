import Arguments

/// What the user asked for, checked as far as the arguments alone allow.
enum Command: Equatable {
  case measure(MeasureRequest)
  case predict(PredictRequest)
  case gain(GainRequest)
  case sweep(SweepRequest)
  case merge(MergeRequest)
  case pytorch(PyTorchRequest)
  case list
  case help(CommandName)
  case version(verbose: Bool)
  case completionScript(Shell)
  case manual

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
    case .measure: self = .measure(try MeasureRequest(parsing: tokens))
    case .predict: self = .predict(try PredictRequest(parsing: tokens))
    case .gain: self = .gain(try GainRequest(parsing: tokens))
    case .sweep: self = .sweep(try SweepRequest(parsing: tokens))
    case .merge: self = .merge(try MergeRequest(parsing: tokens))
    case .pytorch: self = .pytorch(try PyTorchRequest(parsing: tokens))
    case .list:
      if let surplus = try Command.words(tokens).first { throw .unexpected(surplus) }
      self = .list
    case .help:
      let words = try Command.words(tokens)
      if words.count > 1 { throw .unexpected(words[1]) }
      self = .help(try words.first.map(Command.named) ?? .measure)
    }
  }

  /// The arguments of a command that has no options.
  private static func words(_ tokens: [String]) throws(ArgumentError) -> [String] {
    var nothing: Void
    return try Parser<Void>([Option<Void>]()).parse(tokens, into: &nothing)
  }

  private static func named(_ word: String) throws(ArgumentError) -> CommandName {
    guard let name = CommandName(typed: word) else {
      let near = Suggestion.nearest(
        to: word.lowercased(), in: CommandName.typed.map(\.rawValue))
      throw .value(Operand(name: "command", text: word), .unknownCommand(near: near))
    }
    return name
  }

  /// `--help` and `--version` anywhere before `--`, and what writes scripts and pages in first place.
  private static func global(
    _ name: CommandName, _ tokens: [String]
  ) throws(ArgumentError) -> Command? {
    let optionsEnd = tokens.firstIndex(of: "--") ?? tokens.endIndex
    let words = tokens[..<optionsEnd]
    if words.contains("--help") || words.contains("-h") { return .help(name) }
    if words.contains("--version") { return .version(verbose: words.contains("--verbose")) }
    guard name == .measure else { return nil }
    if words.first == GlobalOption.manual.name {
      if words.count > 1 { throw .unexpected(words[1]) }
      return .manual
    }
    guard words.first?.hasPrefix(GlobalOption.completion.name) == true else {
      return nil
    }
    var shell = Shell.bash
    let option = Option<Shell>(GlobalOption.completion) { (shell, operand) throws(ArgumentError) in
      shell = try operand.choice()
    }
    let surplus = try Parser([option]).parse(tokens, into: &shell)
    if let surplus = surplus.first { throw .unexpected(surplus) }
    return .completionScript(shell)
  }
}

extension ArgumentError {
  /// An option that other commands have is not unknown, but out of place in `command`.
  fileprivate func seen(from command: CommandName) -> ArgumentError {
    if case .unknownOption(let name, _) = self, let layer = ArgumentError.layersForOptions[name] {
      return .refused(
        "the option '\(name)' is unknown; write the layer with it, such as '\(layer)'.")
    }
    guard case .unknownOption(let name, _) = self,
      CommandName.allCases.contains(where: { $0.syntax.allOptions.contains { $0.name == name } })
    else { return self }
    let isArgument = name == "--gain" && command != .gain
    return .foreignOption(
      name, command: command.syntax.invocation,
      remedy: isArgument
        ? "write the gain after the activation, as in 'tanh 5/3'." : "leave it out.")
  }

  /// What other programs have as options, and a layer says itself.
  private static let layersForOptions = [
    "--bias": "tanh(W(h, bias=0.1))", "--norm": "tanh(rmsnorm(W(h)))",
    "--layernorm": "tanh(layernorm(W(h)))", "--rmsnorm": "tanh(rmsnorm(W(h)))",
    "--gate": "silu(W1(h))*W2(h)", "--residual": "h + tanh(W(h))",
  ]
}
