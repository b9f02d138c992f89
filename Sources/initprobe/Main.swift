import Arguments
import Platform

@main
enum InitProbe {
  static let version = "0.1.0"

  static func main() {
    guard openStandardDescriptors() else { exit(ExitStatus.cannotWrite.rawValue) }
    limitArenas()
    onAbort(
      "Error: there is no memory left; lower '--width', '--batch', '--depth', '--threads' or the number of points.\n",
      status: ExitStatus.failure.rawValue)
    // Both come back as errors of the write instead.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    do throws(Failure) {
      try Processor.check()
      try run(Command(parsing: argumentBytes().map(String.init(argument:))))
    } catch {
      writeToStandardError(error.message)
      exit(error.status.rawValue)
    }
  }

  private static func run(_ command: Command) throws(Failure) {
    switch command {
    case .measure(let request): try request.run()
    case .predict(let request): try request.run()
    case .gain(let request): try request.run()
    case .sweep(let request): try request.run()
    case .merge(let request): try request.run()
    case .pytorch(let request): try request.run()
    case .list: try Destination.standardOutput.write(Listing.text)
    case .help(let name): try Destination.standardOutput.write(name.help)
    case .version(let verbose):
      try Destination.standardOutput.write("initprobe \(version)\n" + (verbose ? build : ""))
    case .completionScript(let shell):
      try Destination.standardOutput.write(CommandName.completionScript(shell))
    case .manual: try Destination.standardOutput.write(CommandName.manual)
    }
  }

  /// What it was made of, where that is known, and what the speed of a run depends on.
  private static var build: String {
    (releaseCommit.map { "commit: \($0)\n" } ?? "")
      + "kernels: \(Processor.target.name)\nthreads: \(availableCores())\n"
  }
}
