import Foundation
import Testing

/// Files of thousands of points, made from the rows of one.
@Suite struct `The memory of files that are read` {
  private static let options = "tanh --gain 1 --width 2 --batch 2 --depth 1"
  private static let sweep = "\(options) --trials 4000"

  /// The points differ in their seed, the column before the layer.
  private static let files: [String: String] = {
    var rows: [[Substring]] = []
    try! withTemporaryDirectory { directory in
      let outcome = try Binary.run("sweep \(options) --output one.csv", in: directory)
      #expect(outcome.status == 0)
      let text = try String(
        contentsOf: directory.appendingPathComponent("one.csv"), encoding: .utf8)
      rows = text.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
    }
    let seed = rows[0].firstIndex(of: "seed")!
    var files = ["s.csv": "", "s.1-of-2.csv": "", "s.2-of-2.csv": ""]
    let header = rows[0].joined(separator: ",") + "\n"
    for name in files.keys { files[name] = header }
    for number in 0..<4000 {
      var point = ""
      for var row in rows.dropFirst() {
        row[seed] = "\(number)"
        point += row.joined(separator: ",") + "\n"
      }
      files["s.csv"]! += point
      files["s.\(number % 2 + 1)-of-2.csv"]! += point
    }
    return files
  }()

  @Test(arguments: [
    "merge s.1-of-2.csv s.2-of-2.csv --output whole.csv",
    "merge s.1-of-2.csv s.2-of-2.csv --output whole.csv -- \(sweep)",
    "sweep \(sweep) --output s.csv --quiet", "sweep \(sweep) --output s.csv --dry-run",
  ])
  func `is refused or enough under any limit of address space`(command: String) throws {
    try withTemporaryDirectory { directory in
      for (name, text) in Self.files {
        try Data(text.utf8).write(to: directory.appendingPathComponent(name))
      }
      var refusals = 0
      for limit in [36_000, 40_000, 44_000, 52_000, 80_000] {
        let outcome = try Binary.shell(
          "ulimit -c 0 -v \(limit); $initprobe \(command) > /dev/null", in: directory)
        #expect([0, 64].contains(outcome.status), "\(limit): \(outcome.errors)")
        #expect((outcome.status == 0) == outcome.errors.isEmpty)
        if outcome.status == 64 {
          refusals += 1
          #expect(outcome.errors.hasPrefix("Error: this run needs "))
          #expect(!(try names(in: directory).contains("whole.csv")))
        }
      }
      #expect(refusals < 5)
      if command.hasPrefix("merge") {
        let whole = try String(
          contentsOf: directory.appendingPathComponent("whole.csv"), encoding: .utf8)
        #expect(whole == Self.files["s.csv"])
      }
    }
  }
}
