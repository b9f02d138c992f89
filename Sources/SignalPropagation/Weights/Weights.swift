import Kernels
import Platform
import Synchronization

/// The weights of a run, drawn in the generator's serial order but filled in parallel.
///
/// Advancing the generator past a layer is many times cheaper than filling the layer, so a thread takes
/// a snapshot, advances the shared state, and fills while the next thread goes on.
final class Weights {
  private let experiment: Experiment
  private let threads: Int
  private let cursor: Mutex<Cursor>
  private var matrices: [PackedMatrix] = []
  private var isTransposed = false
  private var first = 1
  private var pool = Pool()

  private struct Cursor {
    var generator: Generator
    var layer = 1
  }

  init(_ experiment: Experiment, generator: Generator, threads: Int) {
    self.experiment = experiment
    self.threads = threads
    cursor = Mutex(Cursor(generator: generator))
  }

  /// W of a drawn layer, fan_out × fan_in, or Wᵀ after `orient(transposed: true)`.
  subscript(layer: Int) -> PackedMatrix { matrices[layer - first] }

  /// Draws these layers, which follow the last drawn ones and replace them; drawing the present layers
  /// again does nothing.
  func draw(_ layers: Range<Int>) {
    guard first != layers.lowerBound || matrices.count != layers.count else { return }
    first = layers.lowerBound
    matrices = []
    let shape = experiment.shape
    let floats = layers.reduce(0) { $0 + experiment.weightFloats($1) }
    pool = Pool(chunkBytes: floats * MemoryLayout<Float>.stride)
    matrices = layers.map {
      PackedMatrix(
        rows: shape.width(ofLayer: $0), columns: shape.width(ofLayer: $0 - 1), pool: pool)
    }
    isTransposed = false
    forEachJob(min(threads, layers.count), threads: threads) { _ in
      var values: [Float] = []
      while fillNext(&values) {}
    }
  }

  /// Fills the next layer, with `values` as scratch; false when there is none.
  private func fillNext(_ values: inout [Float]) -> Bool {
    var isFilled = false
    let next: (layer: Int, generator: Generator)? = cursor.withLock { cursor in
      guard cursor.layer < first + matrices.count else { return nil }
      let (rows, columns) = size(cursor.layer)
      let start = (cursor.layer, cursor.generator)
      cursor.layer += 1
      if let draws = experiment.initializer.layerDrawCount(fanOut: rows, fanIn: columns) {
        cursor.generator.discard(draws)
      } else {
        fill(start.0, &values, &cursor.generator)
        isFilled = true
      }
      return start
    }
    guard var next else { return false }
    if !isFilled { fill(next.layer, &values, &next.generator) }
    self[next.layer].pack(values)
    return true
  }

  private func size(_ layer: Int) -> (fanOut: Int, fanIn: Int) {
    (experiment.shape.width(ofLayer: layer), experiment.shape.width(ofLayer: layer - 1))
  }

  private func fill(_ layer: Int, _ values: inout [Float], _ generator: inout Generator) {
    let (rows, columns) = size(layer)
    if values.count != rows * columns { values = Array(repeating: 0, count: rows * columns) }
    experiment.initializer.fillLayer(
      &values, fanOut: rows, fanIn: columns, gain: experiment.gain, generator: &generator)
  }

  /// Turns the matrices into W for the forward pass or into Wᵀ for the backward pass.
  func orient(transposed: Bool) {
    guard transposed != isTransposed else { return }
    isTransposed = transposed
    forEachJob(matrices.count, threads: threads) { matrices[$0].transpose() }
  }
}
