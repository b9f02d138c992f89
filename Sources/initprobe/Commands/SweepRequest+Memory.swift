import Arguments
import SignalPropagation

extension SweepRequest {
  /// Throws where the list of points, or the largest of them, needs more memory than there is.
  func checkMemory(threads: Int) throws(ArgumentError) {
    guard let available = availableMemory(threads: threads) else { return }
    let list = sweep.gridCount.map { bytesOfList($0) + 16 << 20 } ?? .max
    guard list <= available else {
      throw .tooMuchMemory(needed: list, available: available, sizes: ["the number of points"])
    }
    func needed(_ threads: Int) -> Int? {
      guard let point = bytesOfPoint(sweep.largest, threads: threads) else { return nil }
      let (sum, overflow) = point.addingReportingOverflow(list)
      return overflow ? nil : sum
    }
    if isDryRun || fits(needed(threads), available) { return }
    let fitsOneThread = threads > 1 && fits(needed(1), available)
    throw .tooMuchMemory(
      needed: needed(threads), available: available,
      sizes: ["'--width'", "'--batch'", "'--depth'"] + (fitsOneThread ? ["'--threads'"] : []))
  }

  /// The list of this many points, of which a shard takes a copy, and the values that they are made of.
  func bytesOfList(_ points: Int) -> Int {
    let bytes = 2 * MemoryLayout<Experiment>.stride + 64
    let values = sweep.axes.reduce(0) { $0 + $1.settings.count }
    return points.multipliedReportingOverflow(by: bytes).partialValue + 256 * values
  }

  /// A point's own memory, and that of its records and rows; `nil` beyond an `Int`.
  private func bytesOfPoint(_ point: Experiment, threads: Int) -> Int? {
    let format: Format = output.flatMap { RowFormat(path: $0) } == .jsonl ? .jsonl : .csv
    guard let run = point.memoryNeeded(threads: threads) else { return nil }
    let (rows, tooLong) = (point.reportCount &+ 1).multipliedReportingOverflow(
      by: format.bytesPerRecord(measured: true, predicted: theory)
        + format.bytesOfSingularValues(of: point))
    guard !tooLong else { return nil }
    let (sum, overflow) = run.addingReportingOverflow(rows)
    return overflow ? nil : sum
  }
}
