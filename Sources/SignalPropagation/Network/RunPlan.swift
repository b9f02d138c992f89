import Kernels

/// How a run is cut into pieces, none of which changes a digit of its result, and the memory that it takes.
///
/// Who owns which memory when:
///
///     wave      rows of the batch that go through the stack together. Every slice of them, the columns
///               that one thread works on at a time, has a tape with a pool of its own. Where there are
///               fewer slices than threads, several threads share each product of a slice, by rows of
///               the weights.
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
  /// Floating-point operations of a product that are worth a thread.
  private let leastProductFlops: Double

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
    /// Floating-point operations of a product that are worth a thread.
    var leastProductFlops = 2e6
    /// Floating-point operations of a run that pay for starting a thread.
    var flopsPerThread = 4e6
  }

  /// The plan of `experiment` for at most `threads` threads.
  init(_ experiment: Experiment, _ network: Network, threads: Int, limits: Limits = Limits()) {
    let size = RunSize(experiment, network, limits: limits)
    leastProductFlops = limits.leastProductFlops
    let losses = experiment.lossLayers
    products = size.products
    self.threads = size.usefulThreads(threads)
    lossGroups = losses.reversed().cut(RunPlan.lossesAtOnce).map(Array.init)
    tapeBytesPerColumn = Int(size.tapeBytesPerColumn)
    let threads = self.threads
    let rows = Int(size.waveRows)
    waves = stride(from: 0, to: experiment.batch, by: rows).map { start in
      Slice.cut(start: start, count: min(rows, experiment.batch - start), threads: threads)
    }
    segments = (1..<(network.depth + 1)).cut(Int(size.segmentLayers)).map {
      RunPlan.chunks($0, network, limits)
    }
    weightBytes =
      segments.joined().map { chunk in
        chunk.reduce(0) { $0 + RunSize.weightBytes(network[$1]) }
      }.max() ?? 0
  }

  /// The threads that share the products of each of so many slices.
  func team(forSlices slices: Int) -> ProductTeam {
    ProductTeam(threads: max(1, threads / slices), leastFlops: leastProductFlops)
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
