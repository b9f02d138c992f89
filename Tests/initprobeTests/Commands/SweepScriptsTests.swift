import Foundation
import Testing

@testable import initprobe

/// Runs the scripts on shards of a small sweep, some of whose initialisers have commas in their names.
@Suite struct `The scripts for shards` {
  private static let scripts = projectFolder.appendingPathComponent("scripts").path

  /// What every line of bash here knows: the sweep, how to run a task of a job array, and how to merge.
  private static let prelude = """
    sweep="tanh selu --gain 0.5:1:0.25,pytorch --init orthogonal,trunc_normal:a=-1,b=1"
    sweep="$sweep --width 8 --batch 8 --depth 12 --skip none,0.5"
    task() {
      PATH=$(dirname $initprobe):$PATH SLURM_ARRAY_TASK_ID=$1 \(scripts)/sweep-slurm.sh $2 $3 $sweep
    }
    merge() { \(scripts)/merge-shards "$@" -- $initprobe sweep $sweep; }

    """

  private func bash(_ line: String, in directory: URL) throws -> Outcome {
    try Binary.shell(Self.prelude + line, in: directory)
  }

  @Test(arguments: ["csv", "jsonl"])
  func `make the file of a single machine`(suffix: String) throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        set -e
        $initprobe sweep $sweep --output one.\(suffix)
        for i in {1..11}; do task $i 11 many.\(suffix); done
        merge many.\(suffix) many.*-of-11.\(suffix)
        cmp one.\(suffix) many.\(suffix)
        """, in: directory)
      #expect(outcome == Outcome(output: "", errors: "", status: 0))
      let whole = try contents("many.\(suffix)", in: directory)
      #expect(whole.split(separator: "\n").count >= 28 * 3)
    }
  }

  /// What happens to the shards 1 to 3 of three, and what the merge says to it.
  static let mishaps = [
    (
      "rm s.2-of-3.csv",
      "Error: 9 of 28 points are missing, the first of them tanh,0.5,orthogonal,0.5,1,8,8,12,0.\n"
    ),
    (
      "cp s.2-of-3.csv s.4-of-3.csv",
      "Error: the point tanh,0.5,orthogonal,0.5,1,8,8,12,0 is in s.2-of-3.csv and in s.4-of-3.csv.\n"
    ),
    (
      "sed -i '$d' s.3-of-3.csv",
      "Error: a shard is not finished, or not of this sweep: line 82 has other parameters than 'selu,1,"
    ),
    (
      "sed -i 3d s.3-of-3.csv",
      "Error: a shard is not finished, or not of this sweep: line 9 has other parameters than 'tanh,0.5,"
    ),
    ("sed -i '27,$d' s.3-of-3.csv", "Error: a shard is not finished, or not of this sweep: line "),
    ("truncate -s -100 s.3-of-3.csv", "Error: the shard 's.3-of-3.csv' is not finished.\n"),
    (
      "sed -i 's/^tanh,0.5/tanh,0.6/' s.1-of-3.csv",
      "Error: s.1-of-3.csv, line 2 is of no point of this sweep: tanh,0.6,orthogonal,"
    ),
    (
      "sed -i '1s/gain/g/' s.2-of-3.csv",
      "Error: s.2-of-3.csv has other columns than the shards before it.\n"
    ),
    (
      "head -n 26 s.3-of-3.csv > x; sed -n '2,$p' s.2-of-3.csv >> x; mv x s.3-of-3.csv",
      "Error: the point tanh,0.5,orthogonal,0.5,1,8,8,12,0 is in s.2-of-3.csv and in s.3-of-3.csv.\n"
    ),
    ("set -- missing.csv", "Error: the shard 'missing.csv' cannot be read.\n"),
  ]

  @Test(arguments: mishaps)
  func `leave no file where a shard is not right`(mishap: String, message: String) throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        for i in 1 2 3; do task $i 3 s.csv || exit; done
        set --; \(mishap); merge merged.csv s.*-of-3.csv "$@"
        """, in: directory)
      #expect(outcome.status != 0)
      #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
      let isAbsent = try names(in: directory).allSatisfy { !$0.contains("merge") }
      #expect(isAbsent)
    }
  }

  /// A task that Slurm requeues finds its file as the killed one left it.
  @Test func `let a task that was killed be run again`() throws {
    try withTemporaryDirectory { directory in
      let outcome = try bash(
        """
        set -e
        $initprobe sweep $sweep --output one.csv
        for i in 1 2; do task $i 2 many.csv; done
        truncate -s -1234 many.2-of-2.csv
        for i in 1 2; do task $i 2 many.csv; done
        merge many.csv many.2-of-2.csv many.1-of-2.csv
        cmp one.csv many.csv
        """, in: directory)
      #expect(outcome == Outcome(output: "", errors: "", status: 0))
    }
  }

  @Test func `say how they are used`() throws {
    try withTemporaryDirectory { directory in
      let merge = try Binary.shell("\(Self.scripts)/merge-shards", in: directory)
      #expect(merge.status == 1)
      #expect(merge.errors.hasPrefix("Error: nothing to merge; see the head of "))
      let task = try Binary.shell("\(Self.scripts)/sweep-slurm.sh 3 x.csv tanh", in: directory)
      #expect(task.status == 64)
      #expect(task.errors.hasPrefix("Usage: sbatch --array=1-<n> "))
    }
  }
}
