import Arguments
import SignalPropagation

/// A parameter of an experiment: one row of the table that options, the axes of a sweep, columns, help and
/// completion read.
struct Parameter: Sendable {
  /// The column.
  let name: String
  /// The argument of a single run.
  let argument: Argument
  /// How a sweep takes it.
  let sweep: SweepArgument
  /// Whether only a run with a batch has it, so that a question for gains does not.
  let isOfBatch: Bool
  /// Whether the number behind the name of a gain depends on it.
  let movesNamedGains: Bool
  /// Reads one value.
  let read: @Sendable (Operand) throws(ArgumentError) -> ParameterValue
  /// Parts a list of values whose commas and colons are not those of lists and ranges; `nil` for others.
  let parts: (@Sendable (Operand) -> [Operand])?
  /// The value as it stands in rows; only a width depends on the layer.
  let cell: @Sendable (Experiment, _ layer: Int) -> Cell

  /// Where a value stands in a command line.
  enum Argument: Sendable {
    /// In a place of its own.
    case positional(Positional)
    /// After an option.
    case option(OptionDescription)
    /// After `--set` and its own name.
    case setting
  }

  /// How a sweep takes a parameter.
  enum SweepArgument: Sendable {
    /// As a list of the values to take in turn.
    case axis(OptionDescription)
    /// As positional arguments, each of them a value.
    case positionals(Positional)
    /// As one value for all points, by the option of a single run.
    case same
    /// As a list after `--set` and its own name.
    case setting
  }

  init(
    _ name: String, _ argument: Argument, sweep: SweepArgument, isOfBatch: Bool = false,
    movesNamedGains: Bool = true, parts: (@Sendable (Operand) -> [Operand])? = nil,
    read: @escaping @Sendable (Operand) throws(ArgumentError) -> ParameterValue,
    cell: @escaping @Sendable (Experiment, _ layer: Int) -> Cell
  ) {
    self.name = name
    self.argument = argument
    self.sweep = sweep
    self.isOfBatch = isOfBatch
    self.movesNamedGains = movesNamedGains
    self.parts = parts
    self.read = read
    self.cell = cell
  }

  /// A parameter with an option of its own, which in a sweep takes a list.
  ///
  /// - Parameters:
  ///   - sweepHelp: What the option means in a sweep where that reads otherwise.
  ///   - none: The spelling of a value that is not there.
  init(
    _ name: String, _ placeholder: String, help: String, sweepHelp: String? = nil,
    none: String? = nil, values: OptionDescription.Values = .free, isAxis: Bool = true,
    isOfBatch: Bool = false, movesNamedGains: Bool = true,
    parts: (@Sendable (Operand) -> [Operand])? = nil,
    read: @escaping @Sendable (Operand) throws(ArgumentError) -> ParameterValue,
    cell: @escaping @Sendable (Experiment, _ layer: Int) -> Cell
  ) {
    let option = "--" + name.map { $0 == "_" ? "-" : String($0) }.joined()
    let shown = cell(ExperimentDraft.standard.experiment, 1).csv
    func description(_ placeholder: String, _ help: String) -> OptionDescription {
      OptionDescription(
        name: option, placeholder: placeholder, help: help,
        defaultValue: shown.isEmpty ? none : shown, values: values)
    }
    self.init(
      name, .option(description(placeholder, help)),
      sweep: isAxis ? .axis(description("<list>", sweepHelp ?? help)) : .same, isOfBatch: isOfBatch,
      movesNamedGains: movesNamedGains, parts: parts, read: read, cell: cell)
  }

  /// The parameter with this column.
  static func named(_ name: String) -> Parameter { all.first { $0.name == name }! }

  /// Those that are named first, in usage and help.
  static let foremost = ["depth", "width"].map(named)

  /// The options of `parameters` but the foremost, in their order, with that of a user's own numbers among
  /// them.
  ///
  /// - Parameters:
  ///   - option: The option of a parameter.
  ///   - setting: The option of a user's own numbers.
  static func others<Arguments>(
    _ parameters: [Parameter], option: (Parameter) -> Option<Arguments>, setting: Option<Arguments>
  ) -> [Option<Arguments>] {
    let others = parameters.filter { parameter in
      !foremost.contains { $0.name == parameter.name }
    }
    return others.flatMap { parameter in
      (parameter.name == afterSettings.name ? [setting] : []) + [option(parameter)]
    }
  }

  /// The option of a single run; `nil` where it has none of its own.
  var option: OptionDescription? {
    if case .option(let description) = argument { description } else { nil }
  }

  /// The values of an axis from the list that was given for it.
  func values(_ operand: Operand) throws(ArgumentError) -> [ParameterValue] {
    guard let parts else {
      return try operand.list(
        most: SweepRequest.mostPoints, makeRoom: Operand.checkMemory(forValues:), read)
    }
    var values: [ParameterValue] = []
    for part in parts(operand) {
      let value = try read(part)
      if !values.contains(value) { values.append(value) }
    }
    return values
  }
}

extension ExperimentDraft {
  /// What is run where nothing is asked for.
  static let standard = ExperimentDraft(
    Experiment(activation: Activation(.identity), gain: 1), gain: .number(1))
}
