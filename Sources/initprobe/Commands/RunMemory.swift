import Arguments
import SignalPropagation

/// The memory that a run needs: the experiment's own, and that of its records and their text.
struct RunMemory {
  private let experiment: Experiment
  private let trials: Int
  private let threads: Int?

  /// - Parameter threads: `nil` for a prediction, which takes no memory but for its records.
  init(_ experiment: Experiment, trials: Int, threads: Int?) {
    self.experiment = experiment
    self.trials = trials
    self.threads = threads
  }

  /// Throws where that is more than there is, before any of it is taken.
  func check() throws(ArgumentError) {
    guard let available = availableMemory() else { return }
    let needed = bytes
    if let needed, needed <= available { return }
    throw .tooMuchMemory(
      needed: needed, available: available, sizes: threads == nil ? ["'--depth'"] : sizeOptions)
  }

  /// The options that the memory depends on.
  private var sizeOptions: [String] {
    let shape =
      switch experiment.shape {
      case .square: ["'--width'", "'--batch'", "'--depth'"]
      case .widths: ["'--widths'", "'--batch'"]
      }
    return shape + (trials > 1 ? ["'--trials'"] : [])
  }

  /// `nil` beyond an `Int`.
  private var bytes: Int? {
    let simulation = threads.map { experiment.memoryNeeded(threads: $0) } ?? 0
    guard let run = simulation else { return nil }
    // A histogram has up to 51 edges and 50 counts, in memory and in text.
    let bytesPerRecord =
      MemoryLayout<LayerRecord>.stride + 512 + (experiment.histogram ? 4096 : 0)
    let (lines, endless) = experiment.reportCount.addingReportingOverflow(1)
    let (records, tooMany) = trials.multipliedReportingOverflow(by: lines)
    let (reports, tooLong) = records.multipliedReportingOverflow(by: bytesPerRecord)
    let (sum, overflow) = run.addingReportingOverflow(reports)
    return endless || tooMany || tooLong || overflow ? nil : sum
  }
}
