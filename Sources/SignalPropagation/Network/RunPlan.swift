import Kernels

/// How a run is cut into pieces, none of which changes a digit of its result, and the memory that it takes.
///
/// Who owns which memory when:
///
///     wave      rows of the batch that go through the stack together. Every slice of them, the columns
///               that one thread works on at a time, has a tape with a pool of its own.
///     segment   layers whose tape is kept at the same time. Where there are several, only the output
///               before each is kept on the way up (a checkpoint), and the layers of a segment run once
///               more on the way down.
///     chunk     layers whose weights are in memory at the same time; they are drawn when the chunk is
///               entered, upwards and again downwards.
///
///     up:    for each segment { for each chunk { draw; every slice: forward } }
///     down:  for each segment, last first { forward again unless it is the last;
///                                           for each chunk, last first { draw Wᵀ; every slice: backward } }
struct RunPlan {
  /// Threads that find work enough to be worth starting.
  let threads: Int
  /// The slices of the batch that are taken through the stack and back at the same time.
  let waves: [[Slice]]
  /// The segments, each as its chunks.
  let segments: [[Range<Int>]]
  /// Losses, as the layers that they are at, descending, whose cotangents go down at the same time.
  let lossGroups: [[Int]]
  /// Products of one row with one layer's weights.
  let products: Double
  /// Bytes that a tape takes for each of its columns.
  let tapeBytesPerColumn: Int
  /// Bytes that the weights of the largest chunk take.
  let weightBytes: Int

  /// The largest number of cotangents that go down at the same time.
  static let lossesAtOnce = 16
  /// What the plan tries to keep within; the digits do not depend on it.
  struct Limits: Sendable {
    /// The tapes of a wave.
    var tapeBytes = 1 << 30
    /// The weights of a chunk.
    var weightBytes = 16 << 20
    /// Rows of a wave that make it worth its weights, whatever its tapes take.
    var leastWaveRows = 1008
  }

  /// Floating-point operations that pay for starting a thread.
  private static let flopsPerThread = 4e6

  /// The plan of `experiment` for at most `threads` threads.
  init(_ experiment: Experiment, _ network: Network, threads: Int, limits: Limits = Limits()) {
    let size = RunSize(experiment, network, limits: limits)
    let losses = experiment.lossLayers
    products =
      size.passes * Double(experiment.batch)
      + (experiment.spectrum
        ? Double(network.depth) * Double(experiment.shape.width(ofLayer: 0)) : 0)
    let flops = 2 * products * size.weightsPerLayer
    self.threads = max(1, Int(min(Double(threads), 1 + flops / RunPlan.flopsPerThread)))
    lossGroups = losses.reversed().cut(RunPlan.lossesAtOnce)
    tapeBytesPerColumn = Int(size.tapeBytesPerColumn)
    let threads = self.threads
    let rows = Int(size.waveRows)
    waves = stride(from: 0, to: experiment.batch, by: rows).map { start in
      Slice.cut(start: start, count: min(rows, experiment.batch - start), threads: threads)
    }
    let layers = Array(1..<(network.depth + 1))
    segments = layers.cut(Int(size.segmentLayers)).map { segment in
      RunPlan.chunks(segment[0]..<(segment[0] + segment.count), network, limits)
    }
    weightBytes =
      segments.joined().map { chunk in
        chunk.reduce(0) { $0 + RunSize.weightBytes(network[$1]) }
      }.max() ?? 0
  }

  /// As many layers as fit, at least one.
  private static func chunks(
    _ layers: Range<Int>, _ network: Network, _ limits: Limits
  ) -> [Range<Int>] {
    var chunks: [Range<Int>] = []
    var first = layers.lowerBound
    var bytes = 0
    for layer in layers {
      let more = RunSize.weightBytes(network[layer])
      if bytes > 0, bytes + more > limits.weightBytes {
        chunks.append(first..<layer)
        (first, bytes) = (layer, 0)
      }
      bytes += more
    }
    chunks.append(first..<layers.upperBound)
    return chunks
  }
}

extension Array {
  /// Consecutive parts of at most `size` elements.
  fileprivate func cut(_ size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
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
    let layers = network.distinct(through: network.depth)
    func total(_ part: (LayerProgram) -> Double) -> Double {
      layers.reduce(0) { $0 + Double($1.count) * part($1.program) }
    }
    let weights = total { RunSize.weights($0) }
    weightsPerLayer = weights / max(depth, 1)
    passes = depth + experiment.layersBelowLosses
    let batch = Double(experiment.batch)
    let purpose = experiment.purpose
    let saved = total { $0.usage.saved[purpose]! } / max(depth, 1)
    let boundary = layers.map { Double(Panels.paddedFeatures($0.program.widths[0])) }.max() ?? 0
    let forward = layers.map(\.program.usage.forward).max() ?? 0
    let backward = layers.map(\.program.usage.backward).max() ?? 0
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
    let usesQR = network.distinct(through: network.depth).contains { layer in
      layer.program.graph.matrices.contains { $0.initializer == .orthogonal }
    }
    bytesPerThread =
      float * largest * (usesQR ? 8 : 1)
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
