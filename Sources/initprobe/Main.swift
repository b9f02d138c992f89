import SignalPropagation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@main
enum InitProbe {
  static let version = "0.1.0"

  static func main() {
    // Both come back as errors of the write instead.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    do throws(Failure) {
      try Processor.check()
      try run(Command(parsing: Array(CommandLine.arguments.dropFirst())))
    } catch {
      writeToStandardError(error.message)
      exit(error.status.rawValue)
    }
  }

  private static func run(_ command: Command) throws(Failure) {
    switch command {
    case .measure(let measurement): try measurement.run()
    case .sweep(let sweep): try sweep.run()
    case .list: try Destination.standardOutput.write(listing())
    case .help(let name): try Destination.standardOutput.write(name.help)
    case .version: try Destination.standardOutput.write("initprobe \(version)\n")
    case .completionScript(let shell): try Destination.standardOutput.write(shell.script)
    }
  }
}

extension Measurement {
  /// Everything that can be refused is refused before the work; the results are out before any verdict.
  fileprivate func run() throws(Failure) {
    let threads = threads ?? availableCores()
    let run: Measurement
    do throws(ArgumentError) {
      run = try checked(threads: threads)
    } catch {
      throw .usage(error, .measure)
    }
    try destination.check()
    let trials = run.measure(threads: threads)
    try destination.write(report(trials))
    if !quiet { writeToStandardError(notes(trials)) }
    let breaks = expectations.compactMap { $0.firstBreak(in: trials) }
    if !breaks.isEmpty { throw .brokenExpectations(breaks, trials: trials.count) }
  }

  /// The same measurement with its gain known, once it is sure to fit this machine.
  private func checked(threads: Int) throws(ArgumentError) -> Measurement {
    try checkMemory(threads: threads)
    var checked = self
    try checked.resolveGain()
    return checked
  }

  private func measure(threads: Int) -> [Trial] {
    let progress = Progress(quiet: quiet)
    defer { progress.finish() }
    return experiments.enumerated().map { index, experiment in
      let records = experiment.measure(threads: threads) { [trials] fraction in
        progress.update((Double(index) + fraction) / Double(trials))
      }
      return Trial(experiment: experiment, records: records)
    }
  }

  private func report(_ trials: [Trial]) -> String {
    switch format {
    case .text: textReport(trials)
    case .csv: (header ? csvHeader : "") + csvRows(trials)
    case .jsonl: jsonLines(trials)
    }
  }
}
