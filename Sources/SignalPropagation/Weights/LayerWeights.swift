import Kernels
import Platform

/// The weights of the layers that are at work, drawn in the generator's serial order but filled in parallel.
///
/// Advancing the generator past a matrix is many times cheaper than filling it, so a thread takes a
/// snapshot, advances the shared state, and fills while the next thread goes on. The state before the first
/// layer of every chunk is kept (2.5 KB), so that its weights can be drawn again on the way back instead of
/// being kept.
final class LayerWeights {
  /// A matrix that is ready for products, and its bias.
  struct Matrix {
    let packed: PackedMatrix
    let bias: [Float]?
  }

  private let network: Network
  private let threads: Int
  /// The state before each chunk that has been drawn, and that after all of them.
  private var states: [Int: Generator]
  private var layers = 1..<1
  private var matrices: [[Matrix]] = []
  private var isTransposed = false
  private let pool: Pool
  /// One for each thread at work, kept for the next chunk.
  private let scratch: [Scratch]

  /// Rows of a matrix before they are packed, and what they were made in.
  private final class Scratch {
    var values: [Float] = []
    let pool = Pool()
  }

  /// - Parameters:
  ///   - generator: The state before the first layer.
  ///   - bytes: What the largest chunk takes.
  init(_ network: Network, generator: Generator, bytes: Int, threads: Int) {
    self.network = network
    self.threads = threads
    scratch = (0..<threads).map { _ in Scratch() }
    states = [1: generator]
    pool = Pool(chunkBytes: bytes)
  }

  /// The matrices of a layer that is at work.
  subscript(layer: Int) -> [Matrix] { matrices[layer - layers.lowerBound] }

  /// Makes these layers ready, which were drawn before or follow the last that were.
  func prepare(_ wanted: Range<Int>, transposed: Bool) {
    if wanted != layers { draw(wanted, transposed: transposed) }
    guard transposed != isTransposed else { return }
    isTransposed = transposed
    let all = matrices.joined().map(\.packed)
    forEachJob(all.count, threads: threads) { all[$0].transpose() }
  }

  private func draw(_ wanted: Range<Int>, transposed: Bool) {
    matrices = []
    layers = wanted
    isTransposed = transposed
    let plan = wanted.map { layer in network.graph(ofLayer: layer).matrices }
    let packed = plan.joined().map { matrix in
      PackedMatrix(rows: matrix.fanOut, columns: matrix.fanIn, pool: pool)
    }
    let biases = Mutex([[Float]?](repeating: nil, count: packed.count))
    let cursor = Mutex(Cursor(generator: states[wanted.lowerBound]!))
    let specifications = Array(plan.joined())
    let drawers = min(threads, packed.count)
    forEachJob(drawers, threads: threads) { drawer in
      let own = scratch[drawer]
      let workspace = Workspace(pool: own.pool, threads: threads / drawers)
      while let (number, bias) = drawNext(
        specifications, into: packed, cursor, &own.values, workspace)
      {
        if transposed { packed[number].transpose() }
        if let bias { biases.withLock { $0[number] = bias } }
      }
    }
    states[wanted.upperBound] = cursor.withLock { $0.generator }
    let drawn = biases.withLock { $0 }
    var next = 0
    matrices = plan.map { layer in
      layer.map { _ in
        defer { next += 1 }
        return Matrix(packed: packed[next], bias: drawn[next])
      }
    }
  }

  private struct Cursor {
    var generator: Generator
    var next = 0
  }

  /// Draws the next matrix; `nil` when there is none.
  private func drawNext(
    _ matrices: [LayerGraph.Matrix], into packed: [PackedMatrix],
    _ cursor: borrowing Mutex<Cursor>, _ values: inout [Float], _ workspace: Workspace
  ) -> (number: Int, bias: [Float]?)? {
    var result: (number: Int, bias: [Float]?)?
    let start: (number: Int, generator: Generator)? = cursor.withLock { cursor in
      guard cursor.next < matrices.count else { return nil }
      let number = cursor.next
      cursor.next += 1
      guard let draws = matrices[number].drawCount else {
        let bias = matrices[number].draw(
          into: packed[number], &values, &cursor.generator, workspace)
        result = (number, bias)
        return nil
      }
      let start = (number, cursor.generator)
      cursor.generator.discard(draws)
      return start
    }
    guard var start else { return result }
    let bias = matrices[start.number].draw(
      into: packed[start.number], &values, &start.generator, workspace)
    return (start.number, bias)
  }
}

extension LayerGraph.Matrix {
  /// Weights of a part that stays in L2 until it is packed.
  private static let weightsAtOnce = 1 << 15

  private var rowsAtOnce: Int { max(16, Self.weightsAtOnce / fanIn / 16 * 16) }

  /// The weights that are there before they are packed.
  var unpackedWeights: Double {
    let weights = Double(fanIn) * Double(fanOut)
    let fillsInParts = initializer.distribution(fanIn: fanIn, fanOut: fanOut, gain: gain)
      .fillsInParts
    return fillsInParts ? min(weights, Double(rowsAtOnce) * Double(fanIn)) : weights
  }

  /// Draws the weights and returns the bias: as `nn.Linear` makes both, and then as the initialiser and
  /// `normal_` overwrite them.
  ///
  /// - Parameter values: Where they are before they are packed.
  fileprivate func draw(
    into packed: PackedMatrix, _ values: inout [Float], _ generator: inout Generator,
    _ workspace: Workspace
  ) -> [Float]? {
    initializer.fillLayer(
      &values, fanOut: fanOut, fanIn: fanIn, gain: gain, hasBias: biasStd != nil,
      rowsAtOnce: rowsAtOnce, generator: &generator,
      workspace: workspace
    ) { rows, values in packed.pack(values, rows: rows) }
    guard let biasStd else { return nil }
    var bias = [Float](repeating: 0, count: fanOut)
    generator.fillNormal(&bias, mean: 0, std: biasStd)
    return bias
  }

  /// The draws that `draw` takes; `nil` where that depends on what is drawn.
  fileprivate var drawCount: Int? {
    guard
      let weights = initializer.layerDrawCount(
        fanOut: fanOut, fanIn: fanIn, hasBias: biasStd != nil)
    else { return nil }
    guard biasStd != nil else { return weights }
    return Generator.drawCount(normals: fanOut).map { weights + $0 }
  }
}
