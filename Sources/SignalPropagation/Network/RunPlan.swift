import Kernels

/// How a run is cut into pieces, none of which changes a digit of its result.
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
  /// Bytes that the tape of one row takes.
  let tapeBytesPerRow: Int

  /// The largest number of cotangents that go down at the same time.
  static let reportsAtOnce = 16
  /// What the tapes of a wave, or the weights of a chunk, may take before they are cut smaller.
  static let bytesAtOnce = 512 << 20
  /// Rows of a wave that make it worth its weights, whatever its tapes take.
  private static let minWaveRows = 1008
  /// Floating-point operations that pay for starting a thread.
  private static let flopsPerThread = 4e6

  /// The plan of `experiment` for at most `threads` threads.
  init(_ experiment: Experiment, threads: Int) {
    let stack = StackSize(experiment)
    let layers = experiment.reportedLayers
    let backward = experiment.gradients ? layers.reduce(0) { $0 + Double($1) } : 0
    products = (stack.depth + backward) * Double(experiment.batch)
    let flops = 2 * products * stack.weights / max(stack.depth, 1)
    self.threads = max(1, Int(min(Double(threads), 1 + flops / RunPlan.flopsPerThread)))
    reportGroups = RunPlan.groups(layers.reversed())
    chunks = RunPlan.chunks(experiment)
    tapeBytesPerRow = MemoryLayout<Float>.stride * Int(stack.tapePerRow)
    waves = RunPlan.waves(
      experiment.batch, rows: Int(RunPlan.rowsAtOnce(experiment, stack)), threads: self.threads)
  }

  /// Rows of a wave. Without gradients nothing is kept for the way back, and one wave holds the batch.
  static func rowsAtOnce(_ experiment: Experiment, _ stack: StackSize) -> Double {
    let batch = Double(experiment.batch)
    guard experiment.gradients else { return batch }
    let widest = Double(Panels.maxWidth)
    let fitting = Double(bytesAtOnce) / (Double(MemoryLayout<Float>.stride) * stack.tapePerRow)
    return min(batch, max(Double(minWaveRows), (fitting / widest).rounded(.down) * widest))
  }

  private static func waves(_ batch: Int, rows: Int, threads: Int) -> [[Slice]] {
    stride(from: 0, to: batch, by: rows).map { start in
      Slice.cut(start: start, count: min(rows, batch - start), threads: threads)
    }
  }

  private static func groups(_ layers: [Int]) -> [[Int]] {
    stride(from: 0, to: layers.count, by: reportsAtOnce).map {
      Array(layers[$0..<min($0 + reportsAtOnce, layers.count)])
    }
  }

  /// All layers for a run with gradients, whose backward pass needs them again; else as many as fit.
  private static func chunks(_ experiment: Experiment) -> [Range<Int>] {
    let end = experiment.lastReport + 1
    guard !experiment.gradients else { return end > 1 ? [1..<end] : [] }
    var chunks: [Range<Int>] = []
    var first = 1
    var bytes = 0
    for layer in 1..<end {
      bytes += experiment.weightFloats(layer) * MemoryLayout<Float>.stride
      if bytes >= bytesAtOnce || layer == end - 1 {
        chunks.append(first..<(layer + 1))
        (first, bytes) = (layer + 1, 0)
      }
    }
    return chunks
  }
}

extension Experiment {
  /// Floats that the packed weights of a layer take.
  func weightFloats(_ layer: Int) -> Int {
    PackedMatrix.storage(
      rows: shape.width(ofLayer: layer), columns: shape.width(ofLayer: layer - 1))
  }
}
