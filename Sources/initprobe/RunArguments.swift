import SignalPropagation

/// The options of a run as they were given, before they are held against each other.
struct RunArguments: Sendable {
  var depth: Int?
  var width: Int?
  var widths: Operand?
  var initializer = Initializer.xavierNormal
  var skip: Double?
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
    Option(
      "--widths", "<list>",
      help: "Instead of --width and --depth: the size of the input, then the units of each layer,"
        + " such as 784,500,10."
    ) { (run, operand) throws(ArgumentError) in run.widths = operand },
    Option("--batch", "<n>", help: "Rows of the random input.", default: "1000") {
      (run, operand) throws(ArgumentError) in run.batch = try operand.count()
    },
    Option("--seed", "<s>", help: "Seed, as torch.manual_seed takes it.", default: "0") {
      (run, operand) throws(ArgumentError) in run.seed = try operand.seed()
    },
    Option(
      "--init", "<scheme>", help: "How weights are drawn; 'initprobe list' shows the schemes.",
      default: Initializer.xavierNormal.name, values: .words(Initializer.catalogue.map(\.name))
    ) { (run, operand) throws(ArgumentError) in run.initializer = try operand.initializer() },
    Option("--skip", "<s>", help: "Residual stack: h becomes h + s φ(W h).", default: "none") {
      (run, operand) throws(ArgumentError) in run.skip = try operand.real()
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
    let (activation, gain) = try run.operands(positionals)
    let name = gain.gainName()
    let experiment = try run.experiment(
      activation: activation, gain: name == nil ? gain.gain() : 1)
    try self.init(run, experiment: experiment, namedGain: name)
  }

  private init(
    _ run: RunArguments, experiment: Experiment, namedGain: GainName?
  ) throws(ArgumentError) {
    guard run.header || run.format == .csv else {
      throw .needsCompanion("--no-header", companion: "--format csv")
    }
    self.init(
      experiment: experiment, namedGain: namedGain, trials: run.trials, threads: run.threads,
      expectations: try run.parsedExpectations(), format: run.format, header: run.header,
      destination: run.destination, quiet: run.quiet)
  }
}

extension RunArguments {
  /// `<activation>` and `<gain>`.
  ///
  /// A mistyped command looks like an activation without a gain, and should hear of that first.
  fileprivate func operands(
    _ positionals: [String]
  ) throws(ArgumentError) -> (Activation, gain: Operand) {
    let names = CommandName.measure.positionals.map(\.name)
    guard let first = positionals.first else { throw .missing(names) }
    let activation = try Operand(name: names[0], text: first).activation()
    guard positionals.count >= names.count else { throw .missing([names[1]]) }
    if positionals.count > names.count { throw .unexpected(positionals[names.count]) }
    return (activation, Operand(name: names[1], text: positionals[1]))
  }

  fileprivate func experiment(
    activation: Activation, gain: Double
  ) throws(ArgumentError) -> Experiment {
    let shape = try shape()
    return Experiment(
      activation: activation, gain: gain, initializer: initializer, skip: skip,
      inputStd: inputStd, shape: shape, batch: batch, seed: seed,
      reports: try reports(depth: shape.depth), gradients: gradients)
  }

  private func shape() throws(ArgumentError) -> Experiment.Shape {
    guard let widths else {
      return .square(width: width ?? Self.defaultWidth, depth: depth ?? Self.defaultDepth)
    }
    guard width == nil else { throw .conflict("--width", "--widths") }
    guard depth == nil else { throw .conflict("--depth", "--widths") }
    let sizes = try widths.widths()
    guard skip == nil || Set(sizes).count == 1 else { throw .value(widths, .unequalWidths) }
    return .widths(sizes)
  }

  func reports(depth: Int) throws(ArgumentError) -> Experiment.Reports {
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
