import Foundation
import Testing

/// What the program prints, held against files of which the reader of a change sees the difference.
///
/// `RENEW_SNAPSHOTS=1 swift test --filter Snapshots` writes the files anew.
@Suite struct Snapshots {
  private static let folder = projectFolder.appendingPathComponent(
    "Tests/initprobeTests/Snapshots")

  private static let run = "--width 12 --batch 9 --depth 11 --seed 3 --quiet"

  /// Names of the files, and the lines of arguments.
  static let all: [(String, String)] =
    ["", "predict", "gain", "sweep", "merge", "pytorch", "list", "help"].map {
      ("help\($0.isEmpty ? "" : "-")\($0).txt", "\($0) --help")
    }
    + ["bash", "zsh", "fish"].map { ("completion.\($0)", "--generate-completion-script \($0)") }
    + [
      ("initprobe.1", "--generate-manual"), ("list.txt", "list"),
      ("measure-table.txt", "tanh 5/3 \(run) --format table --theory --stats --chart"),
      ("measure.txt", "tanh 5/3 \(run)"),
      ("measure-all.txt", "selu unit \(run) --stats --theory --histogram --trials 2"),
      ("measure.csv", "gelu 1.5 \(run) --format csv --theory --trials 2 --skip 1/2"),
      ("measure.jsonl", "elu neutral \(run) --format jsonl --histogram --init orthogonal"),
      ("predict.txt", "predict sigmoid 1 --layers 1,1000,100000 --depth 100000 --stats"),
      ("predict.csv", "predict relu pytorch --depth 31 --format csv"),
      ("predict.jsonl", "predict relu pytorch --depth 31 --format jsonl --no-grad"),
      ("predict-chart.txt", "predict sigmoid 1 --depth 200 --chart --no-grad"),
      ("gain.txt", "gain gelu --depth 40"),
      ("gain.csv", "gain tanh --skip 1 --depth 10 --format csv"),
      ("gain.jsonl", "gain silu --depth 2 --format jsonl"),
      ("pytorch.py", "pytorch tanh 5/3 --width 30 --depth 12"),
      ("pytorch-layer.py", "pytorch llama 1 --width 10 --depth 2 --batch 4 --backward last"),
    ]

  @Test(arguments: all)
  func `are what the program prints`(name: String, line: String) throws {
    let outcome = try Binary.run(line)
    #expect(outcome.status == 0 && outcome.errors == "")
    try compare(outcome.output, with: name)
  }

  @Test(arguments: ["csv", "jsonl"])
  func `are the rows of a sweep`(suffix: String) throws {
    try withTemporaryDirectory { directory in
      let arguments =
        "sweep tanh relu --gain 1,pytorch --init xavier_normal,trunc_normal:a=-1,b=1 --width 6"
        + " --batch 5 --depth 2,3 --skip none,-0.5 --layers 2 --theory --output sweep.\(suffix)"
      let outcome = try Binary.run(arguments, in: directory)
      #expect(outcome == Outcome(output: "", errors: "", status: 0))
      try compare(contents("sweep.\(suffix)", in: directory), with: "sweep.\(suffix)")
    }
  }

  private func compare(_ text: String, with name: String) throws {
    let file = Snapshots.folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["RENEW_SNAPSHOTS"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .elementsEqual(expected.split(separator: "\n", omittingEmptySubsequences: false)),
      "\(name) has changed; RENEW_SNAPSHOTS=1 swift test --filter Snapshots writes it anew")
  }
}
