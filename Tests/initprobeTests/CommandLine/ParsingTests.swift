import SignalPropagation
import Testing

@testable import initprobe

private func measurement(_ line: String) throws -> Measurement {
  try Measurement(parsing: line.split(separator: " ").map(String.init))
}

@Suite struct Parsing {
  @Test func `without options takes the thread's defaults`() throws {
    let expected = Measurement(
      experiment: Experiment(activation: .tanh, gain: 1.6667), trials: 1, threads: nil,
      expectations: [], format: .text, header: true, destination: .standardOutput, quiet: false)
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
    #expect(try measurement(line).experiment == experiment)
  }

  @Test func `reads every other option`() throws {
    let parsed = try measurement(
      "relu 1 --layers 3,1-2 --input-std 1/2 --no-grad --trials 4 --threads 2 --format csv"
        + " --no-header --output a=b --quiet --expect-out 0.5: --init Kaiming_Normal:mode=fan_out"
        + " --skip -1/2 --theory --stats")
    let expected = Measurement(
      experiment: Experiment(
        activation: .relu, gain: 1, initializer: .kaimingNormal(.fanOut), skip: -0.5, inputStd: 0.5,
        reports: .layers([1, 2, 3]), gradients: false),
      trials: 4, threads: 2,
      expectations: [
        Expectation(figure: .out, bounds: Bounds(lower: 0.5, upper: .infinity))
      ],
      format: .csv, header: false, destination: .file("a=b"), quiet: true, theory: true,
      statistics: true, describesWeights: true)
    #expect(parsed == expected)
  }

  @Test func `of a histogram makes it part of the experiment`() throws {
    #expect(try measurement("tanh 1 --histogram").experiment.histogram)
    #expect(try !measurement("tanh 1 --stats").experiment.histogram)
  }

  @Test(arguments: [
    ("tanh", "tanh"), ("TANH", "tanh"), ("ReLU", "relu"), ("linear", "identity"),
    ("Identity", "identity"), ("relu_", "relu"),
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
    #expect(try measurement("tanh \(text)").experiment.gain == value)
  }

  @Test(arguments: [
    "", "abc", "sqrt", "sqrt()", "sqrtsqrt2", "1/2/3", "1/", "/2", "0x10", "1_000", "1,5", "½",
    "sqrt(2", "1 ", "--1",
  ])
  func `takes nothing else for a number`(text: String) {
    #expect(number(text) == nil)
  }

  @Test(
    arguments: [
      ("0", 0), ("-1", UInt64.max), ("18446744073709551615", UInt64.max),
      ("-9223372036854775808", 1 << 63), ("4294967296", 1 << 32),
    ] as [(String, UInt64)])
  func `reads seeds as PyTorch does`(text: String, seed: UInt64) throws {
    #expect(try measurement("tanh 1 --seed \(text)").experiment.seed == seed)
  }

  @Test(arguments: [
    ("1", [1]), ("3,1,2", [1, 2, 3]), ("1-3,2-4", [1, 2, 3, 4]), ("5,5", [5]),
    ("98-100", [98, 99, 100]),
  ])
  func `sorts reported layers and drops repetitions`(list: String, layers: [Int]) throws {
    #expect(try measurement("tanh 1 --layers \(list)").experiment.reportedLayers == layers)
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

  @Test func `takes the sizes of a rectangular stack`() throws {
    let shape = try measurement("tanh 1 --widths 784,500,10").experiment.shape
    #expect(shape == .widths([784, 500, 10]))
    #expect(shape.depth == 2)
  }

  @Test(arguments: [("tanh", 1.5925374), ("relu", 1.4142136), ("identity", 1)])
  func `takes the names of gains`(activation: String, unit: Double) throws {
    var named = try measurement("\(activation) unit")
    try named.resolveGain()
    #expect(abs(named.experiment.gain - unit) < 1e-6)
  }

  @Test func `numbers the seeds of trials upwards, round the end`() throws {
    let seeds = try measurement("tanh 1 --seed -2 --trials 3").experiments.map(\.seed)
    #expect(seeds == [.max - 1, .max, 0])
  }

  @Test(arguments: [
    (["--help"], Command.help(.measure)), (["-h"], .help(.measure)),
    (["list", "--help"], .help(.list)), (["thanh", "x", "--wrong", "--help"], .help(.measure)),
    (["list"], .list), (["LIST"], .list), (["--version"], .version),
    (["list", "--version"], .version),
    (["--generate-completion-script", "fish"], .completionScript(.fish)),
    (["--generate-completion-script=ZSH"], .completionScript(.zsh)),
  ])
  func `recognises the other commands`(arguments: [String], command: Command) throws {
    #expect(try Command(parsing: arguments) == command)
  }

  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("tanh", "tanh", 0),
    ("thanh", "tanh", 1), ("lsit", "list", 1), ("sigmiod", "sigmoid", 1),
  ])
  func `measures the distance of words`(a: String, b: String, distance: Int) {
    #expect(editDistance(a, b) == distance)
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
    var named = try measurement("\(name) PyTorch")
    try named.resolveGain()
    #expect(named.experiment.gain == gain)
  }
}
