import Arguments
import SignalPropagation

/// A question for the gains worth using.
struct GainRequest: Equatable {
  /// The stack; its own gain does not matter.
  var stack: TheoryStack
  var output: OutputOptions

  /// The option table: what describes the stack, and where the answer goes.
  static let groups = [
    RunArguments.stackWithoutBatch,
    OptionGroup(
      RunArguments.outputGroup.title,
      RunArguments.outputGroup.options.filter { $0.description.name != "--quiet" }),
  ]

  /// A question from everything that follows the command.
  init(parsing tokens: [String]) throws(ArgumentError) {
    var run = RunArguments()
    let positionals = try Parser(GainRequest.groups).parse(tokens, into: &run)
    try run.take(
      positionals, as: Array(RunArguments.positionals.prefix(1)),
      example: "initprobe gain tanh --depth 100")
    let experiment = try run.draft().experiment
    stack = try experiment.coveredByTheory()
    try experiment.checkPredictionTime()
    try run.output.check()
    output = run.output
  }

  func run() throws(Failure) {
    try output.destination.check()
    let table = GainTable(stack)
    try output.destination.write(
      table.rows(output) ?? table.text + GainAnswer(stack).text)
  }
}
