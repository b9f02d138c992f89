import Foundation
import Testing

@testable import initprobe

@Suite struct `An output file` {
  private let csv = smallRun + ["--format", "csv"]

  @Test func `holds what standard output would`() throws {
    try withTemporaryDirectory { directory in
      let expected = try Binary.run(csv).output
      let outcome = try Binary.run(csv + ["--output", "run.csv"], in: directory)
      #expect(outcome == Outcome(output: "", errors: "", status: 0))
      let file = directory.appendingPathComponent("run.csv")
      #expect(try String(contentsOf: file, encoding: .utf8) == expected)
      #expect(expected.split(separator: "\n").count == 4)
      #expect(try names(in: directory) == ["run.csv"])
    }
  }

  /// It is written in pieces, of which each is made when it is wanted.
  @Test(arguments: ["text", "table", "csv", "jsonl"])
  func `holds all of a long text`(format: String) throws {
    try withTemporaryDirectory { directory in
      let command = "predict relu 1.4 --depth 3000 --every 1 --format \(format)"
      let expected = try Binary.run(command)
      #expect(expected.output.utf8.count > 1 << 16)
      #expect(expected.output.split(separator: "\n").count >= 3000)
      let outcome = try Binary.run("\(command) --output run", in: directory)
      #expect(outcome == Outcome(output: "", errors: expected.errors, status: 0))
      let file = directory.appendingPathComponent("run")
      #expect(try String(contentsOf: file, encoding: .utf8) == expected.output)
    }
  }

  @Test func `replaces an older one and keeps its permissions and a link to it`() throws {
    try withTemporaryDirectory { directory in
      let file = directory.appendingPathComponent("run.csv")
      try String(repeating: "old\n", count: 1000).write(
        to: file, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
      try FileManager.default.createSymbolicLink(
        atPath: directory.appendingPathComponent("link").path, withDestinationPath: "run.csv")
      #expect(try Binary.run(csv + ["--output", "link"], in: directory).status == 0)
      #expect(try String(contentsOf: file, encoding: .utf8) == Binary.run(csv).output)
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
      #expect(try names(in: directory) == ["link", "run.csv"])
    }
  }

  @Test(arguments: [
    ("missing/run.csv", "No such file or directory"), ("", "No such file or directory"),
    (".", "Is a directory"), ("file/run.csv", "Not a directory"),
    ("run.csv/", "No such file or directory"), ("loop", "Too many levels of symbolic links"),
    ("twin", "it has other names (hard links) that would keep the old text"),
    ("socket", "No such device or address"),
    (String(repeating: "x", count: 256), "File name too long"),
  ])
  func `that cannot be created ends with 73 before any work`(path: String, reason: String) throws {
    try withTemporaryDirectory { directory in
      let preparation = """
        touch file twin; ln twin other; ln -s loop loop
        python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
        """
      #expect(try Binary.shell(preparation, in: directory).status == 0)
      let before = try names(in: directory)
      let outcome = try Binary.run(csv + ["--output", path], in: directory)
      let shown = path.count > 100 ? "\(path.prefix(100))…" : path
      let line =
        "Error: the output file '\(shown)' cannot be created: \(reason); give '--output' another path.\n"
      #expect(outcome == Outcome(output: "", errors: line, status: 73))
      #expect(try names(in: directory) == before)
    }
  }

  @Test func `keeps a link that leads nowhere yet`() throws {
    try withTemporaryDirectory { directory in
      let script = "ln -s new link && $initprobe \(csv.joined(separator: " ")) --output link"
      let outcome = try Binary.shell("\(script) && readlink link && cat new", in: directory)
      let text = try Binary.run(csv).output
      #expect(outcome == Outcome(output: "new\n" + text, errors: "", status: 0))
    }
  }

  @Test func `may have a name that is not UTF-8`() throws {
    try withTemporaryDirectory { directory in
      let script = #"""
        $initprobe ARGUMENTS --output $'caf\xe9.csv' && $initprobe SWEEP --output $'caf\xe9-\xf4\x8f\xba\x80.csv'
        LC_ALL=C; printf '%q ' *; $initprobe ARGUMENTS --output $'\xe9/x'
        """#
        .replacingOccurrences(of: "ARGUMENTS", with: csv.joined(separator: " "))
        .replacingOccurrences(of: "SWEEP", with: smallSweep.joined(separator: " "))
      let outcome = try Binary.shell(script, in: directory)
      #expect(outcome.output == #"$'caf\351-\364\217\272\200.csv' $'caf\351.csv' "#)
      #expect(
        outcome.errors
          == #"Error: the output file '\xE9/x' cannot be created: No such file or directory; give '--output' another path."#
          + "\n")
    }
  }

  @Test func `that is a pipe whose reader has gone ends with 74`() throws {
    let outcome = try Binary.shell(
      "$initprobe tanh 1 --width 8 --batch 8 --depth 3000 --every 1 --no-grad --format jsonl"
        + " --output >(head -c 1 > /dev/null)")
    #expect(outcome.status == 74)
    #expect(outcome.errors.hasSuffix("' failed: Broken pipe.\n"))
  }

  @Test func `on a full device ends with 74`() throws {
    let outcome = try Binary.run(csv + ["--output", "/dev/full"])
    let line = "Error: writing to '/dev/full' failed: No space left on device.\n"
    #expect(outcome == Outcome(output: "", errors: line, status: 74))
  }

  @Test(arguments: ["-", "/dev/stdout"])
  func `can be standard output`(path: String) throws {
    #expect(try Binary.run(csv + ["--output", path]) == Binary.run(csv))
  }

  @Test func `that outgrows the allowed size leaves the old one as it was`() throws {
    try withTemporaryDirectory { directory in
      let file = directory.appendingPathComponent("run.csv")
      try "old".write(to: file, atomically: false, encoding: .utf8)
      let outcome = try Binary.shell(
        "ulimit -f 1; $initprobe tanh 1 --width 16 --batch 16 --depth 100 --every 1"
          + " --format csv --output run.csv", in: directory)
      let line = "Error: writing to 'run.csv' failed: File too large.\n"
      #expect(outcome == Outcome(output: "", errors: line, status: 74))
      #expect(try String(contentsOf: file, encoding: .utf8) == "old")
      #expect(try names(in: directory) == ["run.csv"])
    }
  }
}

@Suite struct `Standard output` {
  @Test(arguments: ["tanh 1 --width 16 --batch 16 --depth 20", "list", "--help", "--version"])
  func `that is full or closed ends with 74 and one line`(arguments: String) throws {
    let full = try Binary.shell("$initprobe \(arguments) > /dev/full")
    #expect(
      full
        == Outcome(
          output: "",
          errors: "Error: writing to standard output failed: No space left on device.\n",
          status: 74))
    let closed = try Binary.shell("$initprobe \(arguments) >&-")
    #expect(
      closed
        == Outcome(
          output: "", errors: "Error: writing to standard output failed: Bad file descriptor.\n",
          status: 74))
  }

  @Test func `that fails in the middle of a long text ends with 74 and one line`() throws {
    try withTemporaryDirectory { directory in
      let outcome = try Binary.shell(
        "ulimit -f 100; $initprobe predict tanh 1 --depth 2000 --every 1 --format jsonl > run",
        in: directory)
      let line = "Error: writing to standard output failed: File too large.\n"
      #expect(outcome == Outcome(output: "", errors: line, status: 74))
    }
  }

  @Test func `whose reader has gone ends the program quietly`() throws {
    let outcome = try Binary.shell(
      "set -o pipefail; $initprobe tanh 1 --width 16 --batch 16 --depth 2000 --every 1 --no-grad"
        + " --format jsonl | head -1 | cut -d , -f 1")
    let line = #"{"activation": "tanh""# + "\n"
    #expect(outcome == Outcome(output: line, errors: "", status: 0))
  }

  @Test func `is the same for the same arguments`() throws {
    #expect(try Binary.run(smallRun) == Binary.run(smallRun))
  }
}

@Suite struct `Rows without a header` {
  @Test func `append cleanly in a loop`() throws {
    let outcome = try Binary.shell(
      "for g in 0.5 1 1.5; do $initprobe tanh $g --width 16 --batch 16 --depth 1 --format csv"
        + " --no-header; done | cut -d , -f 1,2,\(LayerRow.table.index("layer") + 1)")
    #expect(
      outcome.output == "tanh,0.5,0\ntanh,0.5,1\ntanh,1,0\ntanh,1,1\ntanh,1.5,0\ntanh,1.5,1\n")
    #expect(outcome.status == 0)
  }
}
