import Arguments
import SignalPropagation

/// The memory that a run needs: the experiment's own, and that of its records.
struct RunMemory {
  let experiment: Experiment
  let trials: Int
  let format: Format
  /// Whether the predicted columns are filled.
  let theory: Bool

  /// Throws where that is more than there is, before any of it is taken.
  ///
  /// - Parameter threads: `nil` for a prediction, which takes no memory but for its records.
  func check(threads: Int?) throws(ArgumentError) {
    guard let available = availableMemory(threads: threads ?? 1) else { return }
    let least = bytes(threads: threads, within: available)
    if fits(least, available) { return }
    let fitsOneThread = threads != 1 && fits(bytes(threads: 1, within: available), available)
    let sizes =
      threads == nil ? ["'--depth'"] : sizeOptions + (fitsOneThread ? ["'--threads'"] : [])
    throw .tooMuchMemory(
      needed: bytes(threads: threads, within: nil), alone: (least, "trial"), available: available,
      sizes: sizes)
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

  /// The bytes of all trials, of which as many run at the same time as `available` is enough for; `nil` beyond
  /// an `Int`.
  ///
  /// - Parameter available: `nil` for as much as anything may take.
  func bytes(threads: Int?, within available: Int?) -> Int? {
    var sum = bytesBesideRuns(isMeasured: threads != nil)
    if let threads {
      let plan = SweepSchedule.memoryNeeded(
        for: experiment, count: trials, threads: threads, memory: available.map(left))
      guard let running = plan.bytes else { return nil }
      let records = experiment.bytesOfRecords(isMeasured: true)
      sum += Double(running) - Double(plan.atOnce) * records
    }
    return sum < 0x1p62 ? Int(sum) : nil
  }

  /// What is left for the trials that run at the same time.
  func left(of available: Int) -> Int {
    Int(max(0, Double(available) - bytesBesideRuns(isMeasured: true)))
  }

  /// The records of all trials with their experiments, the predictions, and what a line of text is made of.
  private func bytesBesideRuns(isMeasured: Bool) -> Double {
    let prediction = theory ? experiment.memoryOfPrediction : 0
    guard isMeasured else { return prediction }
    let record = MemoryLayout<LayerRecord>.stride
    let line = format.isText && trials > 1 ? record + MemoryLayout<Figure>.stride : 0
    let trial =
      MemoryLayout<Experiment>.stride + MemoryLayout<Trial>.stride + RunMemory.listBytes + line
    return prediction
      + Double(trials) * (experiment.bytesOfRecords(isMeasured: true) + Double(trial))
  }

  /// What a list takes beside its elements.
  private static let listBytes = 48
}

/// Whether a need that may be beyond an `Int` can be met; always where nobody knows what there is.
func fits(_ needed: Int?, _ available: Int? = availableMemory(threads: 1)) -> Bool {
  guard let available else { return true }
  return needed.map { $0 <= available } ?? false
}
