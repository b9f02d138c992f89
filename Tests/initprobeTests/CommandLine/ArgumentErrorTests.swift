import SignalPropagation
import Testing

@testable import initprobe

/// Every wrong line of arguments ends in the same three lines: what is wrong, the usage, where help is.
@Suite struct `Wrong arguments` {
  static let cases: [(String, String)] = [
    ("", "<activation> and <gain> are missing; an example is 'initprobe tanh 5/3 --depth 100'."),
    ("tanh", "<gain> is missing; an example is 'initprobe tanh 5/3 --depth 100'."),
    ("tanh 1 2", "the argument '2' is one too many; leave it out."),
    ("tanh 1 -- --depth", "the argument '--depth' is one too many; leave it out."),
    // Names
    ("thanh 1", "the activation 'thanh' is unknown. Did you mean 'tanh'?"),
    ("gpt-2 1", "the activation 'gpt-2' is unknown. Did you mean 'gpt2'?"),
    ("lsit", "the activation 'lsit' is unknown. Did you mean 'list'?"),
    ("lsit 1", "the activation 'lsit' is unknown. Did you mean 'list'?"),
    ("frobnicate 1", "the activation 'frobnicate' is unknown; 'initprobe list' shows all."),
    ("swiglx 1", "the activation 'swiglx' is unknown; 'initprobe list' shows all."),
    (
      "swiglu 1",
      "the activation 'swiglu' is no function of one number: it is a gate of two matrices; write the"
        + " layer, such as 'silu(W1(h))*W2(h)'. 'initprobe list' shows all."
    ),
    (
      "nn.LayerNorm 1",
      "the activation 'nn.LayerNorm' is no function of one number: it normalises a row; write the"
        + " layer, such as 'layernorm(W(h))'. 'initprobe list' shows all."
    ),
    (
      "tanh 1 --bias 0.1",
      "the option '--bias' is unknown; write the layer with it, such as 'tanh(W(h, bias=0.1))'."
    ),
    (
      "tanh 1 --norm rms",
      "the option '--norm' is unknown; write the layer with it, such as 'tanh(rmsnorm(W(h)))'."
    ),
    (
      "nn.Softmax 1",
      "the activation 'nn.Softmax' is no function of one number: it takes a whole row."
        + " 'initprobe list' shows all."
    ),
    ("help swep", "the command 'swep' is unknown. Did you mean 'sweep'?"),
    (
      "help x",
      "the command 'x' is unknown; it is one of predict, gain, sweep, merge, pytorch, list, help."
    ),
    ("help list sweep", "the argument 'sweep' is one too many; leave it out."),
    ("--generate-manual x", "the argument 'x' is one too many; leave it out."),
    // Gains
    (
      "tanh abc",
      "the gain 'abc' is not a number, a fraction such as 5/3, a root such as sqrt2, or "
        + "\(gainNames)."
    ),
    (
      "tanh pytroch",
      "the gain 'pytroch' is not a number, a fraction such as 5/3, a root such as sqrt2, or "
        + "\(gainNames). Did you mean 'pytorch'?"
    ),
    (
      "tanh 1.0.0",
      "the gain '1.0.0' is not a number, a fraction such as 5/3, a root such as sqrt2, or "
        + "\(gainNames)."
    ),
    ("tanh -1", "the gain '-1' is negative; give 0 or more."),
    ("tanh -sqrt2", "the gain '-sqrt2' is negative; give 0 or more."),
    ("tanh nan", "the gain 'nan' is not finite; give a finite number."),
    ("tanh inf", "the gain 'inf' is not finite; give a finite number."),
    ("tanh -inf", "the gain '-inf' is not finite; give a finite number."),
    ("tanh 1e400", "the gain '1e400' is not finite; give a finite number."),
    ("tanh 5/0", "the gain '5/0' is not finite; give a finite number."),
    ("tanh sqrt(-1)", "the gain 'sqrt(-1)' is not finite; give a finite number."),
    // Options as such
    ("tanh 1 --dept 3", "the option '--dept' is unknown. Did you mean '--depth'?"),
    ("tanh 1 --frobnicate", "the option '--frobnicate' is unknown."),
    ("tanh 1 -d 3", "the option '-d' is unknown."),
    ("tanh 1 --depth", "the option '--depth' needs a value, as in '--depth <n>'."),
    ("tanh 1 --depth --quiet", "the option '--depth' needs a value, as in '--depth <n>'."),
    ("tanh 1 --depth --", "the option '--depth' needs a value, as in '--depth <n>'."),
    ("tanh 1 --quiet=yes", "the option '--quiet' takes no value; leave out '=yes'."),
    ("tanh 1 --depth 3 --depth 3", "the option '--depth' is given more than once; give it once."),
    ("tanh 1 --quiet --quiet", "the option '--quiet' is given more than once; give it once."),
    // Sizes
    ("tanh 1 --depth 0", "the value '0' of '--depth' is not a whole number of at least 1."),
    ("tanh 1 --depth -5", "the value '-5' of '--depth' is not a whole number of at least 1."),
    ("tanh 1 --depth=", "the value '' of '--depth' is not a whole number of at least 1."),
    ("tanh 1 --width 1.5", "the value '1.5' of '--width' is not a whole number of at least 1."),
    ("tanh 1 --width 1e3", "the value '1e3' of '--width' is not a whole number of at least 1."),
    (
      "tanh 1 --width 1000000000000000000000000000000",
      "the value '1000000000000000000000000000000' of '--width' is too large for any machine;"
        + " lower it."
    ),
    ("tanh 1 --batch x", "the value 'x' of '--batch' is not a whole number of at least 1."),
    ("tanh 1 --trials 0", "the value '0' of '--trials' is not a whole number of at least 1."),
    ("tanh 1 --threads 0", "the value '0' of '--threads' is not a whole number of at least 1."),
    (
      "tanh 1 --threads 100000",
      "the value '100000' of '--threads' is too large; give at most 1024."
    ),
    // Seeds
    (
      "tanh 1 --seed 18446744073709551616",
      "the value '18446744073709551616' of '--seed' is not a whole number from"
        + " -9223372036854775808 to 18446744073709551615."
    ),
    (
      "tanh 1 --seed -9223372036854775809",
      "the value '-9223372036854775809' of '--seed' is not a whole number from"
        + " -9223372036854775808 to 18446744073709551615."
    ),
    (
      "tanh 1 --seed 0.5",
      "the value '0.5' of '--seed' is not a whole number from"
        + " -9223372036854775808 to 18446744073709551615."
    ),
    // Real numbers
    (
      "tanh 1 --input-std much",
      "the value 'much' of '--input-std' is not a number, a fraction such as 1/2, or a root such as"
        + " sqrt2."
    ),
    ("tanh 1 --input-std -1", "the value '-1' of '--input-std' is negative; give 0 or more."),
    (
      "tanh 1 --input-std nan",
      "the value 'nan' of '--input-std' is not finite; give a finite number."
    ),
    (
      "tanh 1 --skip inf",
      "the value 'inf' of '--skip' is not finite; give a finite number."
    ),
    // Named gains
    (
      "gelu pytorch",
      "the gain 'pytorch' does not exist for gelu, which calculate_gain does not know; give a number"
        + " such as 1, unit or neutral."
    ),
    (
      "tanh unit --skip 1",
      "the gain 'unit' does not exist with '--skip': signal and gradient grow at any gain; give a"
        + " number such as 1."
    ),
    (
      "tanh neutral --depth 1",
      "the gain 'neutral' is every gain in a stack of one layer; give a number such as 1."
    ),
    (
      "tanh unit --widths 10,20,20",
      "the gain 'unit' does not exist where the layers' weights differ in variance; give a number"
        + " such as 1."
    ),
    // Widths
    (
      "tanh 1 --widths 10",
      "the value '10' of '--widths' is not a list of at least two whole numbers from 1 up, such as"
        + " 784,500,10."
    ),
    (
      "tanh 1 --widths 10,0",
      "the value '10,0' of '--widths' is not a list of at least two whole numbers from 1 up, such as"
        + " 784,500,10."
    ),
    (
      "tanh 1 --widths 10,20 --width 5",
      "the options '--width' and '--widths' exclude each other; give one of them."
    ),
    (
      "tanh 1 --depth 5 --widths 10,20",
      "the options '--depth' and '--widths' exclude each other; give one of them."
    ),
    (
      "tanh 1 --widths 10,20 --layers 1,2",
      "the value '1,2' of '--layers' goes to layer 2, beyond the depth 1; list less or deepen the"
        + " stack."
    ),
    (
      "tanh 1 --widths 10,20 --skip 1",
      "the value '10,20' of '--widths' has different widths, which '--skip' cannot add up; make them"
        + " equal."
    ),
    // Initialisers
    (
      "tanh 1 --init kaimig_normal",
      "the value 'kaimig_normal' of '--init' is unknown. Did you mean 'kaiming_normal'?"
    ),
    ("tanh 1 --init zzz", "the value 'zzz' of '--init' is unknown; 'initprobe list' shows all."),
    (
      "tanh 1 --init kaiming_normal:fan=1",
      "the value 'kaiming_normal:fan=1' of '--init' has the parameter 'fan', and kaiming_normal takes"
        + " only mode; leave it out."
    ),
    (
      "tanh 1 --init xavier_normal:a=1",
      "the value 'xavier_normal:a=1' of '--init' has the parameter 'a', and xavier_normal takes none;"
        + " leave it out."
    ),
    (
      "tanh 1 --init normal",
      "the value 'normal' of '--init' lacks the parameter 'std'; give 'normal:std=<value>'."
    ),
    (
      "tanh 1 --init normal:std=1,std=2",
      "the value 'normal:std=1,std=2' of '--init' has the parameter 'std' more than once; give it once."
    ),
    (
      "tanh 1 --init normal:1",
      "the value 'normal:1' of '--init' has '1' where a parameter should be; write"
        + " 'normal:parameter=value'."
    ),
    (
      "tanh 1 --init normal:std=-1",
      "the value 'normal:std=-1' of '--init' gives 'std' the value '-1'; it takes a number of at least"
        + " 0."
    ),
    (
      "tanh 1 --theory --init trunc_normal:a=-1",
      "the value 'trunc_normal:a=-1' of '--init' has weights whose mean is not 0, which the theory does"
        + " not cover; give bounds such as a=-2,b=2."
    ),
    (
      "tanh unit --init trunc_normal:b=3",
      "the gain 'unit' is not to be found for weights whose mean is not 0; give a number such as 1."
    ),
    (
      "tanh neutral --init trunc_normal:b=3",
      "the gain 'neutral' is not to be found for weights whose mean is not 0; give a number such as 1."
    ),
    // Reported layers
    ("tanh 1 --every 0", "the value '0' of '--every' is not a whole number of at least 1."),
    (
      "tanh 1 --layers 1,,2",
      "the value '1,,2' of '--layers' is not a list of layers from 1 up, such as 1,2,5-10."
    ),
    (
      "tanh 1 --layers 0-3",
      "the value '0-3' of '--layers' is not a list of layers from 1 up, such as 1,2,5-10."
    ),
    (
      "tanh 1 --layers 5-3",
      "the value '5-3' of '--layers' is not a list of layers from 1 up, such as 1,2,5-10."
    ),
    (
      "tanh 1 --layers 1-2-3",
      "the value '1-2-3' of '--layers' is not a list of layers from 1 up, such as 1,2,5-10."
    ),
    (
      "tanh 1 --layers 1,101",
      "the value '1,101' of '--layers' goes to layer 101, beyond the depth 100; list less or"
        + " deepen the stack."
    ),
    (
      "tanh 1 --depth 1000000000000 --layers 1-1000000000000",
      "the value '1-1000000000000' of '--layers' lists more than 1000000 layers; use '--every'."
    ),
    (
      "tanh 1 --layers 1-9223372036854775807 --depth 9223372036854775807",
      "the value '1-9223372036854775807' of '--layers' lists more than 1000000 layers;"
        + " use '--every'."
    ),
    (
      "tanh 1 --layers 1 --every 2",
      "the options '--every' and '--layers' exclude each other; give one of them."
    ),
    // Expectations
    (
      "tanh 1 --expect-out 0.5",
      "the value '0.5' of '--expect-out' is not a range of numbers from 0 up, such as 0.5:0.8, 0.5:"
        + " or :0.8."
    ),
    (
      "tanh 1 --expect-out 2:1",
      "the value '2:1' of '--expect-out' is not a range of numbers from 0 up, such as 0.5:0.8, 0.5:"
        + " or :0.8."
    ),
    (
      "tanh 1 --expect-grad nan:1",
      "the value 'nan:1' of '--expect-grad' is not a range of numbers from 0 up, such as 0.5:0.8,"
        + " 0.5: or :0.8."
    ),
    (
      "tanh 1 --expect-grad -2:-1",
      "the value '-2:-1' of '--expect-grad' is not a range of numbers from 0 up, such as 0.5:0.8,"
        + " 0.5: or :0.8."
    ),
    (
      "tanh 1 --no-grad --expect-grad 0:1",
      "the options '--expect-grad' and '--no-grad' exclude each other; give one of them."
    ),
    (
      "relu edge --skip 1",
      "the gain 'edge' does not exist for relu in this stack, which has no edge of chaos; give a"
        + " number such as 1."
    ),
    (
      "tanh 1 --init he_norml",
      "the value 'he_norml' of '--init' is unknown; 'initprobe list' shows all."
    ),
    // Output
    (
      "tanh 1 --chart --format csv",
      "the option '--chart' works only with '--format text'; add that or leave it out."
    ),
    (
      "tanh 1 --histogram --output x.csv",
      "the options '--histogram' and '--format csv' exclude each other; give one of them."
    ),
    ("tanh 1 --format xml", "the value 'xml' of '--format' is not one of text, table, csv, jsonl."),
    (
      "tanh 1 --histogram --format csv",
      "the options '--histogram' and '--format csv' exclude each other; give one of them."
    ),
    (
      "tanh 1 --no-header",
      "the option '--no-header' works only with '--format csv'; add that or leave it out."
    ),
    (
      "--generate-completion-script tcsh",
      "the value 'tcsh' of '--generate-completion-script' is not one of bash, zsh, fish."
    ),
    (
      "--generate-completion-script",
      "the option '--generate-completion-script' needs a value, as in"
        + " '--generate-completion-script <shell>'."
    ),
  ]

  static var gainNames: String {
    let names = GainName.allCases.map(\.rawValue)
    return (names.count > 1 ? "one of " : "") + names.joined(separator: ", ")
  }

  @Test(arguments: cases)
  func `are named in one line, and end with 64`(arguments: String, line: String) throws {
    let outcome = try Binary.run(arguments)
    let expected = """
      Error: \(line)
      Usage: initprobe \(arguments.hasPrefix("help ") ? "help [<command>]" : Self.usage)
        See 'initprobe\(arguments.hasPrefix("help ") ? " help" : "") --help' for more information.

      """
    #expect(outcome == Outcome(output: "", errors: expected, status: 64))
  }

  private static let usage = "<activation> <gain> [--depth <n>] [--width <n>] [options]"

  @Test func `of a subcommand show its own usage`() throws {
    let expected = """
      Error: the argument 'tanh' is one too many; leave it out.
      Usage: initprobe list
        See 'initprobe list --help' for more information.

      """
    let outcome = try Binary.run(["list", "tanh"])
    #expect(outcome == Outcome(output: "", errors: expected, status: 64))
  }

  @Test(arguments: ["tanh --gain 1", "predict tanh --gain 1"])
  func `that give the gain as an option are told where it goes`(line: String) throws {
    let command = line.hasPrefix("predict") ? "initprobe predict" : "initprobe"
    let outcome = try Binary.run(line)
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.hasPrefix(
        "Error: the option '--gain' has no place in '\(command)'; "
          + "write the gain after the activation, as in 'tanh 5/3'.\n"))
  }

  @Test(arguments: [
    ("--trials", "--trials 2"), ("--threads", "--threads 2"), ("--theory", "--theory"),
    ("--histogram", "--histogram"),
  ])
  func `that only a measurement has are said to be out of place`(name: String, text: String) throws
  {
    let expected = """
      Error: the option '\(name)' has no place in 'initprobe predict'; leave it out.
      Usage: initprobe predict <activation> <gain> [--depth <n>] [options]
        See 'initprobe predict --help' for more information.

      """
    let outcome = try Binary.run("predict tanh 1 \(text)")
    #expect(outcome == Outcome(output: "", errors: expected, status: 64))
  }

  @Test(arguments: [
    ("", "<activation> is missing; an example is 'initprobe gain tanh --depth 100'."),
    ("tanh 1", "the argument '1' is one too many; leave it out."),
    ("tanh unit", "the argument 'unit' is one too many; leave it out."),
    ("tanh tnah", "the activation 'tnah' is unknown. Did you mean 'tanh'?"),
    ("tnah", "the activation 'tnah' is unknown. Did you mean 'tanh'?"),
    ("tanh --seed 3", "the option '--seed' has no place in 'initprobe gain'; leave it out."),
    ("tanh --layers 3", "the option '--layers' has no place in 'initprobe gain'; leave it out."),
    (
      "tanh --no-header",
      "the option '--no-header' works only with '--format csv'; add that or leave it out."
    ),
    (
      "tanh --depth 1000001",
      "the value '1000001' of '--depth' is too large; give at most 1000000."
    ),
    (
      "tanh --init trunc_normal:b=3",
      "the value 'trunc_normal:b=3' of '--init' has weights whose mean is not 0, which the theory does"
        + " not cover; give bounds such as a=-2,b=2."
    ),
  ])
  func `of a question for gains are refused as well`(arguments: String, line: String) throws {
    let expected = """
      Error: \(line)
      Usage: initprobe gain <activation>... [--depth <n>] [--width <n>] [options]
        See 'initprobe gain --help' for more information.

      """
    let outcome = try Binary.run("gain \(arguments)")
    #expect(outcome == Outcome(output: "", errors: expected, status: 64))
  }

  @Test(arguments: [
    "--trials 1000000000000000", "--trials 9223372036854775807",
  ])
  func `that ask for more memory than there is say how much`(sizes: String) throws {
    let outcome = try Binary.run("tanh 1 \(sizes)")
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    let line = try #require(outcome.errors.split(separator: "\n").first)
    #expect(
      line.wholeMatch(
        of:
          /Error: this run needs (more than 9\.2 EB|\d\.\d EB) of memory and \d+\.\d .B is available; lower '--width', '--batch', '--depth' or '--trials'\./
      ) != nil, "\(line)")
  }
}
