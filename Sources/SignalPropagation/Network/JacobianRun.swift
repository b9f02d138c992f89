import Kernels
import Platform

/// The Jacobian ∂h_l/∂h₀ of the first row of the batch, layer by layer, and its singular values.
///
/// It goes upwards once for all reports: J_l is the layer's own Jacobian times J_(l−1), that is one more
/// matrix product with as many columns as the input has units. A layer's own Jacobian is that of its steps:
/// W of a matrix, a diagonal of an elementwise step, and a normalisation's, which is symmetric; so what the
/// pullbacks multiply with serves here as well, the first row's in every column.
struct JacobianRun {
  private let experiment: Experiment
  private let network: Network
  private let input: InputBatch
  private let weights: LayerWeights
  private let threads: Int

  /// - Parameters:
  ///   - input: The batch of the experiment.
  ///   - weights: Its weights, which another pass through the stack may have left at any layer.
  init(
    _ experiment: Experiment, _ network: Network, input: InputBatch, weights: LayerWeights,
    threads: Int
  ) {
    self.experiment = experiment
    self.network = network
    self.input = input
    self.weights = weights
    self.threads = threads
  }

  /// The singular values at each reported layer; `nil` where an entry is not finite.
  ///
  /// - Parameters:
  ///   - chunks: Layers whose weights are in memory at the same time.
  ///   - progress: Called with the products of one row that each layer has taken.
  func run(chunks: [Range<Int>], progress: (Int) -> Void) -> [Int: SingularValues?] {
    let size = experiment.shape.width(ofLayer: 0)
    let pool = Pool()
    let row = Panels(features: size, widths: [Panels.lanes], pool: pool)
    input.load(Slice(start: 0, count: 1), into: row)
    let base = Tape(network: network, input: row, count: 1, pool: pool)
    let slices = Slice.cut(start: 0, count: size, threads: threads)
    let tangents = slices.map { Tangents($0, size: size, usesInput: network.usesStackInput) }
    let reported = Set(experiment.reportedLayers)
    var results: [Int: SingularValues?] = [:]
    for layers in chunks {
      weights.prepare(layers, transposed: false)
      for layer in layers {
        let saved = base.advance(layer: layer, weights: weights[layer])
        forEachJob(slices.count, threads: threads) { job in
          tangents[job].pushForward(network[layer], saved, weights[layer])
        }
        progress(size)
        guard reported.contains(layer) else { continue }
        results[layer] = singularValues(tangents, rows: experiment.shape.width(ofLayer: layer))
      }
    }
    return results
  }

  private func singularValues(_ tangents: [Tangents], rows: Int) -> SingularValues? {
    let columns = tangents.flatMap { $0.columns() }
    let matrix = (0..<rows).flatMap { row in columns.map { $0[row] } }
    return SingularValues(
      of: matrix, rows: rows, columns: columns.count,
      exponents: tangents.flatMap { $0.usedExponents }, threads: threads)
  }

  /// The bytes that this takes beside the weights.
  static func bytes(_ experiment: Experiment, _ network: Network) -> Double {
    let size = Double(experiment.shape.width(ofLayer: 0))
    let widest =
      network.distinct
      .map { layer in layer.program.widths.reduce(0) { $0 + Double($1) } }.max() ?? 0
    let output = Double(experiment.shape.widestLayer)
    return 4 * size * (widest + size) + output * size * (4 * 2 + 8 * 2)
  }
}

/// Some columns of the Jacobian at the present layer.
private final class Tangents {
  private let slice: Slice
  private let pool = Pool()
  private var present: Panels
  private let input: Panels?
  private var exponents: [Int]

  /// Columns of the identity, the Jacobian of the input.
  init(_ slice: Slice, size: Int, usesInput: Bool) {
    self.slice = slice
    var rows = [Float](repeating: 0, count: slice.count * size)
    for column in 0..<slice.count { rows[column * size + slice.start + column] = 1 }
    func identity(_ pool: Pool) -> Panels {
      let panels = Panels(features: size, widths: slice.widths, pool: pool)
      panels.load(rows: rows, firstRow: 0, count: slice.count, scale: 1)
      return panels
    }
    present = identity(pool)
    input = usesInput ? identity(pool) : nil
    exponents = Array(repeating: 0, count: present.columns)
  }

  func pushForward(
    _ program: LayerProgram, _ saved: [Operation.Saved], _ weights: [LayerWeights.Matrix]
  ) {
    let parts = [present] + (input.map { [$0] } ?? [])
    Panels.normalize(parts, exponents: &exponents)
    var values: [Panels?] = Array(repeating: nil, count: program.widths.count)
    values[0] = present
    if let place = program.stackInput { values[place] = input }
    for (step, saved) in zip(program.steps, saved) {
      let result = Panels(
        features: program.widths[step.result], widths: slice.widths, pool: pool)
      step.operation.pushForward(
        step.operands.map { values[$0]! }, saved, weights, into: result, pool: pool)
      if case .elementwise(_, let units?) = saved {
        for column in exponents.indices { exponents[column] += Int(units[0]) }
      }
      values[step.result] = result
      for value in step.released { values[value] = nil }
    }
    present = values[program.output]!
  }

  /// The columns themselves, without their powers of two.
  func columns() -> [[Float]] { Array(present.rows().prefix(slice.count)) }

  var usedExponents: [Int] { Array(exponents.prefix(slice.count)) }
}

extension Operation {
  /// The derivative of the result along the tangents of the operands, at the first row of what was saved.
  fileprivate func pushForward(
    _ tangents: [Panels], _ saved: Saved, _ weights: [LayerWeights.Matrix], into result: Panels,
    pool: Pool
  ) {
    func broadcast(_ panels: Panels) -> Panels {
      let same = result.like(in: pool)
      same.fill(columns: panels.column(0))
      return same
    }
    switch (self, saved) {
    case (.linear(let step), _):
      weights[step.matrix].packed.multiply([tangents[0]], into: [result])
    case (.normalization(let step), .normalization(let y, let reciprocals)):
      result.pullBack(
        step.kind, tangents[0], normalized: broadcast(y),
        reciprocals: Array(repeating: reciprocals[0], count: result.columns), adding: false)
    case (.elementwise(let step), .elementwise(let derivatives, _)):
      for (place, tangent) in tangents.enumerated() {
        result.pullBack(
          tangent, factor: step.program.derivatives[place].factor,
          derivative: derivatives[place].map(broadcast), adding: place > 0)
      }
    default: preconditionFailure("a step keeps what its kind needs")
    }
  }
}
