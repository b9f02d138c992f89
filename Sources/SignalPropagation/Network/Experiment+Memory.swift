import Kernels

extension Experiment {
  /// The memory that `measure` needs, in bytes; `nil` where that is more than an `Int` holds.
  ///
  /// Computed in floating point and without listing layers, so that sizes of any magnitude get an
  /// answer before anything of that size exists.
  package func memoryNeeded(threads: Int) -> Int? {
    let floats = Double(MemoryLayout<Float>.stride)
    let rows = Double(batch)
    let stack = StackSize(self)
    var bytes = floats * rows * Double(shape.width(ofLayer: 0))
    bytes += floats * min(stack.weights, residentWeights(stack))
    bytes += floats * RunPlan.rowsAtOnce(self, stack) * stack.tapePerRow
    bytes += Double(threads) * floats * stack.largestWeight
    let cotangents = gradients ? 2 * min(stack.reports, Double(RunPlan.reportsAtOnce)) : 0
    bytes += Double(threads) * floats * cotangents * Double(Slice.maxColumns) * stack.largestWidth
    bytes += stack.reports * (64 * rows + 24 * stack.largestWidth)
    if histogram {
      let grid = MemoryLayout<Int>.stride * 2 * GridCounts.binsPerSide
      bytes += stack.reports * Double(grid)
    }
    // Every slice of a wave keeps its own list of values.
    let slices = Double(threads) + RunPlan.rowsAtOnce(self, stack) / Double(Slice.maxColumns)
    bytes += 100 * stack.depth * (2 + slices)
    bytes += 16 * 1024 * 1024
    return bytes < 0x1p62 ? Int(bytes) : nil
  }

  private func residentWeights(_ stack: StackSize) -> Double {
    guard !gradients else { return stack.weights }
    return Double(RunPlan.bytesAtOnce / MemoryLayout<Float>.stride) + stack.largestWeight
  }
}

/// The sizes of the part of a stack that is run, down to the last reported layer, padding included, in
/// floats. In floating point, for they may be far beyond what any machine holds.
struct StackSize {
  /// Layers down to the last report.
  let depth: Double
  /// Reported layers, and the input.
  let reports: Double
  /// All weights.
  let weights: Double
  /// The weights of the largest layer.
  let largestWeight: Double
  /// The largest width.
  let largestWidth: Double
  /// What a row of the batch keeps on its way: φ′ of every layer for the way back, and three values in
  /// flight.
  let tapePerRow: Double

  init(_ experiment: Experiment) {
    let last = experiment.lastReport
    let sum: Double
    switch experiment.shape {
    case .square(let width, _):
      largestWidth = StackSize.padded(width)
      largestWeight = largestWidth * largestWidth
      weights = Double(last) * largestWeight
      sum = Double(last) * largestWidth
    case .widths(let widths):
      let padded = widths.prefix(last + 1).map(StackSize.padded)
      let products = zip(padded, padded.dropFirst()).map { $0 * $1 }
      largestWidth = padded.max() ?? 0
      largestWeight = products.max() ?? 0
      weights = products.reduce(0, +)
      sum = padded.dropFirst().reduce(0, +)
    }
    depth = Double(last)
    reports = Double(experiment.reportCount + 1)
    tapePerRow = (experiment.gradients ? sum : 0) + 3 * largestWidth
  }

  private static func padded(_ width: Int) -> Double { (Double(width) / 8).rounded(.up) * 8 }
}

extension Experiment {
  /// The last reported layer; 0 where none is.
  var lastReport: Int {
    switch reports {
    case .every(let step): 1 + (shape.depth - 1) / step * step
    case .layers(let layers): layers.last { $0 <= shape.depth } ?? 0
    }
  }

  /// How many layers are reported, without listing them.
  package var reportCount: Int {
    switch reports {
    case .every(let step): (shape.depth - 1) / step + 1
    case .layers(let layers): layers.count { $0 <= shape.depth }
    }
  }
}
