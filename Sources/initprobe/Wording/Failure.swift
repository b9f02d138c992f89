import Arguments

/// Why the program ends otherwise than well.
enum Failure: Error, Equatable {
  case usage(ArgumentError, CommandName)
  case brokenExpectations([BrokenExpectation], trials: Int)
  case cannotCreate(path: String, reason: String)
  /// `path` is `nil` for standard output.
  case cannotWrite(path: String?, reason: String)
  case sweep(SweepFailure)
  case merge(MergeProblem)
  case wrongProcessor(Processor.Target, missing: [String])

  var status: ExitStatus {
    switch self {
    case .usage: .usage
    case .brokenExpectations, .wrongProcessor, .merge: .failure
    case .cannotCreate: .cannotCreate
    case .cannotWrite: .cannotWrite
    case .sweep(let failure): failure.status
    }
  }

  /// What goes to standard error, with the final newline.
  var message: String {
    switch self {
    case .usage(let error, let command):
      """
      Error: \(error.message)
      Usage: \(command.syntax.usage)
        See '\(command.syntax.invocation) --help' for more information.

      """
    case .brokenExpectations(let breaks, let trials):
      breaks.map { "Error: \($0.message(trials: trials))\n" }.joined()
    case .cannotCreate(let path, let reason):
      "Error: the output file \(path.quoted) cannot be created: \(reason);"
        + " give '--output' another path.\n"
    case .cannotWrite(let path, let reason):
      "Error: writing to \(path.map(\.quoted) ?? "standard output") failed: \(reason).\n"
    case .sweep(let failure): failure.message
    case .merge(let problem): "Error: \(problem.message)\n"
    case .wrongProcessor(let target, let missing):
      "Error: this initprobe was built for \(target.name), and this CPU lacks "
        + "\(missing.joined(separator: ", ")); rebuild it with INITPROBE_TARGET_CPU="
        + "\(target.simpler.joined(separator: " or ")).\n"
    }
  }
}

/// The statuses that the program exits with, after BSD's sysexits.
///
/// An interrupt is not among them: the program dies of the signal, which a shell reports as 130 and
/// which, unlike an exit with 130, also ends the loop around it. A sweep exits with 130 where another
/// signal asks it to end.
enum ExitStatus: Int32 {
  case failure = 1
  case usage = 64
  case cannotCreate = 73
  case cannotWrite = 74

  static let interrupted: Int32 = 130

  /// For the help.
  static let table = [
    ("0", "Done."),
    ("1", "An expectation failed, or the run could not be completed."),
    ("64", "The arguments are wrong."),
    ("73", "The output file cannot be created."),
    ("74", "Writing failed."),
    ("129, 130, 143", "Ended by a hang-up, an interrupt or a request to end; a sweep by any: 130."),
  ].map { (code: $0.0, meaning: $0.1) }
}

extension BrokenExpectation {
  func message(trials: Int) -> String {
    "\(expectation.quantity.label) is \(Cell(value).csv) at \(place.phrase(trials: trials)), "
      + "outside the expected \(expectation.bounds.description)."
  }
}
