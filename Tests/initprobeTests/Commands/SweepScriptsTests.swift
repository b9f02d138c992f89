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
    merge() { $initprobe merge "${@:2}" --output $1 -- $sweep; }

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
      let task = try Binary.shell("\(Self.scripts)/sweep-slurm.sh 3 x.csv tanh", in: directory)
      #expect(task.status == 64)
      #expect(task.errors.hasPrefix("Usage: sbatch --array=1-<n> "))
    }
  }
}
