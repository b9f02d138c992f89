import Arguments
import SignalPropagation

/// The memory that a run needs: the experiment's own, and that of its records and their text.
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
    let needed = bytes(threads: threads, within: available)
    if let needed, needed <= available { return }
    let fitsOneThread = threads != 1 && fits(bytes(threads: 1, within: available))
    let sizes =
      threads == nil ? ["'--depth'"] : sizeOptions + (fitsOneThread ? ["'--threads'"] : [])
    throw .tooMuchMemory(needed: needed, available: available, sizes: sizes)
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
  func bytes(threads: Int?, within available: Int?) -> Int? {
    let simulation =
      threads.map {
        SweepSchedule.memoryNeeded(for: experiment, count: trials, threads: $0, memory: available)
      } ?? 0
    guard let run = simulation else { return nil }
    let (lines, endless) = experiment.reportCount.addingReportingOverflow(1)
    let (records, tooMany) = trials.multipliedReportingOverflow(by: lines)
    let (reports, tooLong) = records.multipliedReportingOverflow(
      by: bytesPerRecord(isMeasured: threads != nil))
    let (runs, tooManyRuns) = trials.multipliedReportingOverflow(
      by: 2 * MemoryLayout<Experiment>.stride)
    guard !endless, !tooMany, !tooLong, !tooManyRuns else { return nil }
    let sum = Double(run) + Double(reports) + Double(runs)
    return sum < 0x1p62 ? run + reports + runs : nil
  }

  /// The bytes that a record takes with what is made of it: what leads to it, or its text, which has room for
  /// lines that are longer than the first.
  private func bytesPerRecord(isMeasured: Bool) -> Int {
    let record = MemoryLayout<LayerRecord>.stride
    // A histogram has up to 51 edges and 50 counts, in memory and in text.
    let histogram = experiment.histogram ? 4096 : 0
    let text =
      switch format {
      case .text: 120
      case .table: 650
      case .csv: rowBytes(.csv, isMeasured)
      case .jsonl: rowBytes(.jsonl, isMeasured)
      }
    let values = isMeasured ? format.bytesOfSingularValues(of: experiment) : 0
    return record + max(record * 13 / 10, text) + histogram + values
  }

  /// The bytes of a row: its parameters, and the figures that are not empty.
  private func rowBytes(_ format: RowFormat, _ isMeasured: Bool) -> Int {
    let quantities =
      Quantity.main + Quantity.statistics + (experiment.spectrum ? Quantity.spectrum : [])
    let predicted = theory ? quantities.count(where: \.hasPredictedColumn) : 0
    let empty = Trial(experiment: experiment, records: [LayerRecord(layer: 0)])
    return
      (format.rows([empty]).utf8.count + 18 * (predicted + (isMeasured ? quantities.count : 0)))
      * 9 / 8
  }
}

/// Whether a need that may be beyond an `Int` can be met; always where nobody knows what there is.
func fits(_ needed: Int?, _ available: Int? = availableMemory(threads: 1)) -> Bool {
  guard let available else { return true }
  return needed.map { $0 <= available } ?? false
}

extension Format {
  /// The bytes that the singular values of a record take, in memory and, in JSON Lines, as text.
  func bytesOfSingularValues(of experiment: Experiment) -> Int {
    guard experiment.spectrum else { return 0 }
    let count = min(experiment.shape.width(ofLayer: 0), experiment.shape.widestLayer)
    return count * (MemoryLayout<Double>.stride + (self == .jsonl ? 29 * 21 / 10 : 0))
  }
}
