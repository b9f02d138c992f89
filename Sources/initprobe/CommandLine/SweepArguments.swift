import Arguments
import SignalPropagation

/// The options of a sweep as they were given, before they are held against each other.
struct SweepArguments: Sendable {
  /// Those that a sweep has in common with a measurement.
  var run = RunArguments()
  /// The values of the parameters that were given, by their names.
  var lists: [String: [ParameterValue]] = [:]
  var output: Operand?
  var shard = Shard(index: 1, count: 1)
  var syncInterval = 1.0
  var keepsGoing = false
  var isDryRun = false

  static let positionals = Parameter.all.compactMap { parameter in
    if case .positionals(let positional) = parameter.sweep { positional } else { nil }
  }

  /// The option table of a sweep, in the order of help.
  static let groups = [
    OptionGroup("THE GRID", [axis(.named("gain"))] + axes + [shared("--seed"), trials]),
    OptionGroup(
      "EACH POINT",
      ["--every", "--layers", "--no-grad", "--loss", "--spectrum", "--theory", "--threads"].map(
        shared)),
    OptionGroup("OUTPUT", [output] + ownOptions + [shared("--quiet")]),
  ]

  /// Those that are named first, then the others in the order of the columns.
  private static var axes: [Option<SweepArguments>] {
    let axes = Parameter.all.filter { parameter in
      if case .axis = parameter.sweep { parameter.option != nil } else { false }
    }
    return Parameter.foremost.map(axis)
      + Parameter.others(axes, option: axis, setting: setting)
  }

  private static func axis(_ parameter: Parameter) -> Option<SweepArguments> {
    guard case .axis(let description) = parameter.sweep else {
      fatalError("\(parameter.name) is no axis")
    }
    return Option(description) { (sweep, operand) throws(ArgumentError) in
      sweep.lists[parameter.name] = try parameter.values(operand)
    }
  }

  private static let setting = Option<SweepArguments>(
    Parameter.settingOption(
      "list", help: "A number of your own in a formula or layer, such as a=0:1:0.1.")
  ) { (sweep, operand) throws(ArgumentError) in
    let (parameter, list) = try operand.setting(known: sweep.run.settings)
    sweep.run.settings.append(parameter.name)
    sweep.lists[parameter.name] = try parameter.values(list)
  }

  private static let output = Option<SweepArguments>(
    "--output", "<file>",
    help:
      "The .csv or .jsonl file that gets the rows of each point as soon as it is done; the same"
      + " command again continues it.", values: .file, isRequired: true
  ) { (sweep, operand) throws(ArgumentError) in
    guard RowFormat(path: operand.text) != nil else { throw .value(operand, .notASweepFile) }
    sweep.output = operand
  }

  private static let trials = Option<SweepArguments>(
    "--trials", "<n>", help: "Run each combination with this many seeds, counted up from --seed.",
    default: "1"
  ) { (sweep, operand) throws(ArgumentError) in sweep.run.trials = try operand.count() }

  private static let ownOptions: [Option<SweepArguments>] = [
    Option(
      "--shard", "<i/n>",
      help: "Only every n-th point from the i-th, to a file of their own; auto/n takes i from the"
        + " variable of a scheduler, such as SLURM_ARRAY_TASK_ID."
    ) { (sweep, operand) throws(ArgumentError) in sweep.shard = try operand.shard() },
    Option(
      "--sync", "<seconds>",
      help: "A finished point is on disk within so many seconds; 0: before the next one starts.",
      default: "1"
    ) { (sweep, operand) throws(ArgumentError) in
      let seconds = try operand.nonNegativeReal()
      guard seconds <= 86_400 else { throw .value(operand, .above(86_400)) }
      sweep.syncInterval = seconds
    },
    Option(
      "--keep-going",
      help:
        "Leave out points whose gain is a name that stands for none there, and exit with status"
        + " 1 after all others; with 0 where nothing is left to do."
    ) { (sweep, _) throws(ArgumentError) in sweep.keepsGoing = true },
    Option("--dry-run", help: "List the points, estimate time and memory, and run none.") {
      (sweep, _) throws(ArgumentError) in sweep.isDryRun = true
    },
  ]

  /// The option of a measurement, of the same meaning here.
  private static func shared(_ name: String) -> Option<SweepArguments> {
    let options = MeasureRequest.groups.flatMap(\.options)
    return options.first { $0.description.name == name }!.within(\SweepArguments.run)
  }
}

extension SweepArguments {
  /// The sweep over these activations.
  func sweep(_ activations: [String]) throws(ArgumentError) -> Sweep {
    var lists = lists
    let name = SweepArguments.positionals[0].name
    for text in activations {
      let value = try Parameter.named(name).read(Operand(name: name, text: text))
      if lists[name]?.contains(value) != true { lists[name, default: []].append(value) }
    }
    guard !activations.isEmpty else { throw .noActivation }
    guard lists["gain"] != nil else { throw .noGain }
    var base = run.values.values.reduce(ExperimentDraft.standard) { $0.applying($1) }
    base.experiment.gradients = run.gradients
    base.experiment.spectrum = run.spectrum
    let axes = Parameter.all(settings: run.settings).compactMap { parameter in
      lists[parameter.name].map {
        Sweep.Axis($0, movesNamedGains: parameter.movesNamedGains)
      }
    }
    var sweep = Sweep(base: base, axes: axes, trials: run.trials)
    // A layer must exist in every stack, and so in the shallowest.
    sweep.base.experiment.reports = try run.reporting.reports(depth: leastDepth(base))
    guard let count = sweep.gridCount, count <= SweepRequest.mostPoints else {
      throw .tooManyPoints(count: sweep.gridCount, most: SweepRequest.mostPoints)
    }
    return sweep
  }

  private func leastDepth(_ base: ExperimentDraft) -> Int {
    let depths = lists["depth"]?.map { base.applying($0).experiment.shape.depth } ?? []
    return depths.min() ?? base.experiment.shape.depth
  }
}
