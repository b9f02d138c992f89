import Kernels
import Platform

/// The gradients of the last loss by the matrices of one layer: ∂L/∂W = Σ over the rows of z̄ uᵀ.
///
/// The sum over the batch is one chain in the order of its rows, whatever the slices: all of them are put
/// together first, and the threads then share the columns of the result.
struct WeightGradients {
  /// What one product with a matrix has seen of a slice.
  struct Product {
    let matrix: Int
    /// u
    let operand: Panels
    /// z̄
    let cotangent: Panels
    /// The powers of two of its columns.
    let exponents: [Int]
  }

  /// What the products of a layer have seen of a slice.
  struct Part {
    let slice: Slice
    var products: [Product] = []

    init(slice: Slice) { self.slice = slice }
  }

  private let matrices: [LayerGraph.Matrix]
  /// In the order of the rows.
  private let parts: [Part]

  init(_ matrices: [LayerGraph.Matrix], _ parts: [Part]) {
    self.matrices = matrices
    self.parts = parts
  }

  /// Mean |∂L/∂W| over all entries of all matrices.
  func meanAbsolute(threads: Int) -> Magnitude {
    let exponents = parts.flatMap { part in
      part.products.flatMap { $0.exponents.prefix(part.slice.count) }
    }
    let common = exponents.max() ?? 0
    var sum = 0.0
    var entries = 0.0
    for (index, matrix) in matrices.enumerated() {
      sum += sumOfMagnitudes(index, matrix, common, threads)
      entries += Double(matrix.fanIn) * Double(matrix.fanOut)
    }
    return Magnitude(sum, timesPowerOfTwo: common) / Magnitude(entries)
  }

  private func sumOfMagnitudes(
    _ index: Int, _ matrix: LayerGraph.Matrix, _ common: Int, _ threads: Int
  ) -> Double {
    let products = parts.map { part in part.products.filter { $0.matrix == index } }
    // A matrix that is used twice gets the sum of both: as one product over twice the rows.
    let uses = products[0].count
    guard uses > 0 else { return 0 }
    let first = parts[0].slice.start
    let rows = parts.reduce(0) { $0 + $1.slice.count }
    let pool = Pool()
    let left = PackedMatrix(rows: matrix.fanOut, columns: rows * uses, pool: pool)
    left.clear()
    let right = Panels(
      features: rows * uses, widths: Panels.widths(forColumns: matrix.fanIn), pool: pool)
    forEachJob(parts.count, threads: threads) { job in
      let slice = parts[job].slice
      for (use, product) in products[job].enumerated() {
        let scales = product.exponents.map { exponent in
          Float(sign: .plus, exponent: max(exponent - common, -200), significand: 1)
        }
        let place = use * rows + slice.start - first
        left.pack(product.cotangent, count: slice.count, at: place, scales: scales)
        product.operand.transpose(count: slice.count, into: right, firstFeature: place)
      }
    }
    let sums = mapJobs(right.widths.count, threads: threads) { job in
      let own = Pool()
      let operand = right.panel(job, in: own)
      let product = Panels(features: matrix.fanOut, widths: operand.widths, pool: own)
      left.multiply([operand], into: [product])
      let count = min(operand.columns, matrix.fanIn - right.widths[..<job].reduce(0, +))
      return product.absoluteSums(count: count).reduce(0, +)
    }
    return sums.reduce(0, +)
  }
}
