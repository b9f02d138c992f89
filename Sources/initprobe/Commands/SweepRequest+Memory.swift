import Arguments
import SignalPropagation

extension SweepRequest {
  /// Throws where the list of points, or the largest of them, needs more memory than there is.
  func checkMemory(threads: Int) throws(ArgumentError) {
    guard let available = availableMemory(threads: threads) else { return }
    let list = isDryRun ? bytesOfDryRun(threads: threads) : bytesOfList(threads: threads)
    guard list <= available else { throw .tooManyForMemory(needed: list, available: available) }
    if isDryRun { return }
    let point = sweep.largest
    let bytesBesideRecord = bytesBesideRecord(of: point)
    func needed(_ threads: Int, within available: Int?) -> Int? {
      let run = SweepSchedule.memoryNeeded(
        for: point, count: pointCount, threads: threads,
        memory: available.map { $0 - list }, bytesBesideRecord: bytesBesideRecord)
      guard let (sum, overflow) = run.bytes?.addingReportingOverflow(list) else { return nil }
      return overflow ? nil : sum
    }
    let least = needed(threads, within: available)
    if fits(least, available) { return }
    let fitsOneThread = threads > 1 && fits(needed(1, within: available), available)
    throw .tooMuchMemory(
      needed: needed(threads, within: nil), alone: (least, "point"), available: available,
      sizes: ["'--width'", "'--batch'", "'--depth'"] + (fitsOneThread ? ["'--threads'"] : []))
  }

  /// How points share threads and memory.
  func schedule(_ points: ArraySlice<Experiment>, threads: Int) -> SweepSchedule {
    SweepSchedule(
      points, threads: threads, memory: availableMemory(threads: threads),
      bytesBesideRecord: bytesBesideRecord(of: sweep.largest))
  }

  /// The list of all points, another that predictions are made from, and their schedule.
  func bytesOfList(threads: Int) -> Int {
    bytesOfPoints + bytesOfStacks + bytesOfSchedule(threads: threads)
  }

  /// In a dry run the stacks are gone when time is judged, by a run.
  private func bytesOfDryRun(threads: Int) -> Int {
    let rate = SweepRequest.sample.memoryNeeded(threads: 1) ?? 0
    return bytesOfPoints + max(bytesOfStacks, bytesOfSchedule(threads: threads) + rate)
  }

  /// The list that shards are held against, with the parameters of each point as text.
  var bytesOfListForMerge: Int {
    let format = output.flatMap { RowFormat(path: $0) } ?? .csv
    let text = RowStart(sweep.largest, format).parameters.utf8.count + 48
    return max(bytesOfDryRun(threads: 1), bytesOfPoints + listedCount * text)
  }

  /// How many points are listed at most.
  var listedCount: Int { (pointCount + shard.count - 1) / shard.count }

  /// The list of all points, of which a shard takes a copy, and the values that they are made of.
  private var bytesOfPoints: Int {
    let values = sweep.axes.reduce(0) { $0 + $1.settings.count }
    let copied = shard.count > 1 ? pointCount / shard.count + 1 : 0
    return (pointCount + copied) * MemoryLayout<Experiment>.stride
      + Operand.bytesPerValue * values
  }

  private var bytesOfStacks: Int { theory ? pointCount * MemoryLayout<TheoryStack>.stride : 0 }

  private func bytesOfSchedule(threads: Int) -> Int {
    SweepSchedule.bytes(
      ofPoints: pointCount / shard.count, largest: sweep.largest, threads: threads)
  }

  /// A grid of more points is refused when it is read.
  private var pointCount: Int { min(sweep.gridCount ?? .max, SweepRequest.mostPoints) }

  /// The text of a record, and its prediction with a copy that has both.
  private func bytesBesideRecord(of point: Experiment) -> Double {
    let format = output.flatMap { RowFormat(path: $0) } ?? .csv
    return format.bytesOfRow(of: point, theory: theory)
      + (theory ? 2 * Double(MemoryLayout<LayerRecord>.stride) : 0)
  }
}

extension RowFormat {
  /// The bytes of a measured row: its parameters, and the figures that are not empty.
  fileprivate func bytesOfRow(of experiment: Experiment, theory: Bool) -> Double {
    let quantities =
      Quantity.main + Quantity.statistics + (experiment.spectrum ? Quantity.spectrum : [])
    let figures = quantities.count + (theory ? quantities.count(where: \.hasPredictedColumn) : 0)
    let empty = Trial(experiment: experiment, records: [LayerRecord(layer: 0)])
    let bytesPerFigure = 20.0
    let values =
      self == .jsonl && experiment.spectrum
      ? min(experiment.shape.width(ofLayer: 0), experiment.shape.widestLayer) : 0
    return
      (Double(text(ofPoint: empty).utf8.count) + bytesPerFigure * (Double(figures) + Double(values)))
      * 17 / 16
  }
}
