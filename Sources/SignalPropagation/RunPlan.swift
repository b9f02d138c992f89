import Kernels

/// How a run is cut into pieces, none of which changes a digit of its result, and what it needs.
struct RunPlan {
  /// Threads that find work enough to be worth starting.
  let threads: Int
  /// The slices of the batch that are taken through the stack and back at the same time.
  let waves: [[Slice]]
  /// The layers whose weights are in memory at the same time.
  let chunks: [Range<Int>]
  /// Reported layers, descending, whose cotangents go down at the same time.
  let reportGroups: [[Int]]
  /// Products of one row with one weight matrix.
  let products: Double

  private let experiment: Experiment

  /// The largest number of cotangents that go down at the same time.
  private static let reportsAtOnce = 16
  /// What the tapes of a wave, or the weights of a chunk, may take before they are cut smaller.
  private static let bytesAtOnce = 512 << 20
  /// Rows of a wave that make it worth its weights, whatever its tapes take.
  private static let waveRows = 1008
  /// Floating-point operations that pay for starting a thread.
  private static let flopsPerThread = 4e6

  /// The plan of `experiment` for at most `threads` threads.
  init(_ experiment: Experiment, threads: Int) {
    self.experiment = experiment
    let layers = experiment.reportedLayers
    products = RunPlan.products(experiment)
    reportGroups = RunPlan.groups(layers.reversed())
    let flops = RunPlan.flops(experiment)
    let worthwhile = min(Double(threads), 1 + flops / RunPlan.flopsPerThread)
    self.threads = max(1, Int(worthwhile))
    chunks = RunPlan.chunks(experiment)
    waves = RunPlan.waves(experiment, threads: self.threads)
  }

  private static func groups(_ layers: [Int]) -> [[Int]] {
    stride(from: 0, to: layers.count, by: reportsAtOnce).map {
      Array(layers[$0..<min($0 + reportsAtOnce, layers.count)])
    }
  }

  private static func products(_ experiment: Experiment) -> Double {
    let layers = experiment.reportedLayers
    let backward = experiment.gradients ? layers.reduce(0) { $0 + Double($1) } : 0
    return (Double(layers.last ?? 0) + backward) * Double(experiment.batch)
  }

  private static func flops(_ experiment: Experiment) -> Double {
    let depth = experiment.reportedLayers.last ?? 0
    guard depth > 0 else { return 0 }
    let weights = (1...depth).reduce(0) { $0 + Double(weightFloats(experiment, $1)) }
    return 2 * products(experiment) * weights / Double(depth)
  }

  private static func weightFloats(_ experiment: Experiment, _ layer: Int) -> Int {
    PackedMatrix.storage(
      rows: experiment.shape.width(ofLayer: layer),
      columns: experiment.shape.width(ofLayer: layer - 1))
  }

  /// All layers for a run with gradients, whose backward pass needs them again; else as many as fit.
  private static func chunks(_ experiment: Experiment) -> [Range<Int>] {
    let end = (experiment.reportedLayers.last ?? 0) + 1
    guard !experiment.gradients else { return end > 1 ? [1..<end] : [] }
    var chunks: [Range<Int>] = []
    var first = 1
    var bytes = 0
    for layer in 1..<max(end, 1) {
      bytes += weightFloats(experiment, layer) * MemoryLayout<Float>.stride
      if bytes >= bytesAtOnce || layer == end - 1 {
        chunks.append(first..<(layer + 1))
        first = layer + 1
        bytes = 0
      }
    }
    return chunks
  }

  /// Without gradients nothing is kept for the way back, and one wave holds the whole batch.
  private static func waves(_ experiment: Experiment, threads: Int) -> [[Slice]] {
    let depth = experiment.reportedLayers.last ?? 0
    var rows = experiment.batch
    if experiment.gradients {
      let bytes = tapeBytesPerRow(experiment, depth: depth)
      let fitting = bytesAtOnce / max(bytes, 1) / Panels.maxWidth * Panels.maxWidth
      rows = max(waveRows, fitting)
    }
    return stride(from: 0, to: experiment.batch, by: rows).map { start in
      Slice.cut(start: start, count: min(rows, experiment.batch - start), threads: threads)
    }
  }

  /// What a row keeps on its way forward: φ′ of every layer, and three values in flight.
  private static func tapeBytesPerRow(_ experiment: Experiment, depth: Int) -> Int {
    let widths = (0...depth).map { (experiment.shape.width(ofLayer: $0) + 7) & ~7 }
    let kept = experiment.gradients ? widths.reduce(0, +) : 0
    return (kept + 3 * (widths.max() ?? 0)) * MemoryLayout<Float>.stride
  }

  /// The storage that the tape of a slice should ask for at a time.
  func poolChunk(_ slice: Slice) -> Int {
    let columns = slice.widths.reduce(0, +)
    let depth = experiment.reportedLayers.last ?? 0
    return RunPlan.tapeBytesPerRow(experiment, depth: depth) * columns
  }
}
