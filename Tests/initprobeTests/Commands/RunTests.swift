import Foundation
import SignalPropagation
import Testing

@testable import initprobe

/// Runs of the thread's snippet in PyTorch 2.13, with the lines that it printed.
private struct ForumRun: Decodable, CustomTestStringConvertible {
  let act: String
  let gain: Double
  let width: Int
  let depth: Int
  let seed: Int
  let printed: [String]

  var testDescription: String { "\(act) \(gain)" }
  var arguments: [String] {
    [
      act, "\(gain)", "--width", "\(width)", "--batch", "\(width)", "--depth", "\(depth)",
      "--seed", "\(seed)",
    ]
  }

  /// One run for each activation and gain, small enough for a test.
  static func small() throws -> [ForumRun] {
    struct File: Decodable { let records: [ForumRun] }
    let file = projectFolder.appendingPathComponent(
      "Tests/SignalPropagationTests/Reference/forum_runs.json")
    let runs = try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).records
    return runs.filter { $0.width == 64 && $0.seed == 1 }
  }
}

@Suite struct `A measurement` {
  @Test(arguments: try ForumRun.small())
  fileprivate func `prints the lines of PyTorch`(run: ForumRun) throws {
    let outcome = try Binary.run(run.arguments)
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
    let expected = run.printed.map { $0.split(separator: " ") }
    try #require(lines.map(\.count) == expected.map(\.count))
    for (line, reference) in zip(lines, expected) {
      #expect(line[0] == reference[0])
      expectSame(line[1], reference[1], relative: 0)
      guard line.count == 4 else { continue }
      #expect(line[2] == reference[2])
      // A unit of ReLU that changes sign moves the gradient by as much.
      expectSame(line[3], reference[3], relative: 3e-3)
    }
  }

  /// Below 0.001 PyTorch's four decimals hold too little to compare digits, and from 100 on they are
  /// more than a float holds.
  private func expectSame(_ text: Substring, _ reference: Substring, relative: Double) {
    let expected = Double(reference)!
    guard relative > 0 || expected < 0.001 || expected >= 100 else {
      #expect(text == reference)
      return
    }
    #expect(abs(Double(text)! - expected) <= max(1e-4, max(relative, 1e-6) * expected))
  }

  @Test(arguments: ["text", "csv", "jsonl"])
  func `is the same on any number of threads`(format: String) throws {
    let arguments = ["relu", "sqrt2", "--depth", "12", "--width", "70", "--batch", "90"]
    let one = try Binary.run(arguments + ["--format", format, "--threads", "1"])
    let three = try Binary.run(arguments + ["--format", format, "--threads", "3"])
    #expect(one == three)
    #expect(one.output.split(separator: "\n").count == (format == "csv" ? 4 : 3))
  }

  @Test func `without gradients shows out alone`() throws {
    let full = try Binary.run(smallRun).output
    let forward = try Binary.run(smallRun + ["--no-grad"]).output
    let cut = full.split(separator: "\n").map { $0.split(separator: " grad:")[0] + "\n" }.joined()
    #expect(forward == cut)
    #expect(full.contains("grad:"))
  }

  @Test func `of trials runs each seed`() throws {
    let rows = smallRun + ["--format", "csv", "--no-header"]
    let trials = try Binary.run(rows + ["--seed", "5", "--trials", "2"]).output
    let single = try [5, 6].map { try Binary.run(rows + ["--seed", "\($0)"]).output }
    #expect(trials == single.joined())
    let text = try Binary.run(smallRun + ["--trials", "3"]).output
    #expect(text.split(separator: "\n").allSatisfy { $0.contains(" ± ") })
  }

  @Test func `that leaves the range of floats says where`() throws {
    let run = [
      "identity", "1e30", "--width", "16", "--batch", "16", "--depth", "4", "--every", "1",
    ]
    let outcome = try Binary.run(run)
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasPrefix("Note: out is "))
    #expect(outcome.errors.contains(" first at layer 2.\n"))
    #expect(
      try Binary.run(run + ["--quiet"]) == Outcome(output: outcome.output, errors: "", status: 0))
  }

  @Test func `that breaks expectations prints all, and names the first layer`() throws {
    let plain = try Binary.run(smallRun)
    let outcome = try Binary.run(smallRun + ["--expect-out", "0.5:", "--expect-grad", ":1e9"])
    #expect(outcome.output == plain.output)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.wholeMatch(
        of: /Error: out is 0\.\d+ at layer 11, outside the expected 0\.5:\.\n/) != nil,
      "\(outcome.errors)")
  }

  /// Layers 1, 11 and 20, the last of which is not reported.
  @Test(arguments: [[], ["predict"]])
  func `is held against expectations at its last layer`(command: [String]) throws {
    let plain = try Binary.run(command + smallRun)
    let last = try Binary.run(command + smallRun + ["--layers", "20"]).output
    let figures = try [plain.output, last].map { output in
      let values = output.matches(of: /out: (\S+)/).compactMap { Double($0.1) }
      return try #require(values.last)
    }
    let middle = (figures[0] + figures[1]) / 2
    let outcome = try Binary.run(command + smallRun + ["--expect-out", "\(middle):"])
    #expect(outcome.output == plain.output)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(" at layer 20, outside the expected "), "\(outcome.errors)")
  }

  @Test func `that meets expectations ends with 0`() throws {
    let met = smallRun + ["--expect-out", "0.01:1", "--expect-grad", "0.01:100"]
    #expect(try Binary.run(met) == Binary.run(smallRun))
  }

  @Test(arguments: [
    ("--width 10000000000", "more than 9\\.2 EB", "'--width', '--batch' or '--depth'"),
    ("--width 9223372036854775807", "more than 9\\.2 EB", "'--width', '--batch' or '--depth'"),
    ("--batch 9223372036854775807", "more than 9\\.2 EB", "'--width', '--batch' or '--depth'"),
    ("--depth 9223372036854775807", "more than 9\\.2 EB", "'--width', '--batch' or '--depth'"),
    ("--depth 1000000000000 --width 1", "\\d+\\.\\d .B", "'--width', '--batch' or '--depth'"),
    ("--width 1000000", "\\d+\\.\\d TB", "'--width', '--batch' or '--depth'"),
    ("--widths 1000000,1000000,1000000", "\\d+\\.\\d TB", "'--widths' or '--batch'"),
    (
      "--width 9223372036854775807 --spectrum", "more than 9\\.2 EB",
      "'--width', '--batch' or '--depth'"
    ),
    (
      "--depth 9223372036854775807 --every 1", "more than 9\\.2 EB",
      "'--width', '--batch' or '--depth'"
    ),
  ])
  func `too large for the machine is refused before any work`(
    sizes: String, need: String, lower: String
  ) throws {
    for gain in ["1", "neutral"] {
      let outcome = try Binary.run("tanh \(gain) \(sizes)")
      #expect(outcome.status == 64)
      #expect(outcome.output == "")
      let line = try Regex(
        "Error: this run needs \(need) of memory and \\d+\\.\\d .B is available; lower \(lower)\\.")
      let first = try #require(outcome.errors.split(separator: "\n").first)
      #expect(first.wholeMatch(of: line) != nil, "\(first)")
    }
  }

  @Test func `that is interrupted leaves nothing behind`() throws {
    try withTemporaryDirectory { directory in
      // Job control, as a shell in the background ignores interrupts otherwise.
      let outcome = try Binary.shell(
        "set -m; $initprobe tanh 1 --depth 2000 --width 500 --output run.csv & sleep 0.5;"
          + " kill -INT $!; wait $! 2> /dev/null; echo $?", in: directory)
      #expect(outcome.output == "130\n")
      #expect(try names(in: directory) == [])
    }
  }
}
