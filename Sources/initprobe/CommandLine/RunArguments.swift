import Arguments
import SignalPropagation

/// The options of a single run as they were given, before they are held against each other.
struct RunArguments: Sendable {
  /// Of the parameters that were given, by their names.
  var values: [String: ParameterValue] = [:]
  /// The names of the user's own parameters, in their order.
  var settings: [String] = []
  var widths: Operand?
  var reporting = ReportedLayers()
  var gradients = true
  var expectations: [Operand] = []
  var statistics = false
  var chart = false
  var theory = false
  var histogram = false
  var spectrum = false
  var trials = 1
  var threads: Int?
  var output = OutputOptions()

  /// Where the layers to report are said.
  struct ReportedLayers: Sendable {
    var every: Int?
    var layers: Operand?

    static let defaultEvery = 10
  }

  static let positionals = Parameter.all.compactMap { parameter in
    if case .positional(let positional) = parameter.argument { positional } else { nil }
  }

  /// The stack, and what goes through it.
  static let stack = OptionGroup("THE STACK", stackOptions(Parameter.all))

  /// The same without what only a run with a batch has.
  static let stackWithoutBatch = OptionGroup(
    "THE STACK", stackOptions(Parameter.all.filter { !$0.isOfBatch }))

  /// Those that are named first, then the others in the order of the columns.
  private static func stackOptions(_ parameters: [Parameter]) -> [Option<RunArguments>] {
    let widths = Option<RunArguments>(
      "--widths", "<list>",
      help: "Instead of --width and --depth: the size of the input, then the units of each layer,"
        + " such as 784,500,10."
    ) { (run, operand) throws(ArgumentError) in run.widths = operand }
    return Parameter.foremost.map(option) + [widths]
      + Parameter.others(
        parameters.filter { $0.option != nil }, option: option, setting: setting)
  }

  private static func option(_ parameter: Parameter) -> Option<RunArguments> {
    Option(parameter.option!) { (run, operand) throws(ArgumentError) in
      run.values[parameter.name] = try parameter.read(operand)
    }
  }

  private static let setting = Option<RunArguments>(
    Parameter.settingOption(
      "x", help: "A number of your own in a formula or layer, such as a=0.2.")
  ) { (run, operand) throws(ArgumentError) in
    let (parameter, value) = try operand.setting(known: run.settings)
    run.settings.append(parameter.name)
    run.values[parameter.name] = try parameter.read(value)
  }

  static let layerOptions: [Option<RunArguments>] = [
    Option(
      "--every", "<k>", help: "Report after layers 1, 1+k, 1+2k, ...",
      default: "\(ReportedLayers.defaultEvery)"
    ) { (run, operand) throws(ArgumentError) in run.reporting.every = try operand.count() },
    Option(
      "--layers", "<list>", help: "Report after exactly these layers, such as 1,2,5-10,100."
    ) { (run, operand) throws(ArgumentError) in run.reporting.layers = operand },
    Option("--no-grad", help: "Forward only: no gradients.") {
      (run, _) throws(ArgumentError) in run.gradients = false
    },
    Option(
      "--spectrum",
      help:
        "The singular values of the derivative of each reported layer by the input, for the first"
        + " row of the batch: a line of text, columns, and in JSON Lines all of them."
    ) { (run, _) throws(ArgumentError) in run.spectrum = true },
  ]

  /// What text shows more of each layer.
  static let textOptions: [Option<RunArguments>] = [
    Option(
      "--stats",
      help:
        "In text, also the mean, the largest |h|, the saturated fraction and the similarity of rows;"
        + " CSV and JSON Lines of a measurement always have them."
    ) { (run, _) throws(ArgumentError) in run.statistics = true },
    Option("--chart", help: "Below the text, a small chart of out and |grad| over the layers.") {
      (run, _) throws(ArgumentError) in run.chart = true
    },
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

  static let checks = OptionGroup(
    "CHECKS",
    Quantity.expectable.enumerated().map { index, quantity in
      Option<RunArguments>(
        quantity.expectOption, "<lo:hi>",
        help: index > 0
          ? "The same for every reported \(quantity.label), and that of the last layer."
          : "Exit with status 1 unless every reported \(quantity.label), and that of the last layer,"
            + " is finite and within this range; either side may be empty."
      ) { (run, operand) throws(ArgumentError) in run.expectations.append(operand) }
    })

  static let run = OptionGroup<RunArguments>(
    "THE RUN",
    [
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
    ])

  static let outputGroup = OptionGroup(
    "OUTPUT",
    OutputOptions.table.map { $0.within(\RunArguments.output) })

  /// More than any machine has; a mistyped number would exhaust the system's threads.
  private static let mostThreads = 1024
}

extension RunArguments.ReportedLayers {
  /// The layers, which all must exist in a stack of `depth` layers.
  func reports(depth: Int) throws(ArgumentError) -> Experiment.Reports {
    guard let layers else { return .every(every ?? Self.defaultEvery) }
    guard every == nil else { throw .conflict("--every", "--layers") }
    return .layers(try layers.layers(depth: depth))
  }
}

extension RunArguments {
  /// Takes the positional arguments of `command`, the first of them as the activation.
  ///
  /// A mistyped command looks like an activation without a gain, and should hear of that first.
  mutating func take(
    _ texts: [String], as positionals: [Positional], example: String
  ) throws(ArgumentError) {
    let names = positionals.map(\.name)
    guard let first = texts.first else { throw .missing(names, example: example) }
    try take(first, as: names[0])
    guard texts.count >= names.count else { throw .missing([names[1]], example: example) }
    if texts.count > names.count { throw .unexpected(texts[names.count]) }
    for (name, text) in zip(names, texts).dropFirst() { try take(text, as: name) }
  }

  /// Takes the value of a parameter.
  mutating func take(_ text: String, as name: String) throws(ArgumentError) {
    values[name] = try Parameter.named(name).read(Operand(name: name, text: text))
  }

  /// The experiment that was asked for.
  func draft() throws(ArgumentError) -> ExperimentDraft {
    var draft = Parameter.all(settings: settings).compactMap { values[$0.name] }
      .reduce(ExperimentDraft.standard) { $0.applying($1) }
    if let shape = try shapeOfWidths(skip: draft.experiment.skip) { draft.experiment.shape = shape }
    draft.experiment.reports = try reporting.reports(depth: draft.experiment.shape.depth)
    draft.experiment.gradients = gradients
    draft.experiment.histogram = histogram
    draft.experiment.spectrum = spectrum
    try draft.experiment.checkLayer()
    return draft
  }

  private func shapeOfWidths(skip: Double?) throws(ArgumentError) -> Experiment.Shape? {
    guard let widths else { return nil }
    guard values["width"] == nil else { throw .conflict("--width", "--widths") }
    guard values["depth"] == nil else { throw .conflict("--depth", "--widths") }
    let sizes = try widths.widths()
    guard skip == nil || Set(sizes).count == 1 else { throw .value(widths, .unequalWidths) }
    return .widths(sizes)
  }

  /// Throws where a chart is wanted of what is not for people to read.
  func checkChart() throws(ArgumentError) {
    guard !chart || output.format.isText else {
      throw .needsCompanion("--chart", companion: "--format text")
    }
  }

  /// What the reported figures are held against.
  func parsedExpectations() throws(ArgumentError) -> [Expectation] {
    var parsed: [Expectation] = []
    for operand in expectations {
      let quantity = Quantity.expectable.first { $0.expectOption == operand.name }!
      if quantity.needsGradients, !gradients { throw .conflict(operand.name, "--no-grad") }
      parsed.append(Expectation(quantity: quantity, bounds: try operand.bounds()))
    }
    return parsed
  }
}

extension Quantity {
  /// The option that holds the quantity against a range.
  var expectOption: String { "--expect-\(label)" }
}

extension Experiment {
  /// Throws where the layer cannot be a part of the stack, as where widths do not meet.
  func checkLayer() throws(ArgumentError) {
    do throws(LayerError) {
      try checkLayers()
    } catch {
      throw .refused(error.message)
    }
  }
}
