import Arguments
import SignalPropagation

/// A question for the gains worth using.
struct GainRequest: Equatable {
  /// The stacks, of a layer each; their own gain does not matter.
  var stacks: [TheoryStack]
  var output: OutputOptions

  /// One layer, or several to compare.
  static let positional = {
    let one = RunArguments.positionals[0]
    return Positional(name: one.name, help: one.help, values: one.values, repeats: true)
  }()

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
    let activations = try Parser(GainRequest.groups).parse(tokens, into: &run)
    guard !activations.isEmpty else {
      throw .missing([GainRequest.positional.name], example: "initprobe gain tanh --depth 100")
    }
    stacks = []
    for (index, activation) in activations.enumerated() {
      // A gain here is one of a measurement.
      if index > 0, Operand(name: "gain", text: activation).isGain { throw .unexpected(activation) }
      try run.take(activation, as: GainRequest.positional.name)
      let experiment = try run.draft().experiment
      stacks.append(try experiment.coveredByTheory())
      try experiment.checkPredictionTime()
    }
    try run.output.check()
    output = run.output
  }

  func run() throws(Failure) {
    try output.destination.check()
    try output.destination.write(answer)
  }

  private var answer: String {
    guard stacks.count == 1 else {
      let comparison = GainComparison(stacks)
      return comparison.rows(output) ?? comparison.text
    }
    let table = GainTable(stacks[0])
    return table.rows(output) ?? table.text + GainAnswer(stacks[0]).text
  }
}
