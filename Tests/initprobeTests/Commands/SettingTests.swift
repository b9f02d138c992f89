import Foundation
import Testing

@testable import initprobe

/// Numbers that are given with `--set` do what the same numbers do in the layer itself.
@Suite struct `A number of one's own` {
  private static let size = "--width 12 --batch 10 --depth 6 --every 2"

  /// What every line of bash here knows: the size of a run, and a sweep.
  private static let prelude = """
    size="\(size)"
    sweep() {
      $initprobe sweep 'b*leaky_relu(x, a)' 'b*tanh(x) + a*x' --gain 1,5/3 $size --set b=sqrt2,1 \\
        --set a=0:0.5:0.25 --quiet "$@"
    }

    """

  private func bash(_ line: String, in directory: URL? = nil) throws -> Outcome {
    try Binary.shell(Self.prelude + line, in: directory)
  }

  @Test(arguments: ["", "predict", "--theory", "--stats", "--format table", "--spectrum"])
  func `gives the lines of the same number in the layer`(how: String) throws {
    let (command, options) = how.hasPrefix("-") ? ("", how) : (how, "")
    let set = try bash(
      "$initprobe \(command) 'b*leaky_relu(x, a)' 1.2 $size --set a=1/5 --set=b=sqrt2 \(options)")
    let plain = try bash(
      "$initprobe \(command) 'sqrt(2)*leaky_relu(x, 0.2)' 1.2 $size \(options)")
    #expect(set == plain)
    #expect(set.status == 0 && set.output != "")
  }

  @Test func `has a column before that of the input, in the order given`() throws {
    let outcome = try bash(
      "$initprobe 'b*leaky_relu(x, a)' 1 $size --set b=2 --set a=-0.5 --format csv")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("activation,gain,init,skip,b,a,input_std,input_similarity,"))
    #expect(lines[1].hasPrefix("\"b*leaky_relu(x, a)\",1,xavier_normal,,2,-0.5,1,0,"))
    let json = try bash("$initprobe 'a*tanh(x)' 1 $size --set a=3 --format jsonl")
    #expect(json.output.contains("\"skip\": null, \"a\": 3, \"input_std\": 1, "))
    let gains = try bash("$initprobe gain 'a*tanh(x)' --depth 6 --set a=0.5 --format csv")
    #expect(
      gains.output.hasPrefix("activation,name,gain,init,skip,a,input_std,width,depth,"))
    #expect(gains.output.contains(",xavier_normal,,0.5,1,1000,6,"))
  }

  @Test func `moves the gains that have names`() throws {
    let set = try bash("$initprobe gain 'leaky_relu(a*x, 0.2)' --depth 6 --set a=2")
    #expect(set == (try bash("$initprobe gain 'leaky_relu(2*x, 0.2)' --depth 6")))
    #expect(set.status == 0)
  }

  @Test(arguments: ["csv", "jsonl"])
  func `is an axis whose points are single runs`(suffix: String) throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        set -e
        sweep --output all.\(suffix)
        for layer in 'b*leaky_relu(x, a)' 'b*tanh(x) + a*x'; do
          for gain in 1 5/3; do for b in sqrt2 1; do for a in 0 0.25 0.5; do
            $initprobe "$layer" $gain $size --set b=$b --set a=$a --format \(suffix)
          done; done; done
        done | grep -v ^activation > single.\(suffix)
        cmp <(grep -v ^activation all.\(suffix)) single.\(suffix)
        sweep --dry-run | head -1
        """, in: directory)
      #expect(outcome.errors == "")
      #expect(
        outcome.output.hasPrefix("activation,gain,init,skip,b,a,input_std,input_similarity,"))
    }
  }

  @Test(arguments: ["csv", "jsonl"])
  func `is kept apart where a sweep goes on after a cut`(suffix: String) throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        set -e
        sweep --output all.\(suffix)
        for part in 0 10 50 90 400 3000 9000; do
          head -c $part all.\(suffix) > cut.\(suffix)
          sweep --output cut.\(suffix)
          cmp all.\(suffix) cut.\(suffix)
        done
        ! sweep --set c=1 --output all.\(suffix)
        ! $initprobe sweep 'a*tanh(x)' --gain 1 $size --set a=1 --output all.\(suffix)
        """, in: directory)
      #expect(outcome.output == "" && outcome.status == 0)
      #expect(outcome.errors.contains("'--set c' names nothing in the layer"))
      #expect(
        outcome.errors.contains(
          "does not belong to this sweep: line 1 "
            + (suffix == "csv" ? "is not the header of its columns" : "has other parameters")))
    }
  }

  @Test(arguments: ["csv", "jsonl"])
  func `stays with its points in shards and their merge`(suffix: String) throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        set -e
        sweep --output all.\(suffix)
        for i in 1 2 3; do sweep --shard $i/3 --output s.$i-of-3.\(suffix); done
        $initprobe merge s.*.\(suffix) --output merged.\(suffix)
        cmp all.\(suffix) merged.\(suffix)
        $initprobe merge s.*.\(suffix) --output told.\(suffix) -- \
          'b*leaky_relu(x, a)' 'b*tanh(x) + a*x' --gain 1,5/3 $size --set b=sqrt2,1 \
          --set a=0:0.5:0.25
        cmp all.\(suffix) told.\(suffix)
        """, in: directory)
      #expect(outcome == Outcome(output: "", errors: "", status: 0))
    }
  }

  @Test(arguments: ["csv", "jsonl"])
  func `is not mixed with one of another name`(suffix: String) throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        $initprobe sweep 'a*tanh(x)' --gain 1:4:1 $size --set a=1 --shard 1/2 --output s.1-of-2.\(suffix)
        $initprobe sweep 'b*tanh(x)' --gain 1:4:1 $size --set b=1 --shard 2/2 --output s.2-of-2.\(suffix)
        $initprobe merge s.*.\(suffix) --output all.\(suffix)
        """, in: directory)
      #expect(outcome.status == 73 || outcome.status == 1)
      #expect(
        outcome.errors
          == "Error: the shard 's.2-of-2.\(suffix)' does not belong to this sweep: line 1 has other columns.\n"
      )
    }
  }

  @Test(arguments: [
    ("tanh 1 --set a", "the value 'a' of '--set' is not a name and its number, such as a=0.2."),
    (
      "tanh 1 --set 2a=1",
      "the value '2a=1' of '--set' is not a name and its number, such as a=0.2."
    ),
    ("tanh 1 --set =1", "the value '=1' of '--set' is not a name and its number, such as a=0.2."),
    ("tanh 1 --set a=", "the value '' of '--set a' is not a number, a fraction"),
    ("tanh 1 --set a=1/0", "the value '1/0' of '--set a' is not finite; give a finite number."),
    ("tanh 1 --set h=1", "the value 'h=1' of '--set' sets 'h', which already has a meaning; "),
    (
      "tanh 1 --set relu=1",
      "the value 'relu=1' of '--set' sets 'relu', which already has a meaning"
    ),
    ("tanh 1 --set width=1", "the value 'width=1' of '--set' sets 'width', which is a column of "),
    ("a*tanh(x) 1 --set a=1 --set a=2", "the value 'a=2' of '--set' sets 'a' a second time; "),
    ("tanh 1 --set a=1", "'--set a' names nothing in the layer; use 'a' in it or leave the option"),
    ("predict tanh 1 --set a=1", "'--set a' names nothing in the layer; "),
    ("gain tanh --set a=1", "'--set a' names nothing in the layer; "),
    ("pytorch tanh 1 --set a=1", "'--set a' names nothing in the layer; "),
    (
      "sweep tanh --gain 1,unit --set a=0:1:0.5 --dry-run", "'--set a' names nothing in the layer; "
    ),
    ("sweep a*tanh(x) --gain unit --dry-run", "'a' is not defined before its use; "),
    (
      "sweep a*tanh(x) --gain 1 --set a=0:1 --dry-run",
      "the value '0:1' of '--set a' is not a range"
    ),
    (
      "sweep a*tanh(x) --gain 1 --set a=1 --set a=2 --dry-run",
      "the value 'a=2' of '--set' sets 'a' a"
    ),
    ("a*tanh(x) 1 --set", "the option '--set' needs a value, as in '--set <name=x>'."),
  ])
  func `that means nothing is refused`(line: String, message: String) throws {
    let outcome = try Binary.run(line)
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("Error: \(message)"), "\(outcome.errors)")
  }

  @Test func `stands in the function of the layer in a script for PyTorch`() throws {
    let outcome = try bash("$initprobe pytorch 'leaky_relu(x, a)' 1 $size --set a=1/5")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("def layer(h, x0, l, d):\n    named = {}\n    a = 0.2\n"))
  }
}
