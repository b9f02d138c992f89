import Arguments
import SignalPropagation

/// A sweep to run or to list.
struct SweepRequest: Equatable {
  var sweep: Sweep
  /// Whether the predicted columns are filled.
  var theory: Bool
  var shard: Shard
  /// A `.csv` or `.jsonl` file; `nil` in a dry run alone.
  var output: String?
  /// Seconds within which a finished point is on disk; with 0, before the next starts.
  var syncInterval: Double
  /// `nil` for one on each core that this process may use.
  var threads: Int?
  /// Whether points that cannot be run are left out instead of refused.
  var keepsGoing: Bool
  var isDryRun: Bool
  /// No progress and no notes.
  var quiet: Bool

  /// A list of them takes no more memory than a run, and their file no more than a disk.
  static let mostPoints = 1_000_000

  /// The option table, in the order of help.
  static var groups: [OptionGroup<SweepArguments>] { SweepArguments.groups }

  /// A sweep from everything that follows its name.
  init(parsing tokens: [String]) throws(ArgumentError) {
    var arguments = SweepArguments()
    let positionals = try Parser(SweepRequest.groups).parse(tokens, into: &arguments)
    sweep = try arguments.sweep(positionals)
    guard arguments.isDryRun || arguments.output != nil else { throw .noOutput }
    (theory, threads, quiet) = (
      arguments.run.theory, arguments.run.threads, arguments.run.output.quiet
    )
    (shard, output) = (arguments.shard, arguments.output?.text)
    (keepsGoing, isDryRun) = (arguments.keepsGoing, arguments.isDryRun)
    syncInterval = arguments.syncInterval
  }
}

extension SweepRequest {
  /// Everything that can be refused is refused before the work.
  func run() throws(Failure) {
    let threads = threads ?? availableCores()
    let all = try points(threads: threads)
    _ = try stacks(all.runs)
    let points = all.shard(shard.index, of: shard.count)
    var hasWork = true
    if isDryRun {
      try dryRun(points, threads: threads)
    } else if let output, let format = RowFormat(path: output) {
      let file = try SweepFile.continuing(output, contents(points, format))
      hasWork = file.points < points.count
      try run(points, threads: workers(threads), to: file)
    }
    let missing = all.missing.map { missing in
      let reason = ArgumentError.noGain(missing.error, argument: "--gain").message
      return "\(counted(missing.count, of: missing.error.layer)) left out: \(reason)"
    }
    if !missing.isEmpty, hasWork { throw .sweep(.pointsMissing(missing)) }
  }

  /// The names of the user's own numbers, in their order.
  var settings: [String] { sweep.first.experiment.settingNames }

  /// What the file of these points holds when it is complete.
  func contents(_ points: [Experiment], _ format: RowFormat) -> SweepContents {
    SweepContents(format: format, points: points, theory: theory, settings: settings)
  }

  /// The points that would be run, in order.
  func listedPoints() throws(Failure) -> [Experiment] {
    try points(threads: threads ?? availableCores()).shard(shard.index, of: shard.count)
  }

  private func points(threads: Int) throws(Failure) -> SweepPoints {
    do throws(ArgumentError) {
      try checkMemory(threads: workers(threads))
      let points = sweep.points()
      if !keepsGoing, let missing = points.missing.first {
        throw .noGain(missing.error, argument: "--gain", orKeepGoing: true)
      }
      for point in points.runs where point.layer.activation == nil || !point.settings.isEmpty {
        try point.checkLayer()
      }
      return points
    } catch {
      throw .usage(error, .sweep)
    }
  }

  /// The points as stacks that can be predicted; `nil` where no predictions are wanted.
  private func stacks(_ points: [Experiment]) throws(Failure) -> [TheoryStack]? {
    guard theory else { return nil }
    do throws(ArgumentError) {
      var stacks: [TheoryStack] = []
      for point in points { stacks.append(try point.coveredByTheory()) }
      return stacks
    } catch {
      throw .usage(error, .sweep)
    }
  }

  private func run(
    _ points: [Experiment], threads: Int, to file: consuming SweepFile
  ) throws(Failure) {
    let done = file.points
    if !quiet, done > 0 { writeToStandardError(continuingNote(done, of: points.count, file.name)) }
    if !quiet, theory, done < points.count {
      writeToStandardError(Note.unpredictedSpectrum(of: points))
    }
    let format = file.format
    let stacks = try stacks(points)
    if !quiet { writeToStandardError(Note.layers(of: points, asked: sweep.base.loss)) }
    let recorder = SweepRecorder(file, interval: syncInterval)
    let progress = SweepProgress(points, done: done, quiet: quiet)
    onInterrupt { number in
      recorder.close { done in
        progress.finish()
        writeToStandardError(
          interruptMessage(done, of: points.count), withinMilliseconds: 1000)
        die(of: number)
      }
    }
    schedule(points[done...], threads: threads).run(points, progress: progress.update) {
      index, records in
      // All points have been checked for what a run could refuse.
      guard let records = try? records.get() else { return false }
      let predictions = stacks?[index].predict()
      let rows = predictions.map { records.beside(predictions: $0) } ?? records
      progress.finishPoint(index)
      return recorder.record(
        format.text(ofPoint: Trial(experiment: points[index], records: rows)), of: index)
    }
    progress.finish()
    try recorder.finish()
  }
}

/// `1 point of relu is`, `3 points of gelu are`.
private func counted(_ points: Int, of layer: Layer) -> String {
  points == 1 ? "1 point of \(layer) is" : "\(points) points of \(layer) are"
}

private func continuingNote(_ done: Int, of count: Int, _ name: String) -> String {
  done == count
    ? "Note: \(name.quoted) already holds \(count == 1 ? "its point" : "all \(count) points").\n"
    : "Note: continuing \(name.quoted) after \(done) of \(count) points.\n"
}

private func interruptMessage(_ done: Int, of count: Int) -> String {
  "Interrupted after \(done) of \(count) points; run the same command again to go on.\n"
}
