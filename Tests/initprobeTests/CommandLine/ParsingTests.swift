import Arguments
import NamedActivations
import SignalPropagation
import Testing

@testable import initprobe

private func measurement(_ line: String) throws -> MeasureRequest {
  try MeasureRequest(parsing: line.words)
}

@Suite struct Parsing {
  @Test func `without options takes the thread's defaults`() throws {
    let expected = try measurement(
      "tanh 1.6667 --depth 100 --width 1000 --batch 1000 --seed 0 --every 10 --trials 1 --input-std 1"
        + " --output -")
    #expect(expected.draft.experiment == Experiment(activation: .tanh, gain: 1))
    #expect(expected.draft.gain == .number(1.6667))
    #expect(expected.output == OutputOptions())
    #expect(try measurement("tanh 1.6667") == expected)
  }

  @Test(arguments: [
    "tanh 2 --depth 7 --width 8 --batch 9 --seed 3",
    "--depth=7 --width=8 tanh --batch=9 2 --seed=3",
    "--seed 3 --batch 9 --width 8 --depth 7 -- tanh 2",
  ])
  func `takes options in any place and either form`(line: String) throws {
    let experiment = Experiment(
      activation: .tanh, gain: 2, shape: .square(width: 8, depth: 7), batch: 9, seed: 3)
    #expect(try measurement(line).draft.resolved() == experiment)
  }

  @Test func `reads every other option`() throws {
    let parsed = try measurement(
      "relu 1 --layers 3,1-2 --input-std 1/2 --no-grad --trials 4 --threads 2 --format csv"
        + " --no-header --output a=b --quiet --expect-out 0.5: --init Kaiming_Normal:mode=fan_out"
        + " --skip -1/2 --theory --stats")
    #expect(
      try parsed.draft.resolved()
        == Experiment(
          activation: .relu, gain: 1, initializer: .kaimingNormal(.fanOut), skip: -0.5,
          inputStd: 0.5, reports: .layers([1, 2, 3]), gradients: false))
    #expect(parsed.trials == 4 && parsed.threads == 2)
    #expect(
      parsed.expectations == [
        Expectation(
          quantity: Quantity.main[0], bounds: Bounds(lower: 0.5, upper: .infinity))
      ])
    #expect(
      parsed.output
        == OutputOptions(chosenFormat: .csv, header: false, destination: .file("a=b"), quiet: true))
    #expect(parsed.theory && parsed.statistics && parsed.describesWeights)
  }

  @Test func `of a histogram makes it part of the experiment`() throws {
    #expect(try measurement("tanh 1 --histogram").draft.experiment.histogram)
    #expect(try !measurement("tanh 1 --stats").draft.experiment.histogram)
  }

  @Test(arguments: [
    ("tanh", "tanh"), ("TANH", "tanh"), ("ReLU", "relu"), ("linear", "identity"),
    ("Identity", "identity"), ("relu_", "relu"), ("nn.LeakyReLU", "leaky_relu"),
    ("torch.nn.functional.hardswish", "hardswish"), ("LeakyReLU", "leaky_relu"),
    ("swish", "silu"), ("nn.SiLU", "silu"), ("tanh_", "tanh"), ("F.gelu", "gelu"),
    ("ReLU6", "relu6"), ("gelu_pytorch_tanh", "gelu_tanh"), ("torch.nn.LogSigmoid", "logsigmoid"),
  ])
  func `knows activations in any case and by their other names`(text: String, name: String) throws {
    #expect(try Operand(name: "activation", text: text).activation().name == name)
  }

  @Test(
    arguments: [
      ("1.6667", 1.6667), ("0", 0), ("1e-3", 0.001), (".5", 0.5), ("+2", 2),
      ("5/3", 5.0 / 3), ("0.5/1.5", 0.5 / 1.5), ("sqrt2", 2.0.squareRoot()),
      ("sqrt(2)", 2.0.squareRoot()), ("SQRT(2/3)", (2.0 / 3).squareRoot()), ("sqrt0", 0),
    ] as [(String, Double)])
  func `reads gains as numbers, fractions and roots`(text: String, value: Double) throws {
    #expect(try measurement("tanh \(text)").draft.gain == .number(value))
  }

  @Test(
    arguments: [
      ("0", 0), ("-1", UInt64.max), ("18446744073709551615", UInt64.max),
      ("-9223372036854775808", 1 << 63), ("4294967296", 1 << 32),
    ] as [(String, UInt64)])
  func `reads seeds as PyTorch does`(text: String, seed: UInt64) throws {
    #expect(try measurement("tanh 1 --seed \(text)").draft.experiment.seed == seed)
  }

  @Test(arguments: [
    ("1", [1]), ("3,1,2", [1, 2, 3]), ("1-3,2-4", [1, 2, 3, 4]), ("5,5", [5]),
    ("98-100", [98, 99, 100]),
  ])
  func `sorts reported layers and drops repetitions`(list: String, layers: [Int]) throws {
    #expect(try measurement("tanh 1 --layers \(list)").draft.experiment.reportedLayers == layers)
  }

  @Test(
    arguments: [
      ("0.5:0.8", 0.5, 0.8), (":0.8", -.infinity, 0.8), ("0.5:", 0.5, .infinity),
      (":", -.infinity, .infinity), ("1:1", 1, 1), ("-1:1/2", -1, 0.5),
    ] as [(String, Double, Double)])
  func `reads ranges with open sides`(text: String, lower: Double, upper: Double) throws {
    let bounds = try Operand(name: "--expect-out", text: text).bounds()
    #expect(bounds == Bounds(lower: lower, upper: upper))
  }

  @Test(arguments: [
    ("he_normal", "kaiming_normal"), ("HeUniform", "kaiming_uniform"),
    ("glorot_normal", "xavier_normal"), ("glorot_uniform", "xavier_uniform"),
    ("xavier_normal_", "xavier_normal"), ("torch.nn.init.kaiming_normal_", "kaiming_normal"),
    ("nn.init.trunc_normal_:std=0.5", "trunc_normal:std=0.5"), ("nn.Linear", "torch_linear"),
    ("LecunNormal", "lecun_normal"),
    ("kaiming_uniform_:mode=fan_out", "kaiming_uniform:mode=fan_out"),
    ("VarianceScaling:scale=2", "variance_scaling:scale=2"),
  ])
  func `knows initialisers by their other names`(text: String, name: String) throws {
    #expect(try Operand(name: "--init", text: text).initializer().description == name)
  }

  @Test(arguments: [
    ("", Format.text), ("--output out.csv", .csv), ("--output a/b.JSONL", .jsonl),
    ("--output out.csv --format table", .table), ("--output out.txt", .text),
    ("--output csv", .text), ("--output -", .text),
  ])
  func `takes the format from the name of the output`(options: String, format: Format) throws {
    #expect(try measurement("tanh 1 \(options)").output.format == format)
  }

  @Test func `takes the sizes of a rectangular stack`() throws {
    let shape = try measurement("tanh 1 --widths 784,500,10").draft.experiment.shape
    #expect(shape == .widths([784, 500, 10]))
    #expect(shape.depth == 2)
  }

  @Test(arguments: [("tanh", 1.5925374), ("relu", 1.4142136), ("identity", 1)])
  func `takes the names of gains`(activation: String, unit: Double) throws {
    let named = try measurement("\(activation) unit").draft.resolved()
    #expect(abs(named.gain - unit) < 1e-6)
  }

  @Test func `numbers the seeds of trials upwards, round the end`() throws {
    let small = "tanh 1 --width 2 --batch 2 --depth 1 --seed -2 --trials 3 --format csv --no-header"
    let rows = try Binary.run(small).output
    let seeds = rows.split(separator: "\n").map {
      $0.cells[LayerRow.table.index("seed")]
    }
    #expect(seeds == [.max - 1, .max - 1, .max, .max, 0, 0].map { (seed: UInt64) in "\(seed)" })
  }

  @Test(arguments: [
    (["--help"], Command.help(.measure)), (["-h"], .help(.measure)),
    (["list", "--help"], .help(.list)), (["thanh", "x", "--wrong", "--help"], .help(.measure)),
    (["list"], .list), (["LIST"], .list), (["--version"], .version(verbose: false)),
    (["list", "--version"], .version(verbose: false)),
    (["--version", "--verbose"], .version(verbose: true)), (["help", "gain"], .help(.gain)),
    (["--generate-manual"], .manual),
    (["--generate-completion-script", "fish"], .completionScript(.fish)),
    (["--generate-completion-script=ZSH"], .completionScript(.zsh)),
  ])
  func `recognises the other commands`(arguments: [String], command: Command) throws {
    #expect(try Command(parsing: arguments) == command)
  }
}

@Suite struct `The gain named pytorch` {
  /// What `torch.nn.init.calculate_gain` of PyTorch 2.13 returns.
  @Test(
    arguments: [
      ("linear", 1), ("identity", 1), ("tanh", 1.6666666666666667), ("relu", 1.4142135623730951),
      ("sigmoid", 1), ("leaky_relu", 1.4141428569978354), ("selu", 0.75),
    ] as [(String, Double)])
  func `is calculate_gain's`(name: String, gain: Double) throws {
    #expect(try measurement("\(name) PyTorch").draft.resolved().gain == gain)
  }
}
