import Kernels
import Platform
import Synchronization

extension Experiment {
  /// Runs the experiment and returns a record of the input (layer 0) and of each reported layer.
  ///
  /// - Parameters:
  ///   - threads: Worker threads; never changes a digit of the result.
  ///   - progress: Called now and then, by one thread at a time, with the fraction done.
  package func measure(
    threads: Int, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) -> [LayerRecord] {
    Run(self, threads: threads, progress: progress).run()
  }
}

/// One run: draws the batch, then takes waves of it through the stack and back.
///
/// A wave is as many rows as it takes to make good use of weights that are drawn and transposed for
/// all of them; its tapes are what the run needs memory for.
private final class Run {
  private let experiment: Experiment
  private let plan: RunPlan
  private let network: Network
  private let reported: Set<Int>
  private let statistics: Mutex<[Int: LayerStatistics]>
  private let progress: Progress

  init(_ experiment: Experiment, threads: Int, progress: @escaping @Sendable (Double) -> Void) {
    self.experiment = experiment
    plan = RunPlan(experiment, threads: threads)
    reported = Set(experiment.reportedLayers)
    network = Network(
      depth: experiment.lastReport, isResidual: experiment.skip != nil)
    self.progress = Progress(total: plan.products, report: progress)
    var statistics: [Int: LayerStatistics] = [:]
    for layer in [0] + experiment.reportedLayers {
      statistics[layer] = LayerStatistics(
        layer: layer, features: experiment.shape.width(ofLayer: layer), batch: experiment.batch)
    }
    self.statistics = Mutex(statistics)
  }

  func run() -> [LayerRecord] {
    var generator = Generator(seed: experiment.seed)
    let inputSize = experiment.shape.width(ofLayer: 0)
    var batch = [Float](repeating: 0, count: experiment.batch * inputSize)
    generator.fillNormal(&batch, mean: 0, std: 1)
    let weights = Weights(experiment, generator: generator, threads: plan.threads)
    for wave in plan.waves { run(wave, batch: batch, weights: weights) }
    return statistics.withLock { statistics in
      ([0] + experiment.reportedLayers).map { statistics[$0]!.record(inputSize: inputSize) }
    }
  }

  private func run(_ wave: [Slice], batch: [Float], weights: Weights) {
    let tapes = wave.map { slice in makeTape(slice, batch: batch) }
    for chunk in plan.chunks {
      weights.draw(chunk)
      weights.orient(transposed: false)
      forEachJob(wave.count, threads: plan.threads) { job in
        forward(tapes[job], wave[job], through: chunk.upperBound - 1, weights)
      }
    }
    guard experiment.gradients, !experiment.reportedLayers.isEmpty else { return }
    weights.orient(transposed: true)
    forEachJob(wave.count, threads: plan.threads) { job in
      backward(tapes[job], wave[job], weights)
    }
  }

  private func makeTape(_ slice: Slice, batch: [Float]) -> Tape {
    let pool = Pool(
      chunkBytes: plan.tapeBytesPerRow * slice.widths.reduce(0, +))
    let input = Panels(
      features: experiment.shape.width(ofLayer: 0), widths: slice.widths, pool: pool)
    input.load(
      rows: batch, firstRow: slice.start, count: slice.count, scale: Float(experiment.inputStd))
    record(0, slice, input, nil)
    return Tape(
      network: network, activation: experiment.activation, skip: experiment.skip, input: input,
      pool: pool)
  }

  private func forward(_ tape: Tape, _ slice: Slice, through layer: Int, _ weights: Weights) {
    tape.forward(
      through: layer, keepDerivatives: experiment.gradients, weights: { weights[$0] }
    ) { layer, output, derivative in
      progress.advance(slice.count)
      if reported.contains(layer) { record(layer, slice, output, derivative) }
    }
  }

  private func record(_ layer: Int, _ slice: Slice, _ output: Panels, _ derivative: Panels?) {
    let summaries = output.summaries(count: slice.count, derivative: derivative)
    let norms = summaries.map { $0.norm(features: output.features) }
    var unitSum: [Int64]?
    if norms.allSatisfy(\.isFinite) {
      var sum = [Int64](repeating: 0, count: output.features)
      output.addUnitColumns(norms: norms, to: &sum)
      unitSum = sum
    }
    let grid = experiment.histogram ? output.histogram(count: slice.count) : nil
    statistics.withLock {
      $0[layer]!.add(summaries, start: slice.start, unitSum: unitSum)
      if let grid { $0[layer]!.add(Histogram(grid)) }
    }
  }

  private func backward(_ tape: Tape, _ slice: Slice, _ weights: Weights) {
    for layers in plan.reportGroups {
      let gradients = tape.backward(from: layers, transposed: { weights[$0] }) { reports in
        progress.advance(slice.count * reports)
      }
      for (layer, result) in zip(layers, gradients) {
        let sums = zip(result.gradient.absoluteSums(count: slice.count), result.exponents)
          .map { Magnitude($0, timesPowerOfTwo: $1) }
        statistics.withLock { $0[layer]!.addGradients(sums, start: slice.start) }
      }
    }
  }
}

/// Counts products of one row with one weight matrix, the unit of work of a run.
private final class Progress: Sendable {
  private let total: Double
  private let done = Mutex(0.0)
  private let report: @Sendable (Double) -> Void

  init(total: Double, report: @escaping @Sendable (Double) -> Void) {
    self.total = total
    self.report = report
  }

  func advance(_ rows: Int) {
    done.withLock { done in
      done += Double(rows)
      report(done / total)
    }
  }
}
