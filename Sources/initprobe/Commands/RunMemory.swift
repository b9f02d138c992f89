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
    let needed = bytes(threads: threads)
    if let needed, needed <= available { return }
    let fitsOneThread = threads != 1 && fits(bytes(threads: 1))
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

  /// `nil` beyond an `Int`.
  private func bytes(threads: Int?) -> Int? {
    let simulation = threads.map { experiment.memoryNeeded(threads: $0) } ?? 0
    guard let run = simulation else { return nil }
    // A histogram has up to 51 edges and 50 counts, in memory and in text.
    let bytesPerRecord =
      format.bytesPerRecord(measured: threads != nil, predicted: theory || threads == nil)
      + (experiment.histogram ? 4096 : 0)
      + (threads != nil ? format.bytesOfSingularValues(of: experiment) : 0)
    let (lines, endless) = experiment.reportCount.addingReportingOverflow(1)
    let (records, tooMany) = trials.multipliedReportingOverflow(by: lines)
    let (reports, tooLong) = records.multipliedReportingOverflow(by: bytesPerRecord)
    let (sum, overflow) = run.addingReportingOverflow(reports)
    return endless || tooMany || tooLong || overflow ? nil : sum
  }
}

/// Whether a need that may be beyond an `Int` can be met; always where nobody knows what there is.
func fits(_ needed: Int?, _ available: Int? = availableMemory(threads: 1)) -> Bool {
  guard let available else { return true }
  return needed.map { $0 <= available } ?? false
}

extension Format {
  /// The bytes that a record takes in memory: twice its own while lists are joined, then once with its text,
  /// which is there as a line, in a growing string, and in its copy.
  func bytesPerRecord(measured: Bool, predicted: Bool) -> Int {
    let empty = Trial(
      experiment: Experiment(activation: Activation(.identity), gain: 1),
      records: [LayerRecord(layer: 0)])
    let predictions = Quantity.all.count(where: \.hasPredictedColumn)
    let figures = (measured ? Quantity.all.count : 0) + (predicted ? predictions : 0)
    let text =
      switch self {
      case .text, .table: 32
      case .csv: RowFormat.csv.rows([empty]).utf8.count + 18 * figures
      // A figure of 18 characters takes the place of `null`.
      case .jsonl: RowFormat.jsonl.rows([empty]).utf8.count + 14 * figures
      }
    let record = MemoryLayout<LayerRecord>.stride
    return max(2 * record, record + 48 + 29 * text / 10)
  }

  /// The bytes that the singular values of a record take, in memory and, in JSON Lines, as text.
  func bytesOfSingularValues(of experiment: Experiment) -> Int {
    guard experiment.spectrum else { return 0 }
    let count = min(experiment.shape.width(ofLayer: 0), experiment.shape.widestLayer)
    return count * (MemoryLayout<Double>.stride + (self == .jsonl ? 29 * 21 / 10 : 0))
  }
}
