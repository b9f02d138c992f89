import SignalPropagation

extension SweepRequest {
  /// Prints the points as CSV, then, in lines that begin with a `#`, what they would take.
  func dryRun(_ points: [Experiment], threads: Int) throws(Failure) {
    var done = 0
    if let output, let format = RowFormat(path: output) {
      done = try SweepFile.pointsDone(output, contents(points, format))
    }
    let table = LayerRow.parameters(settings: settings)
    let lines = points.lazy.map { point in
      table.csv(LayerRow(experiment: point, record: LayerRecord(layer: 0)))
    }
    try Destination.standardOutput.write(
      [AnySequence([table.header]), AnySequence(lines)].joined())
    try Destination.standardOutput.write(summary(points, done: done, threads: threads))
  }

  private func summary(_ points: [Experiment], done: Int, threads: Int) -> String {
    let rows = points.reduce(0) { $0 + Double($1.reportCount) + 1 }
    let rowCount = rows < 0x1p53 ? "\(Int(rows))" : "more than \(1 << 53)"
    let count = "\(points.count) points with \(rowCount) rows, \(done) of them done"
    guard done < points.count else { return "# \(count)\n" }
    let schedule = schedule(points[done...], threads: threads)
    var lines = [count]
    let (rate, trial) = SweepRequest.measureRate()
    // Other rows are put on disk while points run.
    let syncs = syncInterval == 0 ? points.count - done : 1
    let directory = FilePath(argument: output ?? "").directory
    let seconds =
      schedule.seconds(for: points, rate: rate)
      + Double(syncs) * SweepFile.secondsToSync(in: directory)
    let time = seconds < 1 ? "less than 1 s" : "about \(duration(seconds))"
    lines.append(
      "time: \(time) on \(threads) \(threads == 1 ? "thread" : "threads"), judged by"
        + " \((trial * 1000).fixed(decimals: 0)) ms of work on one thread; it may well take half or"
        + " twice as long")
    let (memory, overflow) = (schedule.memoryNeeded(for: points) ?? .max)
      .addingReportingOverflow(bytesOfList(threads: threads))
    lines.append(
      "memory: at most about \(byteCount(overflow ? .max : memory))"
        + (availableMemory(threads: threads).map { " of the \(byteCount($0)) available now" } ?? "")
    )
    lines.append(
      "shards: \(shardAdvice(points: points.count - done, seconds: seconds, threads: threads))")
    return lines.map { "# \($0)\n" }.joined()
  }

  /// What is run to judge how long others take.
  static let sample = Experiment(
    activation: Activation(.tanh), gain: 1, shape: .square(width: 300, depth: 20), batch: 300)

  /// Units of work per second on one thread, and the seconds that it took to find out.
  private static func measureRate() -> (rate: Double, seconds: Double) {
    // The first run warms up caches and clock.
    _ = try! sample.measure(threads: 1)
    let start = monotonicSeconds()
    _ = try! sample.measure(threads: 1)
    let seconds = monotonicSeconds() - start
    return (sample.work / max(seconds, 1e-9), seconds)
  }
}

extension SweepRequest {
  /// How many shards take about an hour each, where this one with its points takes so many seconds.
  fileprivate func shardAdvice(points: Int, seconds: Double, threads: Int) -> String {
    let hours = (seconds * Double(shard.count) / 3600).rounded(.up)
    let most = points * shard.count
    guard hours > 1 else { return "none needed, as all of it takes less than an hour" }
    guard hours < Double(most) else {
      return
        "at most \(most), one for each point, which takes \(duration(seconds / Double(points)))"
    }
    return "'--shard auto/\(Int(hours))' makes \(Int(hours)) that take an hour each, with"
      + " '--threads \(threads)'"
  }
}
