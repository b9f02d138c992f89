import Arguments
import SignalPropagation

extension Parameter {
  /// All parameters but a user's own, in the order of the columns and of the axes of a sweep.
  static let all: [Parameter] = [
    Parameter(
      "activation",
      .positional(
        Positional(
          name: "activation",
          help: "PyTorch's name of a function, such as tanh; or a formula in x, such as"
            + " 'x*sigmoid(1.702*x)'; or a layer in h, such as 'h + W(relu(W(rmsnorm(h))))'; or a"
            + " preset; or @<file> that holds one. 'initprobe list' shows the names.",
          values: Activation.listed.map(\.name) + LayerPreset.all.map(\.name))),
      sweep: .positionals(
        Positional(
          name: "activation", help: "The functions, formulas or layers to sweep over.",
          values: Activation.listed.map(\.name) + LayerPreset.all.map(\.name), repeats: true)),
      read: { (operand) throws(ArgumentError) in
        let layer = try operand.layer()
        return ParameterValue(layer.description) { $0.experiment.layer = layer }
      }, cell: { run, _ in .text(run.layer.description) }),
    Parameter(
      "gain",
      .positional(
        Positional(
          name: "gain",
          help: "Factor of the weights: a number, a fraction such as 5/3, a root such as sqrt2, or"
            + " pytorch (what calculate_gain returns), unit (keeps the variance of the"
            + " pre-activations at 1), neutral (neither vanishing nor exploding gradients) or edge (the"
            + " edge of chaos).",
          values: GainName.allCases.map(\.rawValue))),
      sweep: .axis(
        OptionDescription(
          name: "--gain", placeholder: "<list>",
          help:
            "Gains, as initprobe takes them: single ones between commas, and ranges from:to:step such"
            + " as 0.5:2:0.1.", isRequired: true)),
      read: { (operand) throws(ArgumentError) in
        if let name = operand.gainName() {
          return ParameterValue(name.rawValue) { $0.gain = .named(name) }
        }
        let gain = try operand.gain()
        return ParameterValue(number: gain) { $0.gain = .number(gain) }
      }, cell: { run, _ in Cell(run.gain) }),
    Parameter(
      "init", "<scheme>", help: "How weights are drawn; 'initprobe list' shows the schemes.",
      values: .words(Initializer.catalogue.map(\.name)), parts: { $0.schemes },
      read: { (operand) throws(ArgumentError) in
        let scheme = try operand.initializer()
        return ParameterValue(scheme.description) { $0.experiment.initializer = scheme }
      }, cell: { run, _ in .text(run.initializer.description) }),
    Parameter(
      "skip", "<s>", help: "Residual stack: h becomes h + s φ(W h).",
      sweepHelp: "Residual stacks: h becomes h + s φ(W h); none for a plain one.", none: "none",
      read: { (operand) throws(ArgumentError) in
        if operand.text.lowercased() == "none" {
          return ParameterValue("none") { $0.experiment.skip = nil }
        }
        let skip = try operand.real()
        return ParameterValue(number: skip) { $0.experiment.skip = skip }
      }, cell: { run, _ in Cell(run.skip) }),
    Parameter(
      "input_std", "<x>", help: "The input is <x> times a standard normal batch.",
      sweepHelp: "The input is this many times a standard normal batch.",
      read: { (operand) throws(ArgumentError) in
        let factor = try operand.nonNegativeReal()
        return ParameterValue(number: factor) { $0.experiment.inputStd = factor }
      }, cell: { run, _ in Cell(run.inputStd) }),
    Parameter(
      "input_similarity", "<c>",
      help: "Cosine between the rows of the input: √c·common + √(1−c)·own; 0 or more, below 1.",
      isOfBatch: true,
      read: { (operand) throws(ArgumentError) in
        let cosine = try operand.nonNegativeReal()
        guard cosine < 1 else { throw .value(operand, .notACosine) }
        return ParameterValue(number: cosine) { $0.experiment.inputSimilarity = cosine }
      }, cell: { run, _ in Cell(run.inputSimilarity) }),
    Parameter(
      "loss",
      .option(
        OptionDescription(
          name: "--loss", placeholder: "<loss>",
          help: "What is differentiated: the sum of a layer's output, or a random readout of it.",
          defaultValue: "sum; random where the layer normalises",
          values: .words(Loss.allCases.map(\.rawValue)))),
      sweep: .same,
      read: { (operand) throws(ArgumentError) in
        let loss: Loss = try operand.choice()
        return ParameterValue(loss.rawValue) { $0.loss = loss }
      }, cell: { run, _ in .text(run.loss.rawValue) }),
    Parameter(
      "backward",
      .option(
        OptionDescription(
          name: "--backward", placeholder: "<where>",
          help:
            "each: a loss at each reported layer, its gradient at the input; last: one at the last"
            + " layer, its gradient at each reported layer and by that layer's weights.",
          defaultValue: Experiment.Backward.each.rawValue,
          values: .words(Experiment.Backward.allCases.map(\.rawValue)))),
      sweep: .same,
      read: { (operand) throws(ArgumentError) in
        let backward: Experiment.Backward = try operand.choice()
        return ParameterValue(backward.rawValue) { $0.experiment.backward = backward }
      }, cell: { run, _ in .text(run.backward.rawValue) }),
    Parameter(
      "width", "<n>", help: "Units in each layer, and size of the input.",
      sweepHelp: "Units in each layer.",
      read: { (operand) throws(ArgumentError) in
        let width = try operand.count()
        return ParameterValue("\(width)") { draft in
          let depth = draft.experiment.shape.depth
          draft.experiment.shape = .square(width: width, depth: depth)
        }
      }, cell: { run, layer in Cell(run.shape.width(ofLayer: layer)) }),
    Parameter(
      "batch", "<n>", help: "Rows of the random input.", isOfBatch: true, movesNamedGains: false,
      read: { (operand) throws(ArgumentError) in
        let batch = try operand.count()
        return ParameterValue("\(batch)") { $0.experiment.batch = batch }
      }, cell: { run, _ in Cell(run.batch) }),
    Parameter(
      "depth", "<n>", help: "Number of layers.", sweepHelp: "Numbers of layers.",
      read: { (operand) throws(ArgumentError) in
        let depth = try operand.count()
        return ParameterValue("\(depth)") { draft in
          let width = draft.experiment.shape.width(ofLayer: 0)
          draft.experiment.shape = .square(width: width, depth: depth)
        }
      }, cell: { run, _ in Cell(run.shape.depth) }),
    Parameter(
      "seed", "<s>", help: "Seed, as torch.manual_seed takes it.", isAxis: false, isOfBatch: true,
      read: { (operand) throws(ArgumentError) in
        let seed = try operand.seed()
        return ParameterValue("\(seed)") { $0.experiment.seed = seed }
      }, cell: { run, _ in .number(String(run.seed)) }),
  ]
}

extension ParameterValue {
  /// A number, 0 with either sign being one value.
  init(
    number: Double, apply: @escaping @Sendable (inout ExperimentDraft) -> Void
  ) {
    self.init((number + 0).shortest, apply: apply)
  }
}
