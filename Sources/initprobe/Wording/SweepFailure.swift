import Arguments

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
      "Error: the output file \(path.quoted) does not belong to this sweep: line \(line)"
        + " \(problem.message); give '--output' another path.\n"
    case .fileInUse(let path):
      "Error: the output file \(path.quoted) is being written by another sweep; wait for it, or give"
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
    case .otherParameters(let expected): "has other parameters than \(expected.quoted)"
    case .otherColumns: "has other columns"
    case .otherOption(let name): "differs in '\(name)'"
    case .beyondTheEnd: "comes after the last point"
    case .unreadable(let reason): "cannot be read (\(reason))"
    }
  }
}
