import Kernels

/// The distribution of the weights of one layer, with fan and gain worked in.
package enum WeightDistribution: Equatable, Sendable {
  /// Normal, mean 0.
  case normal(std: Double)
  /// Uniform in ±bound.
  case uniform(bound: Double)
  /// Normal with mean 0 and `std` before it is restricted to the window.
  case truncatedNormal(std: Double, from: Double, to: Double)
  /// Normal, mean 0, with `zeros` of the rows of each column set to zero.
  case sparseNormal(std: Double, zeros: Int, of: Int)
  /// `scale` times a matrix of orthonormal rows or columns, whichever are fewer.
  case orthogonal(scale: Double, rows: Int, columns: Int)

  /// The standard deviation of the weights.
  package var standardDeviation: Double { wideVariance.squareRoot().doubleValue }

  /// The variance of the weights about their mean.
  package var variance: Double { wideVariance.doubleValue }

  /// The same beyond the range of `Double`, which the square of a standard deviation may leave.
  var wideVariance: WideDouble {
    func square(_ x: Double) -> WideDouble { WideDouble(x) * WideDouble(x) }
    switch self {
    case .normal(let std): return square(std)
    case .uniform(let bound): return square(bound) / 3.0
    case .truncatedNormal(let std, let from, let to):
      guard std > 0 else { return 0.0 }
      return square(std) * Self.truncatedMoments(from: from / std, to: to / std).variance
    case .sparseNormal(let std, let zeros, let rows):
      return square(std) * (1 - Double(zeros) / Double(rows))
    // The squares of a row, or of a column, add up to scale².
    case .orthogonal(let scale, let rows, let columns):
      return square(scale) / WideDouble(Double(max(rows, columns)))
    }
  }

  /// The mean of the weights: zero but for a lopsided truncation, which the theory does not cover.
  package var mean: Double {
    guard case .truncatedNormal(let std, let from, let to) = self, std > 0, from != -to else {
      return 0
    }
    return std * Self.truncatedMoments(from: from / std, to: to / std).mean
  }

  /// The range that no weight leaves; `nil` where there is none.
  package var range: ClosedRange<Double>? {
    switch self {
    case .uniform(let bound): -bound...bound
    case .truncatedNormal(_, let from, let to): from...to
    case .normal, .sparseNormal, .orthogonal: nil
    }
  }
}

extension WeightDistribution {
  /// Draws all weights, row-major, in PyTorch's order.
  func fill(_ weights: inout [Float], generator: inout Generator, workspace: Workspace) {
    switch self {
    case .normal(let std): generator.fillNormal(&weights, mean: 0, std: std)
    case .uniform(let bound): generator.fillUniform(&weights, from: -bound, to: bound)
    case .truncatedNormal(let std, let from, let to):
      generator.fillTruncatedNormal(&weights, std: std, from: from, to: to)
    case .sparseNormal(let std, let zeros, let rows):
      generator.fillNormal(&weights, mean: 0, std: std)
      let columns = weights.count / rows
      for column in 0..<columns {
        for row in generator.permutation(rows).prefix(zeros) { weights[row * columns + column] = 0 }
      }
    case .orthogonal(let scale, let rows, let columns):
      generator.fillNormal(&weights, mean: 0, std: 1)
      orthogonalize(&weights, rows: rows, columns: columns, scale: Float(scale), workspace)
    }
  }

  /// Whether parts that are filled one after the other, each but the last a multiple of 16 weights, have the same
  /// weights as the whole.
  var fillsInParts: Bool {
    switch self {
    case .normal, .uniform: true
    case .truncatedNormal, .sparseNormal, .orthogonal: false
    }
  }

  /// Q of the normal matrix, or of its transpose if it is wide: `torch.nn.init.orthogonal_`, after Saxe et
  /// al. 2014.
  private func orthogonalize(
    _ weights: inout [Float], rows: Int, columns: Int, scale: Float, _ workspace: Workspace
  ) {
    let isWide = rows < columns
    if isWide { weights = Self.transposed(weights, rows: rows, columns: columns) }
    orthonormalize(
      &weights, rows: max(rows, columns), columns: min(rows, columns), scale: scale,
      pool: workspace.pool, threads: workspace.threads)
    if isWide { weights = Self.transposed(weights, rows: columns, columns: rows) }
  }

  private static func transposed(_ matrix: [Float], rows: Int, columns: Int) -> [Float] {
    var result = [Float](repeating: 0, count: rows * columns)
    for column in 0..<columns {
      for row in 0..<rows { result[column * rows + row] = matrix[row * columns + column] }
    }
    return result
  }

  /// The draws that `fill` takes for `count` weights; `nil` where that depends on what is drawn, or on the
  /// normal number that the generator may have kept.
  func drawCount(_ count: Int) -> Int? {
    switch self {
    case .normal, .orthogonal: return Generator.drawCount(normals: count)
    case .uniform: return Generator.drawCount(uniforms: count)
    case .truncatedNormal: return nil
    case .sparseNormal(_, _, let rows):
      return Generator.drawCount(normals: count).map { $0 + count / rows * (rows - 1) }
    }
  }
}
