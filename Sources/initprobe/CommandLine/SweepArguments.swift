import SignalPropagation

/// The options of a sweep as they were given, before they are held against each other.
struct SweepArguments: Sendable {
  /// Those that a sweep has in common with a measurement.
  var run = RunArguments()
  var gains: [Sweep.GainSetting]?
  var initializers: [Initializer]?
  var skips: [Double?]?
  var inputStds: [Double]?
  var widths: [Int]?
  var batches: [Int]?
  var depths: [Int]?
  var output: Operand?
  var shard = Shard(index: 1, count: 1)
  var keepsGoing = false
  var isDryRun = false

  /// A list of them takes no more memory than a run, and their file no more than a disk.
  static let mostPoints = 1_000_000

  /// The option table of a sweep, in the order of help.
  static let options = axisOptions + shared("--seed") + trialOptions + sharedOptions + sweepOptions

  private static let axisOptions: [Option<SweepArguments>] = [
    Option(
      "--gain", "<list>",
      help:
        "Gains, as initprobe takes them: single ones between commas, and ranges from:to:step such"
        + " as 0.5:2:0.1.", isRequired: true
    ) { (sweep, operand) throws(ArgumentError) in sweep.gains = try operand.gains() },
    Option(
      "--output", "<file>",
      help:
        "The .csv or .jsonl file that gets the rows of each point as soon as it is done; the same"
        + " command again continues it.", values: .file, isRequired: true
    ) { (sweep, operand) throws(ArgumentError) in sweep.output = try operand.sweepFile() },
    Option("--width", "<list>", help: "Units in each layer.", default: shown("--width")) {
      (sweep, operand) throws(ArgumentError) in sweep.widths = try operand.counts()
    },
    Option("--batch", "<list>", help: "Rows of the random input.", default: shown("--batch")) {
      (sweep, operand) throws(ArgumentError) in sweep.batches = try operand.counts()
    },
    Option("--depth", "<list>", help: "Numbers of layers.", default: shown("--depth")) {
      (sweep, operand) throws(ArgumentError) in sweep.depths = try operand.counts()
    },
    Option(
      "--init", "<list>", help: "How weights are drawn; 'initprobe list' shows the schemes.",
      default: shown("--init"), values: .words(Initializer.catalogue.map(\.name))
    ) { (sweep, operand) throws(ArgumentError) in sweep.initializers = try operand.initializers() },
    Option(
      "--skip", "<list>", help: "Residual stacks: h becomes h + s φ(W h); none for a plain one.",
      default: shown("--skip")
    ) { (sweep, operand) throws(ArgumentError) in sweep.skips = try operand.skips() },
    Option(
      "--input-std", "<list>", help: "The input is this many times a standard normal batch.",
      default: shown("--input-std")
    ) { (sweep, operand) throws(ArgumentError) in
      sweep.inputStds = try operand.list { (item) throws(ArgumentError) in
        try item.nonNegativeReal()
      }
    },
  ]

  private static let trialOptions: [Option<SweepArguments>] = [
    Option(
      "--trials", "<n>", help: "Run each combination with this many seeds, counted up from --seed.",
      default: shown("--trials")
    ) { (sweep, operand) throws(ArgumentError) in sweep.run.trials = try operand.count() }
  ]

  private static let sharedOptions = ["--every", "--layers", "--no-grad", "--theory", "--threads"]
    .flatMap(shared)

  private static let sweepOptions: [Option<SweepArguments>] =
    [
      Option(
        "--shard", "<i/n>", help: "Only every n-th point from the i-th, to a file of their own."
      ) { (sweep, operand) throws(ArgumentError) in sweep.shard = try operand.shard() },
      Option(
        "--keep-going",
        help:
          "Leave out points whose gain is a name that stands for none there, and exit with status"
          + " 1 after all others."
      ) { (sweep, _) throws(ArgumentError) in sweep.keepsGoing = true },
      Option("--dry-run", help: "List the points, estimate time and memory, and run none.") {
        (sweep, _) throws(ArgumentError) in sweep.isDryRun = true
      },
    ] + shared("--quiet")

  /// The option of a measurement, of the same meaning here.
  private static func shared(_ name: String) -> [Option<SweepArguments>] {
    RunArguments.measurementOptions.filter { $0.description.name == name }.map { option in
      Option(option.description) { (sweep, operand) throws(ArgumentError) in
        try option.apply(&sweep.run, operand)
      }
    }
  }

  /// The default that the option has in a measurement.
  private static func shown(_ name: String) -> String? {
    RunArguments.measurementOptions.first { $0.description.name == name }?.description.defaultValue
  }
}

extension Operand {
  fileprivate func counts() throws(ArgumentError) -> [Int] {
    try list { (item) throws(ArgumentError) in try item.count() }
  }

  /// The extension says how rows are written.
  fileprivate func sweepFile() throws(ArgumentError) -> Operand {
    guard RowFormat(path: text) != nil else { throw .value(self, .sweep(.notASweepFile)) }
    return self
  }
}

extension SweepRequest {
  /// A sweep from everything that follows its name.
  init(parsing tokens: [String]) throws(ArgumentError) {
    var arguments = SweepArguments()
    let positionals = try parse(tokens, options: SweepArguments.options, into: &arguments)
    let sweep = try arguments.sweep(positionals)
    guard arguments.isDryRun || arguments.output != nil else { throw .sweep(.noOutput) }
    self.init(
      sweep: sweep, theory: arguments.run.theory, shard: arguments.shard,
      output: arguments.output?.text,
      threads: arguments.run.threads, keepsGoing: arguments.keepsGoing,
      isDryRun: arguments.isDryRun, quiet: arguments.run.quiet)
  }
}

extension SweepArguments {
  fileprivate func sweep(_ positionals: [String]) throws(ArgumentError) -> Sweep {
    var layers: [Layer] = []
    for text in positionals {
      let layer = try Operand(name: "activation", text: text).layer()
      if !layers.contains(layer) { layers.append(layer) }
    }
    guard !layers.isEmpty else { throw .sweep(.noActivation) }
    guard let gains else { throw .sweep(.noGain) }
    var sweep = Sweep(layers: layers, gains: gains)
    sweep.initializers = initializers ?? sweep.initializers
    sweep.skips = skips ?? sweep.skips
    sweep.inputStds = inputStds ?? sweep.inputStds
    sweep.widths = widths ?? sweep.widths
    sweep.batches = batches ?? sweep.batches
    sweep.depths = depths ?? sweep.depths
    (sweep.seed, sweep.trials, sweep.gradients) = (run.seed, run.trials, run.gradients)
    // A layer must exist in every stack, and so in the shallowest.
    sweep.reports = try run.reports(depth: sweep.depths.min() ?? 1)
    guard let count = sweep.gridCount, count <= SweepArguments.mostPoints else {
      throw .sweep(.tooManyPoints(count: sweep.gridCount, most: SweepArguments.mostPoints))
    }
    return sweep
  }
}
