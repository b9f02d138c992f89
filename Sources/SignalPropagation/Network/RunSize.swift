import Kernels

extension Experiment {
  /// The memory that `measure` needs, in bytes; `nil` where that is more than an `Int` holds. A layer that is
  /// wrong needs none, as nothing of it runs.
  package func memoryNeeded(threads: Int) -> Int? {
    guard let network = try? Network(self) else { return 0 }
    return RunSize(self, network, limits: RunPlan.Limits()).memory(threads: threads)
  }
}

/// The sizes of a run in floating point, so that sizes of any magnitude get an answer before anything of
/// that size exists.
struct RunSize {
  /// Products of each row: layers applied, upwards and for every loss downwards.
  let passes: Double
  /// Weights of a layer, on average.
  let weightsPerLayer: Double
  /// Rows of the batch that go through the stack together.
  let waveRows: Double
  /// Layers whose tape is kept at the same time.
  let segmentLayers: Double
  /// Bytes of a tape, with its checkpoints, for each column.
  let tapeBytesPerColumn: Double
  /// Bytes of the whole run beside the weights' scratch memory for each thread.
  private let fixedBytes: Double
  /// Bytes for each thread.
  private let bytesPerThread: Double

  /// The memory that a run needs, in bytes; `nil` where that is more than an `Int` holds.
  func memory(threads: Int) -> Int? {
    let bytes = fixedBytes + Double(threads) * bytesPerThread
    return bytes < 0x1p62 ? Int(bytes) : nil
  }

  init(_ experiment: Experiment, _ network: Network, limits: RunPlan.Limits) {
    let depth = Double(network.depth)
    let layers = network.distinct
    func total(_ part: (LayerProgram) -> Double) -> Double {
      layers.reduce(0) { $0 + Double($1.count) * part($1.program) }
    }
    let weights = total { RunSize.weights($0) }
    weightsPerLayer = weights / max(depth, 1)
    passes = depth + experiment.layersBelowLosses
    let batch = Double(experiment.batch)
    let purpose = experiment.purpose
    let usages = layers.map { (usage: $0.program.usage, count: Double($0.count)) }
    let saved =
      usages.reduce(0) { $0 + $1.count * $1.usage.saved[purpose]! } / max(depth, 1)
    let boundary = layers.map { Double(Panels.paddedFeatures($0.program.widths[0])) }.max() ?? 0
    let forward = usages.compactMap { $0.usage.forward[purpose] }.max() ?? 0
    let backward = usages.map(\.usage.backward).max() ?? 0
    let x0 = network.usesStackInput ? 1.0 : 0
    let inputs = Double(Panels.paddedFeatures(experiment.shape.width(ofLayer: 0)))

    /// Floats of a column's tape where this many layers are kept.
    func tape(_ kept: Double) -> Double {
      guard purpose != .output else { return forward + x0 * inputs }
      let segments = (depth / kept).rounded(.up)
      let up = kept * saved + forward
      let down = RunSize.descent(
        experiment, kept: kept, saved: saved, backward: backward + x0 * inputs)
      return max(up, down) + (segments - 1) * boundary + x0 * inputs
    }
    let float = Double(MemoryLayout<Float>.stride)
    let whole = float * tape(max(depth, 1))
    // A wave takes what fits; but weights are drawn again for each, so it has a size that is worth it.
    let lanes = Double(Panels.maxWidth)
    let fitting = (Double(limits.tapeBytes) / whole / lanes).rounded(.down) * lanes
    // The gradients of the weights are sums over the whole batch.
    let rows =
      purpose == .weightGradient ? batch : min(batch, max(Double(limits.leastWaveRows), fitting))
    waveRows = max(1, rows)
    let columns = (waveRows / Double(Panels.lanes)).rounded(.up) * Double(Panels.lanes)
    if columns * whole <= Double(limits.tapeBytes) || purpose == .output {
      segmentLayers = max(depth, 1)
    } else {
      segmentLayers = RunSize.segment(depth: depth, within: Double(limits.tapeBytes)) {
        columns * float * tape($0)
      }
    }
    tapeBytesPerColumn = float * tape(segmentLayers)

    let largest = layers.map { RunSize.largestMatrix($0.program) }.max() ?? 0
    let chunk = min(
      float * weights,
      Double(limits.weightBytes)
        + float * (layers.map { RunSize.weights($0.program) }.max() ?? 0))
    let widest = layers.flatMap(\.program.widths).max().map(Double.init) ?? 0
    let reports = Double(experiment.reportCount + 1)
    var bytes = columns * tapeBytesPerColumn + chunk
    bytes += reports * (64 * batch + 24 * widest)
    if experiment.histogram {
      bytes += reports * Double(MemoryLayout<Int>.stride * 2 * GridCounts.binsPerSide)
    }
    if purpose == .weightGradient { bytes += float * (2 * batch * widest + 2 * largest) }
    // The Jacobian follows when the tapes are gone, but what they took is kept for reuse.
    if experiment.spectrum { bytes += JacobianRun.bytes(experiment, network) }
    bytes += 12 * 1024 * 1024
    fixedBytes = bytes
    bytesPerThread =
      float * largest * (network.usesQR ? 8 : 1)
      + 3 * float * Double(Slice.maxColumns) * widest
  }

  /// The most floats of a column on the way down: what is still kept, and the cotangents that have joined.
  private static func descent(
    _ experiment: Experiment, kept: Double, saved: Double, backward: Double
  ) -> Double {
    let losses = Double(min(experiment.lossCount, RunPlan.lossesAtOnce))
    guard case .each = experiment.backward, case .every(let step) = experiment.reports,
      experiment.lossCount <= RunPlan.lossesAtOnce
    else {
      return kept * saved + losses * backward
    }
    // Losses join at equal distances, and what is kept shrinks between them: the sum is largest at an end.
    let below = max(0, kept - (losses - 1) * Double(step))
    return max(kept * saved + backward, below * saved + losses * backward)
  }

  /// The most layers for which the tape fits, or the number for which it is smallest.
  private static func segment(
    depth: Double, within limit: Double, _ bytes: (Double) -> Double
  ) -> Double {
    var best = max(1, depth.squareRoot().rounded())
    var kept = best
    while kept * 1.25 < depth, bytes(kept * 1.25) <= limit { kept = (kept * 1.25).rounded(.down) }
    while bytes(best) > limit, best > 1, bytes((best / 2).rounded(.up)) < bytes(best) {
      best = (best / 2).rounded(.up)
    }
    return bytes(kept) <= limit ? kept : best
  }

  /// Floats of a layer's weights with their padding.
  static func weights(_ program: LayerProgram) -> Double {
    program.graph.matrices.reduce(0) { $0 + floats($1) }
  }

  private static func largestMatrix(_ program: LayerProgram) -> Double {
    program.graph.matrices.map(floats).max() ?? 0
  }

  private static func floats(_ matrix: LayerGraph.Matrix) -> Double {
    Double(Panels.paddedFeatures(matrix.fanIn)) * Double(Panels.paddedFeatures(matrix.fanOut))
  }

  /// Bytes of a layer's weights.
  static func weightBytes(_ program: LayerProgram) -> Int {
    program.graph.matrices.reduce(0) {
      $0 + MemoryLayout<Float>.stride * PackedMatrix.storage(rows: $1.fanOut, columns: $1.fanIn)
    }
  }
}
