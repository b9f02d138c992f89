import Kernels
import Platform

extension Experiment {
  /// Runs the experiment and returns a record of the input (layer 0) and of each reported layer.
  ///
  /// - Parameters:
  ///   - threads: Worker threads; never changes a digit of the result.
  ///   - progress: Called now and then, by one thread at a time, with the fraction done.
  /// - Throws: What is wrong with the layer's expression.
  package func measure(
    threads: Int, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws(LayerError) -> [LayerRecord] {
    let network = try Network(self)
    let plan = RunPlan(self, network, threads: threads)
    return Run(self, network, plan, progress: progress).run()
  }
}

/// One run: draws the batch, then takes waves of it through the stack and back as the plan says.
final class Run {
  private let experiment: Experiment
  private let plan: RunPlan
  private let network: Network
  private let reported: Set<Int>
  private let statistics: Mutex<[Int: LayerStatistics]>
  private let progress: RunProgress

  init(
    _ experiment: Experiment, _ network: Network, _ plan: RunPlan,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) {
    self.experiment = experiment
    self.network = network
    self.plan = plan
    reported = Set(experiment.reportedLayers)
    self.progress = RunProgress(total: plan.products, report: progress)
    var statistics: [Int: LayerStatistics] = [:]
    for layer in [0] + experiment.reportedLayers {
      statistics[layer] = LayerStatistics(
        layer: layer, features: experiment.shape.width(ofLayer: layer), batch: experiment.batch,
        entriesOfActivations: layer == 0
          ? 0 : network[layer].activationWidth * experiment.batch)
    }
    self.statistics = Mutex(statistics)
  }

  func run() -> [LayerRecord] {
    let input = InputBatch(experiment)
    let weights = LayerWeights(
      network, generator: input.following, bytes: plan.weightBytes, threads: plan.threads)
    for wave in plan.waves { run(wave, input: input, weights: weights) }
    var records = statistics.withLock { statistics in
      ([0] + experiment.reportedLayers).map {
        statistics[$0]!.record(gradientEntries: gradientEntries(ofLayer: $0))
      }
    }
    if experiment.spectrum {
      let jacobian = JacobianRun(
        experiment, network, input: input, weights: weights, threads: plan.threads)
      let spectra = jacobian.run(
        chunks: Array(plan.segments.joined()), progress: progress.advance)
      for index in records.indices.dropFirst() {
        records[index].measured.setSpectrum(spectra[records[index].layer] ?? nil)
      }
    }
    return records
  }

  /// Entries of a row of what the gradient of a record is by.
  private func gradientEntries(ofLayer layer: Int) -> Int {
    experiment.shape.width(ofLayer: experiment.backward == .each ? 0 : layer)
  }

  // MARK: A wave

  private func run(_ wave: [Slice], input: InputBatch, weights: LayerWeights) {
    let slices = mapJobs(wave.count, threads: plan.threads) { job in
      (slice: wave[job], tape: makeTape(wave[job], input, plan.team(forSlices: wave.count)))
    }
    let descends = experiment.purpose != .output && !plan.lossGroups.isEmpty
    var checkpoints: [[Panels]] = []
    for (number, segment) in plan.segments.enumerated() {
      let isLast = number == plan.segments.count - 1
      if descends, plan.segments.count > 1 { checkpoints.append(slices.map { $0.tape.output! }) }
      for chunk in segment {
        forward(
          slices, chunk, weights, through: network.depth, keeps: descends && isLast, reports: true)
      }
    }
    guard descends else { return }
    for (number, group) in plan.lossGroups.enumerated() {
      backward(slices, group, weights, checkpoints, number)
    }
  }

  private func forward(
    _ slices: [(slice: Slice, tape: Tape)], _ chunk: Range<Int>, _ weights: LayerWeights,
    through top: Int, keeps: Bool, reports: Bool
  ) {
    weights.prepare(chunk, transposed: false)
    forEachJob(slices.count, threads: plan.threads) { job in
      let (slice, tape) = slices[job]
      let pool = Pool()
      for layer in chunk where layer <= top {
        let isReported = reported.contains(layer)
        var saturated = [Int](repeating: 0, count: slice.count)
        tape.forward(
          layer: layer, weights: weights[layer], purpose: purpose(ofLayer: layer, keeps: keeps),
          activations: isReported && reports
            ? { operands, site in site.addSaturated(of: operands, to: &saturated, pool: pool) }
            : nil)
        guard reports else { continue }
        progress.advance(slice.count)
        if isReported { record(layer, slice, tape.output!, saturated) }
      }
    }
  }

  private func purpose(ofLayer layer: Int, keeps: Bool) -> LayerProgram.Purpose {
    guard keeps else { return .output }
    return experiment.purpose == .weightGradient && !reported.contains(layer)
      ? .gradient : experiment.purpose
  }

  /// Takes the losses of a group down to the input.
  ///
  /// What the way up has kept serves all groups where it is the whole stack; of several segments it is the
  /// last one, and serves the first group.
  private func backward(
    _ slices: [(slice: Slice, tape: Tape)], _ group: [Int], _ weights: LayerWeights,
    _ checkpoints: [[Panels]], _ number: Int
  ) {
    let top = group[0]
    let isWhole = plan.segments.count == 1
    let releases = !isWhole || number == plan.lossGroups.count - 1
    var isKept = isWhole || number == 0
    for number in plan.segments.indices.reversed() {
      let segment = plan.segments[number].filter { $0.lowerBound <= top }
      guard !segment.isEmpty else { continue }
      if !isKept {
        for ((_, tape), output) in zip(slices, checkpoints[number]) { tape.resume(from: output) }
        for chunk in segment {
          forward(slices, chunk, weights, through: top, keeps: true, reports: false)
        }
      }
      isKept = false
      for (_, tape) in slices { tape.finishForward() }
      for chunk in segment.reversed() {
        descend(slices, chunk, group, weights, releases: releases)
      }
    }
    forEachJob(slices.count, threads: plan.threads) { job in
      let (slice, tape) = slices[job]
      let gradients = tape.finishBackward()
      let layers = experiment.backward == .each ? group : [0]
      for (layer, gradient) in zip(layers, gradients) { recordGradient(layer, slice, gradient) }
    }
  }

  /// The layers of a chunk, downwards.
  private func descend(
    _ slices: [(slice: Slice, tape: Tape)], _ chunk: Range<Int>, _ group: [Int],
    _ weights: LayerWeights, releases: Bool
  ) {
    weights.prepare(chunk, transposed: true)
    guard experiment.backward == .each else {
      return descendWithWeights(slices, chunk, weights)
    }
    forEachJob(slices.count, threads: plan.threads) { job in
      let (slice, tape) = slices[job]
      for layer in chunk.reversed() where layer <= group[0] {
        if group.contains(layer) { startLoss(layer, slice, tape) }
        tape.backward(layer: layer, transposed: weights[layer], releases: releases)
        progress.advance(slice.count * tape.losses)
      }
    }
  }

  /// One layer after the other, as the gradients of a layer's weights are sums over all slices.
  private func descendWithWeights(
    _ slices: [(slice: Slice, tape: Tape)], _ chunk: Range<Int>, _ weights: LayerWeights
  ) {
    for layer in chunk.reversed() {
      let isReported = reported.contains(layer)
      let seen = mapJobs(slices.count, threads: plan.threads) { job in
        let (slice, tape) = slices[job]
        var seen = WeightGradients.Part(slice: slice)
        if layer == network.depth { startLoss(layer, slice, tape) }
        if isReported { recordGradient(layer, slice, tape.presentCotangents()[0]) }
        tape.backward(
          layer: layer, transposed: weights[layer], releases: true,
          weights: isReported
            ? { matrix, operand, cotangents in
              seen.products.append(
                WeightGradients.Product(
                  matrix: matrix, operand: operand, cotangent: cotangents[0],
                  exponents: tape.exponents[0]))
            } : nil)
        progress.advance(slice.count)
        return seen
      }
      guard isReported else { continue }
      let gradients = WeightGradients(network[layer].graph.matrices, seen)
      let mean = gradients.meanAbsolute(threads: plan.threads)
      statistics.withLock { $0[layer]!.addWeightGradient(mean) }
    }
  }

  private func startLoss(_ layer: Int, _ slice: Slice, _ tape: Tape) {
    let features = experiment.shape.width(ofLayer: layer)
    tape.startLoss(features: features) { cotangent in
      switch experiment.loss {
      case .sum: cotangent.fillOnes()
      case .random:
        let generator = Generator(seed: experiment.seed &+ UInt64(layer))
        let rows = slice.start * features..<(slice.start + slice.count) * features
        cotangent.load(
          rows: generator.normals(in: rows, of: experiment.batch * features), firstRow: 0,
          count: slice.count, scale: 1)
      }
    }
  }

  // MARK: Records

  private func makeTape(_ slice: Slice, _ input: InputBatch, _ team: ProductTeam) -> Tape {
    let pool = Pool(chunkBytes: plan.tapeBytesPerColumn * slice.widths.reduce(0, +))
    let panels = Panels(
      features: experiment.shape.width(ofLayer: 0), widths: slice.widths, pool: pool)
    input.load(slice, into: panels)
    record(0, slice, panels, nil)
    return Tape(network: network, input: panels, count: slice.count, pool: pool, team: team)
  }

  private func record(_ layer: Int, _ slice: Slice, _ output: Panels, _ saturated: [Int]?) {
    let summaries = output.summaries(count: slice.count)
    let norms = summaries.map { $0.norm(features: output.features) }
    var unitSum: [Int64]?
    if norms.allSatisfy(\.isFinite) {
      var sum = [Int64](repeating: 0, count: output.features)
      output.addUnitColumns(norms: norms, to: &sum)
      unitSum = sum
    }
    let grid = experiment.histogram ? output.histogram(count: slice.count) : nil
    statistics.withLock {
      $0[layer]!.add(
        summaries, start: slice.start, unitSum: unitSum, saturated: saturated?.reduce(0, +) ?? 0)
      if let grid { $0[layer]!.add(Histogram(grid)) }
    }
  }

  private func recordGradient(
    _ layer: Int, _ slice: Slice, _ result: (gradient: Panels, exponents: [Int])
  ) {
    let sums = zip(result.gradient.absoluteSums(count: slice.count), result.exponents)
      .map { Magnitude($0, timesPowerOfTwo: $1) }
    statistics.withLock { $0[layer]!.addGradients(sums, start: slice.start) }
  }
}

extension LayerProgram {
  /// Entries, for each row of the batch, that activations are applied to.
  var activationWidth: Int {
    steps.reduce(0) { $0 + $1.sites.reduce(0) { $0 + widths[$1.operands[0]] } }
  }
}

extension LayerProgram.SaturationSite {
  /// Counts, for each of the first rows, the entries whose |φ′| is below 0.01.
  fileprivate func addSaturated(of operands: [Panels], to counts: inout [Int], pool: Pool) {
    let operand = argument == nil ? operands[0] : operands[0].like(in: pool)
    argument?.run(operands, result: operand)
    let derivative = operand.like(in: pool)
    switch program.derivatives[0] {
    case .stored(let factor):
      program.run([operand], result: operand.like(in: pool), stored: [derivative])
      derivative.pullBack(derivative, factor: factor, derivative: nil, adding: false)
    case .input(_, let factor):
      derivative.pullBack(operand, factor: factor, derivative: nil, adding: false)
    case .constant(let slope):
      derivative.fill(columns: Array(repeating: slope, count: derivative.features))
    }
    let below = derivative.countBelow(0.01, count: counts.count)
    for row in counts.indices { counts[row] += below[row] }
  }
}

/// The rows that go into the stack, drawn where they are needed.
struct InputBatch {
  private let experiment: Experiment
  private let size: Int
  private let generator: Generator
  /// The row that all rows have in common, where there is one.
  private let common: [Float]?
  /// The generator after the batch.
  let following: Generator

  init(_ experiment: Experiment) {
    self.experiment = experiment
    size = experiment.shape.width(ofLayer: 0)
    var generator = Generator(seed: experiment.seed)
    if experiment.inputSimilarity > 0 {
      var row = [Float](repeating: 0, count: size)
      generator.fillNormal(&row, mean: 0, std: 1)
      common = row
    } else {
      common = nil
    }
    self.generator = generator
    let count = experiment.batch * size
    if let draws = Generator.drawCount(normals: count) {
      generator.discard(draws)
    } else {
      var batch = [Float](repeating: 0, count: count)
      generator.fillNormal(&batch, mean: 0, std: 1)
    }
    following = generator
  }

  func load(_ slice: Slice, into panels: Panels) {
    var rows = generator.normals(
      in: slice.start * size..<(slice.start + slice.count) * size, of: experiment.batch * size)
    if let common {
      let shared = Float(experiment.inputSimilarity.squareRoot())
      let own = Float((1 - experiment.inputSimilarity).squareRoot())
      for index in rows.indices {
        rows[index] = shared * common[index % size] + own * rows[index]
      }
    }
    panels.load(
      rows: rows, firstRow: 0, count: slice.count, scale: Float(experiment.inputStd))
  }
}

/// Counts products of one row with one layer's weights, the unit of work of a run.
private final class RunProgress: Sendable {
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
