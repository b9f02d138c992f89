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
    if isDryRun { return }
    let point = memory(of: sweep.largest)
    let left = available - list
    if fits(point.bytes(threads: threads, within: left), left) { return }
    func needed(_ threads: Int) -> Int? {
      guard let bytes = point.bytes(threads: threads, within: left) else { return nil }
      let (sum, overflow) = bytes.addingReportingOverflow(list)
      return overflow ? nil : sum
    }
    let fitsOneThread = threads > 1 && fits(needed(1), available)
    throw .tooMuchMemory(
      needed: needed(threads), available: available,
      sizes: ["'--width'", "'--batch'", "'--depth'"] + (fitsOneThread ? ["'--threads'"] : []))
  }

  /// A point's memory, with that of its records and rows.
  func memory(of point: Experiment) -> RunMemory {
    let format: Format = output.flatMap { RowFormat(path: $0) } == .jsonl ? .jsonl : .csv
    return RunMemory(experiment: point, trials: 1, format: format, theory: theory)
  }

  /// The list of this many points, of which a shard takes a copy, and the values that they are made of.
  func bytesOfList(_ points: Int) -> Int {
    let bytes = 2 * MemoryLayout<Experiment>.stride
    let values = sweep.axes.reduce(0) { $0 + $1.settings.count }
    return points.multipliedReportingOverflow(by: bytes).partialValue + 112 * values
  }
}
