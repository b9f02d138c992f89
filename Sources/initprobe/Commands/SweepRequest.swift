import SignalPropagation

/// A sweep to run or to list.
struct SweepRequest: Equatable {
  var sweep: Sweep
  /// Whether the predicted columns are filled.
  var theory: Bool
  var shard: Shard
  /// A `.csv` or `.jsonl` file; `nil` in a dry run alone.
  var output: String?
  /// `nil` for one on each core that this process may use.
  var threads: Int?
  /// Whether points that cannot be run are left out instead of refused.
  var keepsGoing: Bool
  var isDryRun: Bool
  /// No progress and no notes.
  var quiet: Bool
}

extension SweepRequest {
  /// Everything that can be refused is refused before the work.
  func run() throws(Failure) {
    let threads = threads ?? availableCores()
    let all = try points(threads: threads)
    let points = all.shard(shard.index, of: shard.count)
    if isDryRun {
      try dryRun(points, threads: threads)
    } else if let output, let format = RowFormat(path: output) {
      try run(points, threads: threads, to: .continuing(output, contents(points, format)))
    }
    let missing = all.missing.map { missing in
      let reason = ArgumentError.value(missing.error.operand, .noGain(missing.error)).message
      return "\(counted(missing.count, of: missing.error.layer)) left out: \(reason)"
    }
    if !missing.isEmpty { throw .sweep(.pointsMissing(missing)) }
  }

  /// What the file of these points holds when it is complete.
  func contents(_ points: [Experiment], _ format: RowFormat) -> SweepContents {
    SweepContents(format: format, points: points, theory: theory)
  }

  private func points(threads: Int) throws(Failure) -> SweepPoints {
    do throws(ArgumentError) {
      try checkMemory(threads: threads)
      let points = sweep.points()
      if !keepsGoing, let missing = points.missing.first {
        throw .value(missing.error.operand, .noGain(missing.error))
      }
      return points
    } catch {
      throw .usage(error, .sweep)
    }
  }

  private func run(
    _ points: [Experiment], threads: Int, to file: consuming SweepFile
  ) throws(Failure) {
    let done = file.points
    if !quiet, done > 0 { writeToStandardError(continuingNote(done, of: points.count, file.name)) }
    let format = file.format
    let theory = theory
    let recorder = SweepRecorder(file)
    let progress = SweepProgress(points, done: done, quiet: quiet)
    onInterrupt { number in
      recorder.close { done in
        progress.finish()
        writeToStandardError(
          interruptMessage(done, of: points.count), withinMilliseconds: 1000)
        die(of: number)
      }
    }
    let schedule = SweepSchedule(
      points[done...], threads: threads, memory: availableMemory(threads: threads))
    schedule.run(points, progress: progress.update) { index, records in
      var records = try! records.get()
      if theory { records.takePredictions(of: points[index].predict(followingPairs: false)) }
      let rows = format.rows(Trial(experiment: points[index], records: records))
      progress.finishPoint(index)
      return recorder.record(rows, of: index)
    }
    progress.finish()
    try recorder.check()
  }
}

extension GainError {
  /// The argument that the error is about.
  fileprivate var operand: Operand { Operand(name: "--gain", text: name.rawValue) }
}

/// `1 point of relu is`, `3 points of gelu are`.
private func counted(_ points: Int, of layer: Layer) -> String {
  points == 1 ? "1 point of \(layer) is" : "\(points) points of \(layer) are"
}

private func continuingNote(_ done: Int, of count: Int, _ name: String) -> String {
  done == count
    ? "Note: \(quoted(name)) already holds all \(count) points.\n"
    : "Note: continuing \(quoted(name)) after \(done) of \(count) points.\n"
}

private func interruptMessage(_ done: Int, of count: Int) -> String {
  "Interrupted after \(done) of \(count) points; run the same command again to go on.\n"
}
