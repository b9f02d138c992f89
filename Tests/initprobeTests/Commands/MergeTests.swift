import Foundation
import Testing

@testable import initprobe

/// Shards of a small sweep, some of whose initialisers have commas in their names.
@Suite struct `Shards of a sweep` {
  private static let sweep =
    "tanh selu --gain 0.5:1:0.25 --init orthogonal,trunc_normal:a=-1,b=1 --width 8 --batch 8"
    + " --depth 12 --skip none,0.5"

  /// What every line of bash here knows: the sweep, and how to run one shard of it.
  private static let prelude = """
    sweep="\(sweep)"
    shard() { $initprobe sweep $sweep --shard $1/$2 --output s.$1-of-$2.$3; }

    """

  /// The files of three shards, by their names.
  private static let three: [String: String] = {
    var files: [String: String] = [:]
    try! withTemporaryDirectory { directory in
      let line = prelude + "for i in 1 2 3; do shard $i 3 csv || exit; done"
      #expect(try Binary.shell(line, in: directory).status == 0)
      for name in try names(in: directory) { files[name] = try contents(name, in: directory) }
    }
    return files
  }()

  private func bash(_ line: String, in directory: URL) throws -> Outcome {
    try Binary.shell(Self.prelude + line, in: directory)
  }

  @Test(arguments: ["csv", "jsonl"])
  func `make the file of a single machine, whether the sweep is told or not`(
    suffix: String
  ) throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        set -e
        $initprobe sweep $sweep --output one.\(suffix)
        for i in {1..7}; do shard $i 7 \(suffix); done
        $initprobe merge s.*-of-7.\(suffix) --output many.\(suffix)
        cmp one.\(suffix) many.\(suffix)
        for i in {1..7}; do mv s.$i-of-7.\(suffix) $((i * 5 % 7)).\(suffix); done
        $initprobe merge [0-9].\(suffix) --output told.\(suffix) -- $sweep
        cmp one.\(suffix) told.\(suffix)
        """, in: directory)
      #expect(outcome == Outcome(output: "", errors: "", status: 0))
    }
  }

  /// Points are told apart by all their parameters, so divisions of a sweep may be mixed.
  @Test func `may come from different divisions of the sweep`() throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        set -e
        $initprobe sweep $sweep --output one.csv
        shard 1 2 csv; shard 2 4 csv; shard 4 4 csv
        $initprobe merge *-of-*.csv --output many.csv -- $sweep
        cmp one.csv many.csv
        """, in: directory)
      #expect(outcome == Outcome(output: "", errors: "", status: 0))
    }
  }

  @Test(arguments: ["csv", "jsonl"])
  func `have singular values all or none`(suffix: String) throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        set -e
        sweep="tanh --gain 1,2,3,4 --width 8 --batch 8 --depth 12 --theory --spectrum"
        $initprobe sweep $sweep --output one.\(suffix)
        shard 1 2 \(suffix); shard 2 2 \(suffix)
        $initprobe merge s.*-of-2.\(suffix) --output many.\(suffix)
        cmp one.\(suffix) many.\(suffix)
        $initprobe merge s.*-of-2.\(suffix) --output told.\(suffix) -- $sweep
        cmp one.\(suffix) told.\(suffix)
        rm s.2-of-2.*
        sweep=${sweep/--spectrum}
        shard 2 2 \(suffix)
        ! $initprobe merge s.*-of-2.\(suffix) --output mixed.\(suffix)
        [[ ! -e mixed.\(suffix) ]]
        """, in: directory)
      #expect(outcome.status == 0 && outcome.output == "")
      let line = suffix == "csv" ? 2 : 1
      #expect(
        outcome.errors.hasPrefix(
          "Error: the shard 's.2-of-2.\(suffix)' does not belong to this sweep: line \(line) differs in"
            + " '--spectrum'.\n"), "\(outcome.errors)")
    }
  }

  /// Names that stand for a number that is on the axis already make fewer points: only the sweep tells.
  @Test func `with names of gains need the sweep told`() throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        sweep="tanh selu --gain 0.75,pytorch --width 8 --batch 8 --depth 3"
        $initprobe sweep $sweep --output one.csv
        for i in 1 2; do shard $i 2 csv; done
        $initprobe merge s.*.csv --output many.csv
        ls
        $initprobe merge s.*.csv --output many.csv -- $sweep
        cmp one.csv many.csv
        """, in: directory)
      #expect(outcome.output == "one.csv\ns.1-of-2.csv\ns.2-of-2.csv\n")
      #expect(outcome.errors.hasPrefix("Error: the 3 points are no whole grid; "))
      #expect(outcome.status == 0)
    }
  }

  private static let point = "tanh,0.5,orthogonal,0.5,1,0,sum,each,8,8,12,0"

  /// What happens to the shards 1 to 3 of three, and what a merge says to it, without and with the sweep.
  static let mishaps: [(String, [String])] = [
    (
      "rm s.2-of-3.csv",
      [
        "of 3 shards, number 2 is missing; name the files of all.",
        "8 of 24 points are missing, the first of them '\(point)'; ",
      ]
    ),
    (
      "cp s.2-of-3.csv s.4-of-3.csv",
      [
        "the name of 's.4-of-3.csv' does not tell which shard of how many it is",
        "the point '\(point)' is in 's.2-of-3.csv' and again in 's.4-of-3.csv', line 2; ",
      ]
    ),
    (
      "cp s.2-of-3.csv x.2-of-3.csv",
      [
        "the names of 's.2-of-3.csv' and 'x.2-of-3.csv' tell the same shard; ",
        "the point '\(point)' is in 's.2-of-3.csv' and again in 'x.2-of-3.csv', line 2; ",
      ]
    ),
    (
      "sed -i '$d' s.3-of-3.csv",
      ["the shard 's.3-of-3.csv' is not finished: from line 23, the point 'selu,1,"]
    ),
    (
      "sed -i 3d s.3-of-3.csv",
      [
        "the shard 's.3-of-3.csv' ",
        "the shard 's.3-of-3.csv' does not belong to this sweep: line 3",
      ]
    ),
    (
      "sed -i '20,$d' s.3-of-3.csv",
      [
        "the shard 's.2-of-3.csv' has 8 points where 7 would make a sweep; ",
        "2 of 24 points are missing, the first of them 'selu,",
      ]
    ),
    (
      "sed -i 2d s.3-of-3.csv",
      ["the shard 's.3-of-3.csv' is not finished: from line 2, the point '"]
    ),
    ("truncate -s -100 s.3-of-3.csv", ["the shard 's.3-of-3.csv' is not finished: its last line "]),
    (
      "sed -i 's/^tanh,0.5/tanh,0.6/' s.1-of-3.csv",
      [
        "the 24 points are no whole grid; ",
        "the shard 's.1-of-3.csv' does not belong to this sweep: line 2 is of no point of it, but of"
          + " 'tanh,0.6,orthogonal,",
      ]
    ),
    (
      "sed -i '1s/gain/g/' s.2-of-3.csv",
      ["the shard 's.2-of-3.csv' does not belong to this sweep: line 1 is not the header"]
    ),
    (
      "sed -i '5s/,[^,]*$/,x/' s.2-of-3.csv",
      ["the shard 's.2-of-3.csv' does not belong to this sweep: line 5 has other columns."]
    ),
    (
      "head -n 19 s.3-of-3.csv > x; sed -n '20,$p' s.2-of-3.csv >> x; mv x s.3-of-3.csv",
      ["the point 'selu,"]
    ),
    ("set -- missing.csv", ["the shard 'missing.csv' cannot be read: No such file"]),
    ("set -- s.2-of-3.csv", ["the shard 's.2-of-3.csv' is named twice; name it once."]),
    (
      "ln s.2-of-3.csv x.csv; set -- x.csv",
      ["the shards 's.2-of-3.csv' and 'x.csv' are one file; name it once."]
    ),
    ("cp s.2-of-3.csv m.csv; set -- m.csv", ["the shard 'm.csv' is the output itself; "]),
    (
      "cp s.2-of-3.csv x.jsonl; set -- x.jsonl",
      ["the shard 'x.jsonl' is no .csv file as the output"]
    ),
    (
      "for i in 1 2 3; do head -n 10 s.$i-of-3.csv > x; mv x s.$i-of-3.csv; done",
      ["the 9 points are no whole grid; ", "15 of 24 points are missing, "]
    ),
  ]

  @Test(arguments: mishaps)
  func `leave no file where one is not right`(mishap: String, messages: [String]) throws {
    for (index, told) in ["", "-- $sweep"].enumerated() {
      try withTemporaryDirectory { directory in
        for (name, text) in Self.three {
          try Data(text.utf8).write(to: directory.appendingPathComponent(name))
        }
        let outcome = try bash(
          """
          set --; \(mishap); touch -d 2000-01-01 m.csv
          $initprobe merge *-of-3.csv "$@" --output m.csv \(told); status=$?
          [[ $(stat -c %Y m.csv) == 946684800 ]] || echo written
          exit $status
          """, in: directory)
        let message = messages[min(index, messages.count - 1)]
        #expect(outcome.status == 1 && outcome.output == "")
        #expect(outcome.errors.hasPrefix("Error: \(message)"), "\(outcome.errors)")
      }
    }
  }

  @Test(arguments: [
    ("merge --output m.csv", "<shard> is missing; an example is 'initprobe merge sweep.*-of-8.csv"),
    ("merge a.csv", "the option '--output' is missing; "),
    ("merge a.csv --output m.txt", "the value 'm.txt' of '--output' is not the name of a .csv or "),
    ("merge a.csv --output m.csv -- tanh", "the option '--gain' is missing; "),
    (
      "merge a.csv --output m.csv --shard 1/2",
      "the option '--shard' has no place in 'initprobe merge'"
    ),
  ])
  func `are asked for in one line`(arguments: String, message: String) throws {
    let outcome = try Binary.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("Error: \(message)"), "\(outcome.errors)")
    #expect(outcome.errors.contains("\nUsage: initprobe merge <shard>... --output <file>\n"))
  }

  @Test(
    arguments: [
      ("sweep.3-of-8.csv", 3, 8), ("a/b.1-of-2/x-12-of-12.jsonl", 12, 12), ("5-of-9", 5, 9),
      ("s.0-of-3.csv", nil, nil), ("s.4-of-3.csv", nil, nil), ("s.1of3.csv", nil, nil),
      ("1-of-2.5-of-6.csv", 5, 6),
    ] as [(String, Int?, Int?)])
  func `are told by their names`(name: String, index: Int?, count: Int?) {
    let shard = Shard(fileName: name)
    #expect(shard?.index == index && shard?.count == count)
  }
}

@Suite struct `A shard by the scheduler` {
  @Test(arguments: [
    ("SLURM_ARRAY_TASK_ID=2", 2), ("SGE_TASK_ID=3", 3), ("PBS_ARRAY_INDEX=1", 1),
    ("LSB_JOBINDEX=2", 2), ("AWS_BATCH_JOB_ARRAY_INDEX=0", 1), ("JOB_COMPLETION_INDEX=2", 3),
    ("SGE_TASK_ID=undefined BATCH_TASK_INDEX=1", 2), ("CLOUD_RUN_TASK_INDEX=2", 3),
  ])
  func `is that of the task`(variable: String, gain: Int) throws {
    let line = "sweep tanh --gain 1,2,3 --shard auto/3 --dry-run"
    let outcome = try Binary.shell("\(variable) $initprobe \(line)")
    let rows = outcome.output.split(separator: "\n")
    #expect(rows[1].hasPrefix("tanh,\(gain),") && rows[2].hasPrefix("# 1 points"))
  }

  @Test(arguments: [
    (
      "SLURM_ARRAY_TASK_ID=0",
      "asks SLURM_ARRAY_TASK_ID, which is '0'; give the tasks of the job array"
        + " the numbers from 1 on, one for each shard."
    ),
    (
      "JOB_COMPLETION_INDEX=3",
      "asks JOB_COMPLETION_INDEX, which is '3'; give the tasks of the job array"
        + " the numbers from 0 on, one for each shard."
    ),
    ("X=1", "asks a scheduler which shard this is, and none of SLURM_ARRAY_TASK_ID, "),
  ])
  func `is refused where the task has none`(variable: String, message: String) throws {
    let line = "sweep tanh --gain 1,2,3 --shard auto/3 --dry-run"
    let outcome = try Binary.shell("\(variable) $initprobe \(line)")
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("Error: the value 'auto/3' of '--shard' \(message)"))
  }
}
