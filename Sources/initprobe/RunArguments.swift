import SignalPropagation

/// The options of a run as they were given, before they are held against each other.
struct RunArguments: Sendable {
  var depth: Int?
  var width: Int?
  var batch = 1000
  var seed: UInt64 = 0
  var every: Int?
  var layers: Operand?
  var inputStd = 1.0
  var gradients = true
  var trials = 1
  var expectations: [Operand] = []
  var threads: Int?
  var format = Format.text
  var header = true
  var destination = Destination.standardOutput
  var quiet = false

  static let defaultDepth = 100
  static let defaultWidth = 1000
  static let defaultEvery = 10

  /// The option table of a measurement, in the order of help.
  static let measurementOptions = stackOptions + reportOptions + runOptions + outputOptions

  static let stackOptions: [Option<RunArguments>] = [
    Option("--depth", "<n>", help: "Number of layers.", default: "\(defaultDepth)") {
      (run, operand) throws(ArgumentError) in run.depth = try operand.count()
    },
    Option(
      "--width", "<n>", help: "Units in each layer, and size of the input.",
      default: "\(defaultWidth)"
    ) { (run, operand) throws(ArgumentError) in run.width = try operand.count() },
    Option("--batch", "<n>", help: "Rows of the random input.", default: "1000") {
      (run, operand) throws(ArgumentError) in run.batch = try operand.count()
    },
    Option("--seed", "<s>", help: "Seed, as torch.manual_seed takes it.", default: "0") {
      (run, operand) throws(ArgumentError) in run.seed = try operand.seed()
    },
    Option(
      "--input-std", "<x>", help: "The input is <x> times a standard normal batch.", default: "1"
    ) { (run, operand) throws(ArgumentError) in run.inputStd = try operand.nonNegativeReal() },
  ]

  static let reportOptions: [Option<RunArguments>] = [
    Option(
      "--every", "<k>", help: "Report after layers 1, 1+k, 1+2k, ...", default: "\(defaultEvery)"
    ) { (run, operand) throws(ArgumentError) in run.every = try operand.count() },
    Option(
      "--layers", "<list>", help: "Report after exactly these layers, such as 1,2,5-10,100."
    ) { (run, operand) throws(ArgumentError) in run.layers = operand },
    Option("--no-grad", help: "Forward only: no gradients.") {
      (run, _) throws(ArgumentError) in run.gradients = false
    },
    Option(
      "--expect-out", "<lo:hi>",
      help: "Exit with status 1 unless every reported out is finite and within this range;"
        + " either side may be empty."
    ) { (run, operand) throws(ArgumentError) in run.expectations.append(operand) },
    Option("--expect-grad", "<lo:hi>", help: "The same for every reported grad.") {
      (run, operand) throws(ArgumentError) in run.expectations.append(operand)
    },
  ]

  static let runOptions: [Option<RunArguments>] = [
    Option(
      "--trials", "<n>",
      help:
        "Run with this many seeds, counted up from --seed; text shows mean ± standard deviation.",
      default: "1"
    ) { (run, operand) throws(ArgumentError) in run.trials = try operand.count() },
    Option(
      "--threads", "<n>", help: "Worker threads; they never change the output.",
      default: "all cores"
    ) { (run, operand) throws(ArgumentError) in
      run.threads = try operand.count(maximum: mostThreads)
    },
  ]

  static let outputOptions: [Option<RunArguments>] = [
    Option(
      "--format", "<format>", help: "text, csv, or jsonl (JSON Lines).", default: "text",
      values: .words(Format.allCases.map(\.rawValue))
    ) { (run, operand) throws(ArgumentError) in run.format = try operand.choice() },
    Option("--no-header", help: "CSV rows alone, for appending in a loop.") {
      (run, _) throws(ArgumentError) in run.header = false
    },
    Option(
      "--output", "<file>", help: "Write to this file, complete or not at all.",
      default: "standard output", values: .file
    ) { (run, operand) throws(ArgumentError) in run.destination = Destination(operand.text) },
    Option("--quiet", help: "No progress and no notes on standard error.") {
      (run, _) throws(ArgumentError) in run.quiet = true
    },
  ]

  /// More than any machine has; a mistyped number would exhaust the system's threads.
  private static let mostThreads = 1024
}

extension Measurement {
  /// A measurement from everything that follows the program's name.
  init(parsing tokens: [String]) throws(ArgumentError) {
    var run = RunArguments()
    let positionals = try parse(tokens, options: RunArguments.measurementOptions, into: &run)
    try self.init(run, experiment: run.experiment(positionals))
  }

  private init(_ run: RunArguments, experiment: Experiment) throws(ArgumentError) {
    guard run.header || run.format == .csv else {
      throw .needsCompanion("--no-header", companion: "--format csv")
    }
    self.init(
      experiment: experiment, trials: run.trials, threads: run.threads,
      expectations: try run.parsedExpectations(), format: run.format, header: run.header,
      destination: run.destination, quiet: run.quiet)
  }
}

extension RunArguments {
  /// The experiment of `<activation> <gain>` and the options.
  func experiment(_ positionals: [String]) throws(ArgumentError) -> Experiment {
    let names = CommandName.measure.positionals.map(\.name)
    if positionals.count < names.count {
      throw .missing(Array(names.dropFirst(positionals.count)))
    }
    if positionals.count > names.count { throw .unexpected(positionals[names.count]) }
    let depth = depth ?? Self.defaultDepth
    var experiment = Experiment(
      activation: try Operand(name: "activation", text: positionals[0]).activation(), gain: 1,
      inputStd: inputStd, shape: .square(width: width ?? Self.defaultWidth, depth: depth),
      batch: batch, seed: seed, reports: try reports(depth: depth), gradients: gradients)
    experiment.gain = try Operand(name: "gain", text: positionals[1]).gain(for: experiment)
    return experiment
  }

  private func reports(depth: Int) throws(ArgumentError) -> Experiment.Reports {
    guard let layers else { return .every(every ?? Self.defaultEvery) }
    guard every == nil else { throw .conflict("--every", "--layers") }
    return .layers(try layers.layers(depth: depth))
  }

  fileprivate func parsedExpectations() throws(ArgumentError) -> [Expectation] {
    var parsed: [Expectation] = []
    for operand in expectations {
      let figure: Figure = operand.name == "--expect-out" ? .out : .grad
      if figure == .grad, !gradients { throw .conflict("--expect-grad", "--no-grad") }
      parsed.append(Expectation(figure: figure, bounds: try operand.bounds()))
    }
    return parsed
  }
}
