import SignalPropagation

/// The options of a run as they were given, before they are held against each other.
struct RunArguments: Sendable {
  var depth: Int?
  var width: Int?
  var widths: Operand?
  /// As given; `xavier_normal` where none is.
  var scheme: Initializer?
  var skip: Double?
  var batch = 1000
  var seed: UInt64 = 0
  var every: Int?
  var layers: Operand?
  var inputStd = 1.0
  var gradients = true
  var loss: Loss?
  var backward = Experiment.Backward.each
  var trials = 1
  var expectations: [Operand] = []
  var threads: Int?
  var format = Format.text
  var header = true
  var destination = Destination.standardOutput
  var quiet = false
  var theory = false
  var statistics = false
  var histogram = false

  static let defaultDepth = 100
  static let defaultWidth = 1000
  static let defaultEvery = 10

  /// The option table of a measurement, in the order of help.
  static let measurementOptions =
    stackOptions + reportOptions + statisticsOptions + lookOptions + runOptions + outputOptions

  /// The option table of a prediction: all of a measurement that does not take one to fulfil.
  static let predictionOptions =
    stackOptions + reportOptions + statisticsOptions + outputOptions

  /// The option table of `gain`: what describes the stack, and where the answer goes.
  static let gainOptions = (stackOptions + outputOptions).filter {
    !["--batch", "--seed", "--quiet"].contains($0.description.name)
  }

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
    ) { (run, operand) throws(ArgumentError) in run.scheme = try operand.initializer() },
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
    Option(
      "--loss", "<loss>", help: "sum or random.",
      values: .words(Loss.allCases.map(\.rawValue))
    ) {
      (run, operand) throws(ArgumentError) in run.loss = try operand.choice()
    },
    Option(
      "--backward", "<where>", help: "each or last.",
      values: .words(Experiment.Backward.allCases.map(\.rawValue))
    ) {
      (run, operand) throws(ArgumentError) in run.backward = try operand.choice()
    },
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

  static let statisticsOptions: [Option<RunArguments>] = [
    Option(
      "--stats",
      help:
        "In text, also the mean, the largest |h|, the saturated fraction and the similarity of rows;"
        + " CSV and JSON Lines of a measurement always have them."
    ) { (run, _) throws(ArgumentError) in run.statistics = true }
  ]

  /// What else is to be seen of a measured layer.
  static let lookOptions: [Option<RunArguments>] = [
    Option(
      "--theory", help: "Beside each measured figure, what infinite-width theory predicts."
    ) { (run, _) throws(ArgumentError) in run.theory = true },
    Option(
      "--histogram",
      help:
        "How the activations of each reported layer are distributed: a line of text, or bin edges and"
        + " counts in JSON Lines."
    ) { (run, _) throws(ArgumentError) in run.histogram = true },
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
  /// A measurement, or a prediction, from everything that follows the name of the program or command.
  init(parsing tokens: [String], of command: CommandName = .measure) throws(ArgumentError) {
    var run = RunArguments()
    let options =
      command == .predict ? RunArguments.predictionOptions : RunArguments.measurementOptions
    let positionals = try parse(tokens, options: options, into: &run)
    let (layer, gain) = try run.operands(positionals, of: command)
    let name = gain.gainName()
    let experiment = try run.experiment(
      layer: layer, gain: name == nil ? gain.gain() : 1)
    if command == .predict, run.statistics, run.format != .text {
      throw .needsCompanion("--stats", companion: "--format text")
    }
    if command == .predict || run.theory { try experiment.checkTheory() }
    if command == .predict { try experiment.checkPredictionTime() }
    try self.init(run, experiment: experiment, namedGain: name)
  }

  private init(
    _ run: RunArguments, experiment: Experiment, namedGain: GainName?
  ) throws(ArgumentError) {
    try run.checkHeader()
    if run.histogram, run.format == .csv { throw .conflict("--histogram", "--format csv") }
    self.init(
      experiment: experiment, namedGain: namedGain, trials: run.trials, threads: run.threads,
      expectations: try run.parsedExpectations(), format: run.format, header: run.header,
      destination: run.destination, quiet: run.quiet, theory: run.theory,
      statistics: run.statistics, describesWeights: run.scheme != nil)
  }
}

extension GainQuestion {
  /// A question from everything that follows the command.
  init(parsing tokens: [String]) throws(ArgumentError) {
    var run = RunArguments()
    let positionals = try parse(tokens, options: RunArguments.gainOptions, into: &run)
    let names = CommandName.gain.positionals.map(\.name)
    guard let first = positionals.first else {
      throw .missing(names, example: "initprobe gain tanh --depth 100")
    }
    let layer = try Operand(name: names[0], text: first).layer()
    if positionals.count > 1 { throw .unexpected(positionals[1]) }
    let experiment = try run.experiment(layer: layer, gain: 1)
    try experiment.checkTheory()
    try experiment.checkPredictionTime()
    try run.checkHeader()
    self.init(
      experiment: experiment, format: run.format, header: run.header, destination: run.destination)
  }
}

extension Experiment {
  /// Throws where the layers are so many that a prediction, which goes through all of them, would take
  /// long.
  func checkPredictionTime() throws(ArgumentError) {
    let most = Experiment.deepestPrediction
    guard shape.depth <= most else {
      throw .value(Operand(name: "--depth", text: "\(shape.depth)"), .above(most))
    }
  }

  /// Throws where no prediction can be made.
  func checkTheory() throws(ArgumentError) {
    guard isCoveredByTheory else {
      throw .value(Operand(name: "--init", text: initializer.description), .meanNotZero)
    }
    if let limit = stack.theoryLimit {
      throw .value(Operand(name: "layer", text: layer.description), .notCovered(limit))
    }
  }
}

extension RunArguments {
  /// `<activation>` and `<gain>`.
  ///
  /// A mistyped command looks like an activation without a gain, and should hear of that first.
  fileprivate func operands(
    _ positionals: [String], of command: CommandName
  ) throws(ArgumentError) -> (Layer, gain: Operand) {
    let names = command.positionals.map(\.name)
    let example = "\(command.invocation) tanh 5/3 --depth 100"
    guard let first = positionals.first else { throw .missing(names, example: example) }
    let layer = try Operand(name: names[0], text: first).layer()
    guard positionals.count >= names.count else {
      throw .missing([names[1]], example: example)
    }
    if positionals.count > names.count { throw .unexpected(positionals[names.count]) }
    return (layer, Operand(name: names[1], text: positionals[1]))
  }

  fileprivate func experiment(
    layer: Layer, gain: Double
  ) throws(ArgumentError) -> Experiment {
    let shape = try shape()
    let experiment = Experiment(
      layer: layer, gain: gain, initializer: scheme ?? .xavierNormal, skip: skip,
      inputStd: inputStd, loss: loss, backward: backward, shape: shape, batch: batch, seed: seed,
      reports: try reports(depth: shape.depth), gradients: gradients, histogram: histogram)
    do throws(LayerError) {
      _ = try Network(experiment)
    } catch {
      throw .layer(error)
    }
    return experiment
  }

  fileprivate func checkHeader() throws(ArgumentError) {
    guard header || format == .csv else {
      throw .needsCompanion("--no-header", companion: "--format csv")
    }
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
