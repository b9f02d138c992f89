import Platform

/// Replaces A, rows × columns with rows ≥ columns, by `scale`·Q of the QR factorisation A = QR with R's
/// diagonal positive, which makes it unique.
///
/// Householder reflections in blocks of 48 columns, one panel (Schreiber and Van Loan 1989, "A
/// storage-efficient WY representation"): a block is factored column by column, and the product of its
/// reflections, I − V T Vᵀ, is applied to all other columns by three matrix products.
///
/// - Parameters:
///   - matrix: Row-major.
///   - pool: Where the work is done; the next matrix of the same size finds all it needs there.
///   - threads: They share the panels that a block is applied to.
package func orthonormalize(
  _ matrix: inout [Float], rows: Int, columns: Int, scale: Float = 1, pool: Pool = Pool(),
  threads: Int = 1
) {
  precondition(rows >= columns && columns > 0 && matrix.count >= rows * columns)
  let starts = Array(stride(from: 0, to: columns, by: Panels.maxWidth))
  let a = starts.map { start in
    let panel = Panels(features: rows, widths: [Panels.maxWidth], pool: pool)
    panel.load(matrix, columns: columns, from: start)
    return panel
  }
  let scratch = Panels(features: rows, widths: [Panels.maxWidth], pool: pool)
  let factors = PanelFactors(rows: rows, pool: pool)
  var reflectors: [BlockReflector] = []
  var scales: [Float] = []
  for (index, start) in starts.enumerated() {
    factors.factor(
      a[index], firstRow: start, columns: min(Panels.maxWidth, columns - start))
    let reflector = BlockReflector(factors, firstRow: start, scratch: scratch, pool: pool)
    reflector.apply(to: a[(index + 1)...], transposed: true, pool: pool, threads: threads)
    scales += factors.signs.map { $0 * scale }
    reflectors.append(reflector)
  }
  // Q is the product of all reflections, applied to the identity from the last block to the first, when
  // the columns before a block are still those of the identity and need no work.
  for (panel, start) in zip(a, starts) { panel.setIdentity(firstColumn: start) }
  for (index, reflector) in reflectors.enumerated().reversed() {
    reflector.apply(to: a[index...], transposed: false, pool: pool, threads: threads)
  }
  for (panel, start) in zip(a, starts) {
    panel.store(into: &matrix, columns: columns, from: start, scales: scales)
  }
}

/// The memory of a QR factorisation.
package enum OrthonormalFactor {
  /// The bytes of the pool that one takes.
  package static func bytes(rows: Double, columns: Double) -> Double {
    let width = Double(Panels.maxWidth)
    let blocks = (columns / width).rounded(.up)
    // All panels; of each block V and its transpose, from its first row on, T and its transpose, and two small
    // products with all panels; a panel more, and one in double precision.
    let reflections = blocks * rows - width * blocks * (blocks - 1) / 2
    let floats = width * (blocks * rows + 2 * reflections + 3 * rows + 4 * blocks * width)
    return floats * Double(MemoryLayout<Float>.stride)
  }
}

/// The product I − V T Vᵀ of the reflections of one panel, from its first row on: V is zero above.
private struct BlockReflector {
  private let firstRow: Int
  /// V, rows from `firstRow` × 48: column j is zero above row j and one in it.
  private let v: PackedMatrix
  private let vTransposed: PackedMatrix
  /// Upper triangular.
  private let t: PackedMatrix
  private let tTransposed: PackedMatrix

  private static let width = Panels.maxWidth

  /// - Parameter scratch: A panel of as many rows as the matrix has.
  init(_ factors: PanelFactors, firstRow: Int, scratch: Panels, pool: Pool) {
    self.firstRow = firstRow
    let (rows, width) = (factors.rows, BlockReflector.width)
    factors.storeReflections(in: scratch)
    v = PackedMatrix(rows: rows, columns: width, pool: pool)
    v.pack(scratch.base, rows: 0..<rows)
    vTransposed = PackedMatrix(rows: width, columns: rows, pool: pool)
    vTransposed.packTransposed(scratch.base)
    let gram = Panels(features: width, widths: [width], pool: pool)
    vTransposed.multiply(scratch, from: 0, into: gram, from: 0)
    let triangle = BlockReflector.transposedTriangle(gram, factors.scales)
    t = PackedMatrix(rows: width, columns: width, pool: pool)
    tTransposed = PackedMatrix(rows: width, columns: width, pool: pool)
    triangle.withUnsafeBufferPointer {
      t.packTransposed($0.baseAddress!)
      tTransposed.pack($0.baseAddress!, rows: 0..<width)
    }
  }

  /// Tᵀ of the compact form, row-major. T_jj = τ_j, and above it −τ_j T (Vᵀ v_j), here with the sign that
  /// lets the products add: the block is I + V T Vᵀ.
  ///
  /// - Parameter gram: VᵀV.
  private static func transposedTriangle(_ gram: Panels, _ scales: [Double]) -> [Float] {
    var t = [Double](repeating: 0, count: width * width)
    var sums = [Double](repeating: 0, count: width)
    for (j, scale) in scales.enumerated() {
      for i in 0..<width { sums[i] = 0 }
      for k in 0..<j {
        let product = Double(gram.base[k * width + j])
        for i in 0..<width { sums[i] += t[k * width + i] * product }
      }
      for i in 0..<j { t[j * width + i] = -scale * sums[i] }
      t[j * width + j] = -scale
    }
    return t.map { Float($0) }
  }

  /// C ← (I + V T Vᵀ) C, or with Tᵀ in the place of T.
  ///
  /// Panel by panel, so that one is still in the cache when the last product adds to it.
  func apply(to c: ArraySlice<Panels>, transposed: Bool, pool: Pool, threads: Int) {
    let width = BlockReflector.width
    func panels() -> [Panels] {
      c.map { _ in Panels(features: width, widths: [width], pool: pool) }
    }
    let (products, scaled) = (panels(), panels())
    forEachJob(c.count, threads: threads) { job in
      let c = c[c.startIndex + job]
      vTransposed.multiply(c, from: firstRow, into: products[job], from: 0)
      (transposed ? tTransposed : t).multiply(
        products[job], from: 0, into: scaled[job], from: 0)
      v.multiply(scaled[job], from: 0, into: c, from: firstRow, adding: true)
    }
  }
}

// A single panel of 48 columns as a block of a row-major matrix.
extension Panels {
  /// Takes the columns from `first` of a row-major matrix of `columns` columns; what is beyond them
  /// becomes zero.
  fileprivate func load(_ matrix: [Float], columns: Int, from first: Int) {
    precondition(widths == [Panels.maxWidth] && matrix.count >= features * columns)
    let count = min(Panels.maxWidth, columns - first)
    if count < Panels.maxWidth { base.update(repeating: 0, count: self.count) }
    matrix.withUnsafeBufferPointer { source in
      for row in 0..<features {
        (base + row * Panels.maxWidth).update(
          from: source.baseAddress! + row * columns + first, count: count)
      }
    }
  }

  /// Writes the columns back, each times its entry of `scales`.
  fileprivate func store(
    into matrix: inout [Float], columns: Int, from first: Int, scales: [Float]
  ) {
    precondition(matrix.count >= features * columns && scales.count == columns)
    let count = min(Panels.maxWidth, columns - first)
    matrix.withUnsafeMutableBufferPointer { target in
      scales.withUnsafeBufferPointer { scales in
        for row in 0..<features {
          let target = target.baseAddress! + row * columns + first
          let source = base + row * Panels.maxWidth
          let scales = scales.baseAddress! + first
          for column in 0..<count { target[column] = source[column] * scales[column] }
        }
      }
    }
  }

  fileprivate func setIdentity(firstColumn: Int) {
    base.update(repeating: 0, count: count)
    for column in 0..<min(Panels.maxWidth, features - firstColumn) {
      base[(firstColumn + column) * Panels.maxWidth + column] = 1
    }
  }
}
