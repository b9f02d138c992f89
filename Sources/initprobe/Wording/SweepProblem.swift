/// What can be wrong with the arguments of a sweep as a whole.
enum SweepProblem: Equatable {
  case noActivation
  case noGain
  case noOutput
  /// `count` is `nil` where it is more than an `Int` holds.
  case tooManyPoints(count: Int?, most: Int)

  var message: String {
    switch self {
    case .noActivation:
      "<activation> is missing; an example is 'initprobe sweep tanh --gain 0.5:2:0.1 --output"
        + " sweep.csv'."
    case .noGain:
      "the option '--gain' is missing; give numbers or a range, such as '--gain 0.5:2:0.1'."
    case .noOutput:
      "the option '--output' is missing; a sweep continues from its file, so give it one, such as"
        + " '--output sweep.csv'."
    case .tooManyPoints(let count, let most):
      "this sweep has \(count.map { "\($0)" } ?? "more than \(Int.max)") points; give shorter lists"
        + " with at most \(most) points in all."
    }
  }
}

/// What is wrong with one value of a sweep; completes the sentence that the value begins.
enum SweepValueProblem: Error, Equatable {
  case notARange
  case stepsAway
  case tooFine
  case tooManyValues(most: Int)
  case notAShard
  case notASweepFile

  var message: String {
    switch self {
    case .notARange: "is not a range from:to:step of decimals, such as 0.5:2:0.1."
    case .stepsAway: "does not get from its first number to its second; give another step."
    case .tooFine: "has a step too fine for its numbers; give fewer digits."
    case .tooManyValues(let most): "has more than \(most) values; give fewer."
    case .notAShard: "is not a shard I/N with I from 1 to N, such as 1/8."
    case .notASweepFile: "is not the name of a .csv or .jsonl file; give one of these."
    }
  }
}

/// Why a sweep ends before or after its work.
enum SweepFailure: Equatable {
  /// The file holds something else; `line` counts from 1.
  case foreignFile(path: String, line: Int, problem: ForeignLine)
  case fileInUse(path: String)
  /// One line for each name that stands for no gain.
  case pointsMissing([String])

  var status: ExitStatus {
    switch self {
    case .foreignFile, .fileInUse: .cannotCreate
    case .pointsMissing: .failure
    }
  }

  var message: String {
    switch self {
    case .foreignFile(let path, let line, let problem):
      "Error: the output file \(quoted(path)) does not belong to this sweep: line \(line)"
        + " \(problem.message); give '--output' another path.\n"
    case .fileInUse(let path):
      "Error: the output file \(quoted(path)) is being written by another sweep; wait for it, or give"
        + " '--output' another path.\n"
    case .pointsMissing(let lines): lines.map { "Error: \($0)\n" }.joined()
    }
  }
}

/// What is wrong with a line of the output file.
enum ForeignLine: Error, Equatable {
  case notTheHeader
  case otherParameters(expected: String)
  case otherColumns
  case otherOption(String)
  case beyondTheEnd
  case unreadable(String)

  var message: String {
    switch self {
    case .notTheHeader: "is not the header of its columns"
    case .otherParameters(let expected): "has other parameters than \(quoted(expected))"
    case .otherColumns: "has other columns"
    case .otherOption(let name): "differs in '\(name)'"
    case .beyondTheEnd: "comes after the last point"
    case .unreadable(let reason): "cannot be read (\(reason))"
    }
  }
}
