import Foundation
import Testing

@testable import initprobe

@Suite struct `A sweep's wrong arguments` {
  static let cases: [(String, String)] = [
    (
      "",
      "<activation> is missing; an example is 'initprobe sweep tanh --gain 0.5:2:0.1 --output"
        + " sweep.csv'."
    ),
    (
      "tanh --output x.csv",
      "the option '--gain' is missing; give numbers or a range, such as '--gain 0.5:2:0.1'."
    ),
    (
      "tanh --gain 1",
      "the option '--output' is missing; a sweep continues from its file, so give it one, such as"
        + " '--output sweep.csv'."
    ),
    ("thanh --gain 1", "the activation 'thanh' is unknown. Did you mean 'tanh'?"),
    ("tanh 1 --gain 1", "the activation '1' is unknown; 'initprobe list' shows all."),
    (
      "tanh --gain 1,abc",
      "the value 'abc' of '--gain' is not a number, a fraction such as 5/3, a root such as sqrt2, or"
        + " one of pytorch, unit, neutral, edge."
    ),
    ("tanh --gain -1:1:0.5", "the value '-1' of '--gain' is negative; give 0 or more."),
    (
      "tanh --gain 1:2",
      "the value '1:2' of '--gain' is not a range from:to:step of decimals, such as 0.5:2:0.1."
    ),
    (
      "tanh --gain 1:2:-1",
      "the value '1:2:-1' of '--gain' does not get from its first number to its second; give another"
        + " step."
    ),
    (
      "tanh --gain 0:1e30:1e-30",
      "the value '0:1e30:1e-30' of '--gain' has a step too fine for its numbers; give fewer digits."
    ),
    (
      "tanh --gain 0:1:1e-7",
      "the value '0:1:1e-7' of '--gain' has more than 1000000 values; give fewer."
    ),
    (
      "tanh --gain 0:1:0.001 --width 1:1000:1 --output x.csv",
      "this sweep has 1001000 points; give shorter lists with at most 1000000 points in all."
    ),
    (
      "tanh --gain 1,2 --trials 9223372036854775807 --output x.csv",
      "this sweep has more than 9223372036854775807 points; give shorter lists with at most 1000000"
        + " points in all."
    ),
    (
      "tanh --gain 1 --width 0:10:5",
      "the value '0' of '--width' is not a whole number of at least 1."
    ),
    (
      "tanh --gain 1 --width 1:2:0.5",
      "the value '1.5' of '--width' is not a whole number of at least 1."
    ),
    (
      "tanh --gain 1 --depth 10,100 --layers 50",
      "the value '50' of '--layers' goes to layer 50, beyond the depth 10; list less or deepen the"
        + " stack."
    ),
    (
      "tanh --gain 1 --every 2 --layers 5",
      "the options '--every' and '--layers' exclude each other; give one of them."
    ),
    (
      "tanh --gain 1 --output x.txt",
      "the value 'x.txt' of '--output' is not the name of a .csv or .jsonl file; give one of these."
    ),
    (
      "tanh --gain 1 --output -",
      "the value '-' of '--output' is not the name of a .csv or .jsonl file; give one of these."
    ),
    (
      "tanh --gain 1 --theory --init orthogonal,trunc_normal:a=-1,b=2 --output x.csv",
      "the value 'trunc_normal:a=-1' of '--init' has weights whose mean is not 0, which the theory does"
        + " not cover; give bounds such as a=-2,b=2."
    ),
    (
      "tanh --gain 1 --shard 3/2",
      "the value '3/2' of '--shard' is not a shard I/N with I from 1 to N, such as 1/8, or auto/N."
    ),
    (
      "tanh --gain 1 --shard 0/2",
      "the value '0/2' of '--shard' is not a shard I/N with I from 1 to N, such as 1/8, or auto/N."
    ),
    (
      "tanh --gain 1 --format csv",
      "the option '--format' has no place in 'initprobe sweep'; leave it out."
    ),
    (
      "tanh --gain neutral --skip 1 --output x.csv",
      "the value 'neutral' of '--gain' does not exist with '--skip': signal and gradient grow at any"
        + " gain; give a number such as 1, or '--keep-going' to leave such points out."
    ),
  ]

  @Test(arguments: cases)
  func `are named in one line, and end with 64`(arguments: String, line: String) throws {
    try withTemporaryDirectory { directory in
      let outcome = try Binary.run("sweep \(arguments)", in: directory)
      let expected = """
        Error: \(line)
        Usage: initprobe sweep <activation>... --gain <list> --output <file> [options]
          See 'initprobe sweep --help' for more information.

        """
      #expect(outcome == Outcome(output: "", errors: expected, status: 64))
      #expect(try names(in: directory) == [])
    }
  }

  @Test func `that ask for more memory than there is say how much`() throws {
    let outcome = try Binary.run([
      "sweep", "tanh", "--gain", "1,neutral", "--width", "10,1000000000", "--output", "x.csv",
    ])
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.prefixMatch(
        of:
          /Error: this run needs \S+ .B of memory and \S+ .B is available; lower '--width', '--batch' or '--depth'\.\n/
      ) != nil)
  }

  @Test func `of sizes that no machine has are estimated all the same in a dry run`() throws {
    for options in ["--every 1", "--spectrum", "--theory --every 1"] {
      let outcome = try Binary.run(
        "sweep tanh --gain 1 --width 2 --batch 2 --depth 9223372036854775807 --dry-run \(options)")
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("\n# memory: at most about "))
    }
  }
}

@Suite struct `A file that does not belong to a sweep` {
  private static let refused = "Error: the output file 'sweep.csv' does not belong to this sweep: "

  /// What the file is made of, what the sweep is then, and the line that is at fault.
  static let cases: [(String, String, String)] = [
    ("echo hello > sweep.csv", "", "line 1 is not the header of its columns"),
    ("printf hello > sweep.csv", "", "line 1 is not the header of its columns"),
    ("head -c 300000 /dev/zero | tr '\\0' x > sweep.csv", "", "line 1 has other columns"),
    (
      "(head -c 300000 /dev/zero; echo x) > sweep.csv", "",
      "line 1 is not the header of its columns"
    ),
    (
      "$sweep --width 8", "--width 16",
      "line 2 has other parameters than 'tanh,1,xavier_normal,,1,0,sum,each,16,1000,1,0,0'"
    ),
    (
      "$sweep --width 8 --batch 8", "--width 8 --batch 8 --trials 2",
      "line 4 has other parameters than 'tanh,1,xavier_normal,,1,0,sum,each,8,8,1,1,0'"
    ),
    (
      "$sweep --width 8 --batch 8 --trials 2", "--width 8 --batch 8",
      "line 4 has other parameters than 'tanh,2,xavier_normal,,1,0,sum,each,8,8,1,0,0'"
    ),
    (
      "$sweep --width 8 --batch 8", "--width 8 --batch 8 --shard 1/2",
      "line 4 comes after the last point"
    ),
    (
      "$sweep --width 8 --batch 8", "--width 8 --batch 8 --shard 2/2",
      "line 2 has other parameters than 'tanh,2,xavier_normal,,1,0,sum,each,8,8,1,0,0'"
    ),
    (
      "$sweep --width 8 --batch 8", "--width 8 --batch 8 --no-grad",
      "line 3 differs in '--no-grad'"
    ),
    (
      "$sweep --width 8 --batch 8 --no-grad", "--width 8 --batch 8",
      "line 3 differs in '--no-grad'"
    ),
    (
      "$initprobe tanh 1 --depth 1 --width 8 --batch 8 --format csv --no-header > sweep.csv",
      "--width 8 --batch 8", "line 1 is not the header of its columns"
    ),
    (
      "$sweep --width 8 --batch 8; sed -i 3d sweep.csv", "--width 8 --batch 8",
      "line 3 has other parameters than 'tanh,1,xavier_normal,,1,0,sum,each,8,8,1,0,1'"
    ),
    (
      "$sweep --width 8 --batch 8; sed -i 's/,,$/,/' sweep.csv", "--width 8 --batch 8",
      "line 2 has other columns"
    ),
  ]

  @Test(arguments: cases)
  func `is refused in one line, with 73, and kept`(
    preparation: String, arguments: String, problem: String
  ) throws {
    try withTemporaryDirectory { directory in
      let sweep = "$initprobe sweep tanh --gain 1,2 --depth 1 --quiet --output sweep.csv"
      let line = preparation.replacingOccurrences(of: "$sweep", with: sweep)
      #expect(try Binary.shell(line, in: directory).status == 0)
      let before = try contents("sweep.csv", in: directory)
      let expected = Outcome(
        output: "", errors: "\(Self.refused)\(problem); give '--output' another path.\n", status: 73
      )
      #expect(try Binary.shell("\(sweep) \(arguments)", in: directory) == expected)
      #expect(try Binary.shell("\(sweep) \(arguments) --dry-run", in: directory) == expected)
      #expect(try contents("sweep.csv", in: directory) == before)
    }
  }

  @Test func `is one that another sweep is writing to`() throws {
    try withTemporaryDirectory { directory in
      let file = open(directory.appendingPathComponent("sweep.csv").path, O_RDWR | O_CREAT, 0o644)
      defer { close(file) }
      #expect(flock(file, LOCK_EX) == 0)
      let arguments = smallSweep + ["--output", "sweep.csv"]
      let line =
        "Error: the output file 'sweep.csv' is being written by another sweep; wait for it, or give"
        + " '--output' another path.\n"
      let refused = try Binary.run(arguments, in: directory)
      #expect(refused == Outcome(output: "", errors: line, status: 73))
      #expect(try contents("sweep.csv", in: directory) == "")
      #expect(flock(file, LOCK_UN) == 0)
      #expect(try Binary.run(arguments, in: directory).status == 0)
    }
  }
}

@Suite struct `A sweep whose file cannot be written` {
  @Test(arguments: [
    ("missing/sweep.csv", "No such file or directory"), ("directory.csv", "Is a directory"),
    ("file/sweep.csv", "Not a directory"),
  ])
  func `for want of a place ends with 73`(path: String, reason: String) throws {
    try withTemporaryDirectory { directory in
      try "".write(
        to: directory.appendingPathComponent("file"), atomically: false, encoding: .utf8)
      try FileManager.default.createDirectory(
        at: directory.appendingPathComponent("directory.csv"), withIntermediateDirectories: false)
      let line =
        "Error: the output file '\(path)' cannot be created: \(reason); give '--output' another path.\n"
      #expect(
        try Binary.run(smallSweep + ["--output", path], in: directory)
          == Outcome(output: "", errors: line, status: 73))
    }
  }

  @Test(arguments: ["csv", "jsonl"]) func `on a full device ends with 74`(suffix: String) throws {
    try withTemporaryDirectory { directory in
      let link = directory.appendingPathComponent("full.\(suffix)").path
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: "/dev/full")
      let line = "Error: writing to 'full.\(suffix)' failed: No space left on device.\n"
      #expect(
        try Binary.run(smallSweep + ["--output", "full.\(suffix)"], in: directory)
          == Outcome(output: "", errors: line, status: 74))
    }
  }

  /// Each run goes on where the one before it came to its limit.
  @Test(arguments: [(RowFormat.csv, "csv"), (.jsonl, "jsonl")])
  func `beyond the allowed size ends with 74 after a whole point, and goes on later`(
    format: RowFormat, suffix: String
  ) throws {
    try withTemporaryDirectory { directory in
      let arguments = smallSweep + ["--quiet", "--output"]
      #expect(try Binary.run(arguments + ["whole.\(suffix)"], in: directory).status == 0)
      let whole = try contents("whole.\(suffix)", in: directory)
      let command = "$initprobe \(arguments.joined(separator: " ")) sweep.\(suffix)"
      let line = "Error: writing to 'sweep.\(suffix)' failed: File too large.\n"
      let header = format.header(settings: []).utf8.count
      let kilobytes = whole.utf8.count / 1024
      var part = ""
      for limit in stride(from: kilobytes / 6, through: kilobytes, by: kilobytes / 6) {
        let outcome = try Binary.shell("ulimit -f \(limit); \(command)", in: directory)
        #expect(outcome == Outcome(output: "", errors: line, status: 74))
        let before = part.utf8.count
        part = try contents("sweep.\(suffix)", in: directory)
        #expect(part.utf8.count >= max(before, header) && part.utf8.count <= 1024 * limit)
        #expect(whole.hasPrefix(part))
        #expect(part.utf8.dropFirst(header).count { $0 == UInt8(ascii: "\n") } % 4 == 0)
      }
      #expect(try Binary.run(arguments + ["sweep.\(suffix)"], in: directory).status == 0)
      #expect(try contents("sweep.\(suffix)", in: directory) == whole)
    }
  }
}

@Suite struct `The progress of a sweep` {
  @Test func `is told in points, rate and time left`() {
    #expect(
      sweepLine(done: 12, of: 40, here: 4, fraction: 0.25, elapsed: 2)
        == "12 of 40 points, 2.0 points/s, 6 s left")
    #expect(
      sweepLine(done: 1, of: 40, here: 1, fraction: 0.5, elapsed: 90)
        == "1 of 40 points, 90.0 s/point, 1 min 30 s left")
    #expect(
      sweepLine(done: 8, of: 40, here: 0, fraction: 0.001, elapsed: 1)
        == "8 of 40 points, 16 min 39 s left")
    #expect(sweepLine(done: 0, of: 2, here: 0, fraction: 0, elapsed: 1) == "0 of 2 points")
  }

  @Test(arguments: [
    (0, "0 s"), (0.2, "1 s"), (59.5, "1 min 0 s"), (3600, "1 h 0 min"), (90_000, "1 d 1 h"),
    (Double.infinity, "ages"),
  ])
  func `has durations that are easy to read`(seconds: Double, text: String) {
    #expect(duration(seconds) == text)
  }
}
