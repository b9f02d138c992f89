import Foundation
import SignalPropagation
import Testing

@testable import initprobe

/// Arguments of a sweep of 32 points, named gains and both kinds of stack among them, that takes no time.
let smallSweep = [
  "sweep", "tanh", "relu", "--gain", "1:1.2:0.1,pytorch", "--width", "8,12", "--batch", "6",
  "--depth", "12", "--skip", "none", "--seed", "5", "--trials", "2", "--every", "4",
]

func contents(_ name: String, in directory: URL) throws -> String {
  try String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)
}

@Suite struct `A sweep` {
  /// The program's own measurements, one by one, are the judge.
  @Test(arguments: ["", "--no-grad", "--theory", "--spectrum", "--spectrum --theory"])
  func `writes the rows that a loop over measurements appends`(option: String) throws {
    try withTemporaryDirectory { directory in
      let options = option.split(separator: " ").map(String.init)
      let outcome = try Binary.run(smallSweep + options + ["--output", "sweep.csv"], in: directory)
      #expect(outcome == Outcome(output: "", errors: "", status: 0))
      let loop = try Binary.shell(
        """
        set -e
        for a in tanh relu; do for g in 1 1.1 1.2 pytorch; do for w in 8 12; do for s in 5 6; do
          $initprobe $a $g --width $w --batch 6 --depth 12 --every 4 --seed $s --format csv --no-header \(option)
        done; done; done; done
        """)
      #expect(loop.status == 0)
      #expect(try contents("sweep.csv", in: directory) == LayerRow.table.header + loop.output)
    }
  }

  @Test func `writes the same values as JSON Lines`() throws {
    try withTemporaryDirectory { directory in
      for name in ["sweep.csv", "sweep.JSONL"] {
        #expect(try Binary.run(smallSweep + ["--output", name], in: directory).status == 0)
      }
      let lines = try contents("sweep.JSONL", in: directory).split(separator: "\n")
      let rows = try contents("sweep.csv", in: directory).split(separator: "\n").dropFirst()
      #expect(lines.count == rows.count)
      for (line, row) in zip(lines, rows) {
        let values = try JSONDecoder().decode([String: Value].self, from: Data(line.utf8))
        let cells = row.cells
        try #require(cells.count == LayerRow.table.columns.count)
        for (column, cell) in zip(LayerRow.table.columns, cells) {
          #expect(values[column.name]?.matches(cell) == true, "\(column.name) of \(line)")
        }
      }
    }
  }

  /// A value of a JSON object.
  private enum Value: Decodable {
    case number(Double), text(String), null

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    func matches(_ cell: Substring) -> Bool {
      switch self {
      case .number(let number): number == Double(cell)
      case .text(let text): text == cell
      case .null: cell.isEmpty
      }
    }
  }

  @Test(arguments: ["csv", "jsonl"])
  func `writes the same bytes with any number of threads`(suffix: String) throws {
    try withTemporaryDirectory { directory in
      for threads in ["1", "2", "3", "7"] {
        let arguments = ["--threads", threads, "--output", "\(threads).\(suffix)"]
        #expect(try Binary.run(smallSweep + arguments, in: directory).status == 0)
      }
      let one = try contents("1.\(suffix)", in: directory)
      for threads in ["2", "3", "7"] {
        #expect(try contents("\(threads).\(suffix)", in: directory) == one)
      }
    }
  }

  @Test(arguments: ["0", "0.001", "1/3", "86400"])
  func `writes the same bytes however often they are put on disk`(seconds: String) throws {
    try withTemporaryDirectory { directory in
      let outcome = try Binary.run(
        smallSweep + ["--sync", seconds, "--threads", "2", "--output", "a.csv"], in: directory)
      #expect(outcome == Outcome(output: "", errors: "", status: 0))
      #expect(try Binary.run(smallSweep + ["--output", "b.csv"], in: directory).status == 0)
      #expect(try contents("a.csv", in: directory) == contents("b.csv", in: directory))
    }
  }

  /// As a measurement says it, once for all points.
  @Test(
    arguments: [
      ("rmsnorm(W(h))", "the layer normalises, so grad is of a random readout"),
      ("rmsnorm(W(h)) tanh", "1 of 2 layers normalises, so its grad is of a random readout"),
      (
        "rmsnorm(W(h)) layernorm(x)",
        "2 of 2 layers normalise, so their grad is of a random readout"
      ),
    ])
  func `says which loss a layer that normalises gets`(layers: String, note: String) throws {
    try withTemporaryDirectory { directory in
      let sweep =
        ["sweep"] + layers.split(separator: " ").map(String.init)
        + "--gain 1,2 --width 6 --batch 5 --depth 2 --trials 3".split(separator: " ").map(
          String.init)
      let outcome = try Binary.run(sweep + ["--output", "a.csv"], in: directory)
      #expect(outcome.errors == "Note: \(note); '--loss sum' asks for the sum.\n")
      for (index, option) in ["--quiet", "--loss=random", "--loss=sum", "--no-grad"].enumerated() {
        let silent = try Binary.run(sweep + [option, "--output", "\(index).csv"], in: directory)
        #expect(silent == Outcome(output: "", errors: "", status: 0))
      }
    }
  }

  @Test func `says how many shards take an hour each`() throws {
    func shards(_ options: String) throws -> String {
      let line = "sweep tanh --dry-run --threads 1 \(options)"
      let lines = try Binary.run(line.split(separator: " ").map(String.init)).output
        .split(separator: "\n")
      return try String(#require(lines.first { $0.hasPrefix("# shards: ") }).dropFirst(10))
    }
    #expect(
      try shards("--gain 1,2 --width 8 --depth 2")
        == "none needed, as all of it takes less than an hour")
    let one = try shards("--gain 1 --width 20000 --depth 2000")
    #expect(one.hasPrefix("at most 1, one for each point, which takes "))
    let many = try shards("--gain 1:2:0.0001 --width 1000")
    #expect(
      many.hasPrefix("'--shard auto/")
        && many.hasSuffix("that take an hour each, with '--threads 1'"))
  }

  @Test func `falls into shards that hold each point once`() throws {
    try withTemporaryDirectory { directory in
      #expect(try Binary.run(smallSweep + ["--output", "all.csv"], in: directory).status == 0)
      let rowsOfPoint = 4
      var merged: [[Substring]] = []
      for shard in 1...5 {
        let arguments = ["--shard", "\(shard)/5", "--output", "\(shard).csv"]
        #expect(try Binary.run(smallSweep + arguments, in: directory).status == 0)
        let rows = try contents("\(shard).csv", in: directory).split(separator: "\n").dropFirst()
        merged.append(Array(rows))
      }
      let all = try contents("all.csv", in: directory).split(separator: "\n").dropFirst()
      #expect(all.count == merged.reduce(0) { $0 + $1.count })
      for (index, row) in all.enumerated() {
        let point = index / rowsOfPoint
        #expect(merged[point % 5][point / 5 * rowsOfPoint + index % rowsOfPoint] == row)
      }
    }
  }

  @Test func `may have more shards than points`() throws {
    try withTemporaryDirectory { directory in
      let arguments = [
        "sweep", "tanh", "--gain", "1", "--width", "8", "--batch", "8", "--shard", "2/2",
        "--output", "none.csv",
      ]
      let outcome = try Binary.run(arguments, in: directory)
      #expect(outcome == Outcome(output: "", errors: "", status: 0))
      #expect(try contents("none.csv", in: directory) == LayerRow.table.header)
    }
  }

  @Test func `lists its points without running any`() throws {
    try withTemporaryDirectory { directory in
      let arguments = ["sweep", "tanh", "--gain", "0.2:0.4:0.1", "--depth", "2", "--trials", "2"]
      let outcome = try Binary.run(arguments + ["--threads", "2", "--dry-run"], in: directory)
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      let list = """
        activation,gain,init,skip,input_std,input_similarity,loss,backward,width,batch,depth,seed
        tanh,0.2,xavier_normal,,1,0,sum,each,1000,1000,2,0
        tanh,0.2,xavier_normal,,1,0,sum,each,1000,1000,2,1
        tanh,0.3,xavier_normal,,1,0,sum,each,1000,1000,2,0
        tanh,0.3,xavier_normal,,1,0,sum,each,1000,1000,2,1
        tanh,0.4,xavier_normal,,1,0,sum,each,1000,1000,2,0
        tanh,0.4,xavier_normal,,1,0,sum,each,1000,1000,2,1
        # 6 points with 12 rows, 0 of them done

        """
      #expect(outcome.output.hasPrefix(list))
      let estimates = outcome.output.dropFirst(list.count).split(separator: "\n")
      try #require(estimates.count == 3)
      #expect(
        estimates[0].wholeMatch(
          of:
            /# time: (less than 1 s|about .*) on 2 threads, judged by \d+ ms of work on one thread; it may well take half or twice as long/
        ) != nil)
      #expect(
        estimates[1].wholeMatch(
          of: /# memory: at most about \d+\.\d MB of the \d+\.\d .B available now/) != nil)
      #expect(try names(in: directory) == [])
    }
  }

  @Test func `lists how many points are done and leaves the file alone`() throws {
    try withTemporaryDirectory { directory in
      let arguments = smallSweep + ["--output", "sweep.csv"]
      #expect(try Binary.run(arguments, in: directory).status == 0)
      let finished = try Binary.run(arguments + ["--dry-run"], in: directory)
      #expect(finished.output.hasSuffix("\n# 32 points with 128 rows, 32 of them done\n"))
      let torn = String(try contents("sweep.csv", in: directory).dropLast(10))
      let file = directory.appendingPathComponent("sweep.csv")
      try torn.write(to: file, atomically: false, encoding: .utf8)
      let outcome = try Binary.run(arguments + ["--dry-run"], in: directory)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("\n# 32 points with 128 rows, 31 of them done\n"))
      #expect(try contents("sweep.csv", in: directory) == torn)
    }
  }

  @Test func `goes on without points that cannot be run`() throws {
    try withTemporaryDirectory { directory in
      let arguments = [
        "sweep", "gelu", "tanh", "mish", "--gain", "1,pytorch", "--width", "8", "--batch", "8",
        "--depth", "2", "--output", "sweep.csv",
      ]
      let refused = try Binary.run(arguments, in: directory)
      #expect(refused.status == 64)
      #expect(
        refused.errors.hasPrefix(
          "Error: the value 'pytorch' of '--gain' does not exist for gelu, which calculate_gain does"
            + " not know; give a number such as 1, unit or neutral, or '--keep-going' to leave such"
            + " points out.\nUsage: initprobe sweep "))
      #expect(try names(in: directory) == [])
      let line =
        "Error: 1 point of NAME is left out: the value 'pytorch' of '--gain' does not exist for NAME, which"
        + " calculate_gain does not know; give a number such as 1, unit or neutral.\n"
      let errors = ["gelu", "mish"].map { line.replacingOccurrences(of: "NAME", with: $0) }.joined()
      let outcome = try Binary.run(arguments + ["--keep-going"], in: directory)
      #expect(outcome == Outcome(output: "", errors: errors, status: 1))
      let rows = try contents("sweep.csv", in: directory).split(separator: "\n").dropFirst()
      let expected = [("gelu", "1"), ("tanh", "1"), ("tanh", "1.6666666666666667"), ("mish", "1")]
        .flatMap { [$0, $0] }
      #expect(rows.count == expected.count)
      for (row, (activation, gain)) in zip(rows, expected) {
        #expect(row.hasPrefix("\(activation),\(gain),"))
      }
      // And again: nothing is left to do.
      let again = try Binary.run(arguments + ["--keep-going", "--quiet"], in: directory)
      #expect(again == Outcome(output: "", errors: "", status: 0))
    }
  }
}
