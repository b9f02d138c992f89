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
  let experiment: Experiment
  let network: Network
  let limits: RunPlan.Limits
  /// Every different layer, and how many there are of it.
  let layers: [(program: LayerProgram, count: Int)]
  /// Weights of a layer, on average.
  let weightsPerLayer: Double
  /// Products of one row with one layer's weights.
  let products: Double
  /// Rows of the batch that go through the stack together.
  let waveRows: Double
  /// Layers whose tape is kept at the same time.
  let segmentLayers: Double
  /// Bytes of a tape, with its checkpoints, for each column.
  let tapeBytesPerColumn: Double

  /// The columns of a wave, padding included.
  var columns: Double { RunSize.columns(waveRows) }

  private static func columns(_ rows: Double) -> Double {
    (rows / Double(Panels.lanes)).rounded(.up) * Double(Panels.lanes)
  }

  init(_ experiment: Experiment, _ network: Network, limits: RunPlan.Limits) {
    (self.experiment, self.network, self.limits) = (experiment, network, limits)
    layers = network.distinct
    let depth = Double(network.depth)
    weightsPerLayer =
      layers.reduce(0) { $0 + Double($1.count) * RunSize.weights($1.program) } / max(depth, 1)
    let batch = Double(experiment.batch)
    let inputs = Double(experiment.shape.width(ofLayer: 0))
    products =
      (depth + experiment.layersBelowLosses) * batch + (experiment.spectrum ? depth * inputs : 0)

    let purpose = experiment.purpose
    let tape = TapeSize(experiment, network, layers)
    let float = Double(MemoryLayout<Float>.stride)
    let whole = float * tape.floats(kept: max(depth, 1))
    // A wave takes what fits; but weights are drawn again for each, so it has a size that is worth it.
    let lanes = Double(Panels.maxWidth)
    let fitting = (Double(limits.tapeBytes) / whole / lanes).rounded(.down) * lanes
    // The gradients of the weights are sums over the whole batch.
    let rows =
      purpose == .weightGradient ? batch : min(batch, max(Double(limits.leastWaveRows), fitting))
    waveRows = max(1, rows)
    let columns = RunSize.columns(max(1, rows))
    if columns * whole <= Double(limits.tapeBytes) || purpose == .output {
      segmentLayers = max(depth, 1)
    } else {
      segmentLayers = RunSize.segment(depth: depth, within: Double(limits.tapeBytes)) {
        columns * float * tape.floats(kept: $0)
      }
    }
    tapeBytesPerColumn = float * tape.floats(kept: segmentLayers)
  }

  /// Of at most this many threads, those that find work enough to be worth starting.
  func usefulThreads(_ threads: Int) -> Int {
    let flops = 2 * products * weightsPerLayer
    return max(1, Int(min(Double(threads), 1 + flops / limits.flopsPerThread)))
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

  /// Floats of a matrix with its padding.
  static func floats(_ matrix: LayerGraph.Matrix) -> Double {
    Double(Panels.paddedFeatures(matrix.fanIn)) * Double(Panels.paddedFeatures(matrix.fanOut))
  }

  /// Bytes of a layer's weights.
  static func weightBytes(_ program: LayerProgram) -> Int {
    program.graph.matrices.reduce(0) {
      $0 + MemoryLayout<Float>.stride * PackedMatrix.storage(rows: $1.fanOut, columns: $1.fanIn)
    }
  }
}
