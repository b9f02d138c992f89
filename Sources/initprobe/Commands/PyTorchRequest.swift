import Arguments
import SignalPropagation

/// A run to be written as a script for PyTorch.
struct PyTorchRequest: Equatable {
  /// The run.
  var draft: ExperimentDraft
  /// What it is asked for with, for the script's first line.
  var command: String
  var destination: Destination

  /// The option table, in the order of help.
  static let groups = [
    RunArguments.stack,
    OptionGroup(
      "WHAT IS REPORTED",
      RunArguments.layerOptions.filter { $0.description.name != "--spectrum" }),
    OptionGroup(
      "OUTPUT",
      RunArguments.outputGroup.options.filter { $0.description.name == "--output" }),
  ]

  /// A request from everything that follows the command.
  init(parsing tokens: [String]) throws(ArgumentError) {
    var run = RunArguments()
    let positionals = try Parser(PyTorchRequest.groups).parse(tokens, into: &run)
    try run.take(
      positionals, as: RunArguments.positionals, example: "initprobe pytorch tanh 5/3 --depth 100")
    draft = try run.draft()
    command = ([CommandName.program] + tokens.map(PyTorchRequest.shellWord)).joined(separator: " ")
    destination = run.output.destination
  }

  func run() throws(Failure) {
    let experiment: Experiment
    do throws(ArgumentError) {
      try draft.experiment.checkPredictionTime()
      experiment = try draft.withNumber()
    } catch {
      throw .usage(error, .pytorch)
    }
    try destination.check()
    try destination.write(PyTorchScript(experiment, command: command).text)
  }

  /// A word as a shell reads it, on one line.
  private static func shellWord(_ word: String) -> String {
    let line = word.map { $0.isNewline ? " " : String($0) }.joined()
    let isPlain = line.allSatisfy { $0.isLetter || $0.isNumber || "-_./:=,@%+".contains($0) }
    if isPlain, !line.isEmpty { return line }
    return "'" + line.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
  }
}
