import Platform
import SignalPropagation

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
    case .measure(let measurement): try measurement.run()
    case .predict(let measurement): try measurement.runPrediction()
    case .gain(let question): try question.answer()
    case .sweep(let sweep): try sweep.run()
    case .list: try Destination.standardOutput.write(listing())
    case .help(let name): try Destination.standardOutput.write(name.help)
    case .version: try Destination.standardOutput.write("initprobe \(version)\n")
    case .completionScript(let shell): try Destination.standardOutput.write(shell.script)
    }
  }
}
