import Arguments

extension CommandName {
  /// What the command does.
  var overview: String {
    switch self {
    case .measure:
      "Push a random batch through a deep stack of layers, and print how its standard deviation and"
        + " the gradient of the input change."
    case .predict:
      "Print the lines of the measurement as infinite-width theory predicts them, at once, and what they"
        + " mean."
    case .gain:
      "Answer which gain to use: what the gains pytorch, unit and neutral, and the edge of chaos where there"
        + " is one, are predicted to do to the signal and to the gradient at this depth. For several"
        + " activations: the gain to use for each."
    case .sweep:
      "Measure every combination of the given values, and write tidy rows to a file. A list has single"
        + " values and ranges from:to:step between commas, such as 1,2:10:2."
    case .merge:
      "Join the files of a sweep's shards into the file that one machine would have written, byte for"
        + " byte. Shards that are not complete are refused."
    case .pytorch:
      "Print a Python script that prints the same lines with PyTorch: the same draws, the same loss, the"
        + " layer as it was typed."
    case .list: "List activations, the other words of a layer, presets and initialisers."
    case .help: "Show the help of a command."
    }
  }

  /// Lines that can be typed.
  var examples: [Example] {
    switch self {
    case .measure:
      [
        Example(
          "initprobe tanh 5/3", "Every ten of 100 layers: out, and the gradient at the input."),
        Example("initprobe gelu unit --depth 12 --theory", "The same, with the theory beside it."),
        Example(
          "initprobe 'x*sigmoid(1.702*x)' 1.5 --depth 12", "An activation of one's own."),
        Example(
          "initprobe 'h + W(relu(W(rmsnorm(h), out=4*d)))' 1 --depth 24 --backward last",
          "A transformer's block, and where its gradient dies."),
        Example(
          "initprobe relu sqrt2 --skip 1/2 --chart", "A residual stack, with a small chart."),
        Example(
          "initprobe gelu 1.45 --depth 12 --expect-out 0.1:1",
          "Status 1 where out leaves the range."),
      ]
    case .predict:
      [
        Example("initprobe predict tanh 5/3", "The lines of a measurement, without one."),
        Example(
          "initprobe predict sigmoid 1 --depth 100000 --layers 1,100000", "Any depth at once."),
      ]
    case .gain:
      [
        Example("initprobe gain tanh", "The gains that have a name, and what each does."),
        Example("initprobe gain gelu --depth 12 --format csv", "The same as rows."),
        Example("initprobe gain gelu silu relu --depth 12", "The gain to use for each of them."),
      ]
    case .sweep:
      [
        Example(
          "initprobe sweep tanh selu --gain 0.5:2:0.1 --trials 3 --output sweep.csv",
          "Two functions, 16 gains, three seeds. The same line again continues."),
        Example(
          "initprobe sweep tanh --gain 0.5:2:0.1 --shard 1/8 --output sweep.1-of-8.csv",
          "Every eighth point, for one of eight machines."),
      ]
    case .merge:
      [
        Example(
          "initprobe merge sweep.*-of-8.csv --output sweep.csv",
          "The names say which shard of how many each file is."),
        Example(
          "initprobe merge a.csv b.csv --output sweep.csv -- tanh selu --gain 0.5:2:0.1",
          "Files of any name, held against the arguments of the sweep."),
      ]
    case .pytorch:
      [
        Example("initprobe pytorch tanh 5/3 --width 200 > stack.py", "Run it with python3."),
        Example("initprobe pytorch llama 1 --depth 4 --width 64", "The same of a gated block."),
      ]
    case .list: []
    case .help: [Example("initprobe help sweep", "The same as initprobe sweep --help.")]
    }
  }
}
