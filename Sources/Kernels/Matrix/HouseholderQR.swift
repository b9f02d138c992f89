/// Q of the QR factorisation A = QR of a rows × columns matrix, rows ≥ columns, with R's diagonal
/// positive, which makes it unique.
///
/// Householder reflections in blocks of 48 columns, one panel (Schreiber and Van Loan 1989, "A
/// storage-efficient WY representation"): a block is factored column by column, and the product of its
/// reflections, I − V T Vᵀ, is applied to all other columns by three matrix products.
///
/// - Parameters:
///   - matrix: `rows` × `columns`, row-major.
/// - Returns: Q, `rows` × `columns`, row-major.
package func orthonormalFactor(of matrix: [Float], rows: Int, columns: Int) -> [Float] {
  precondition(rows >= columns && columns > 0 && matrix.count >= rows * columns)
  let pool = Pool()
  let starts = Array(stride(from: 0, to: columns, by: Panels.maxWidth))
  let a = starts.map { start in
    let panel = Panels(features: rows, widths: [Panels.maxWidth], pool: pool)
    panel.load(matrix, columns: columns, from: start)
    return panel
  }
  var reflectors: [BlockReflector] = []
  var signs: [Float] = []
  for (index, start) in starts.enumerated() {
    let count = min(Panels.maxWidth, columns - start)
    let reflector = BlockReflector(factoring: a[index], firstRow: start, count: count, pool: pool)
    reflector.apply(to: Array(a[(index + 1)...]), transposed: true, pool: pool)
    signs += reflector.signs
    reflectors.append(reflector)
  }
  // Q is the product of all reflections, applied to the identity from the last block to the first, when
  // the columns before a block are still those of the identity and need no work.
  for (panel, start) in zip(a, starts) { panel.setIdentity(firstColumn: start) }
  for (index, reflector) in reflectors.enumerated().reversed() {
    reflector.apply(to: Array(a[index...]), transposed: false, pool: pool)
  }
  var q = [Float](repeating: 0, count: rows * columns)
  for (panel, start) in zip(a, starts) {
    panel.store(into: &q, columns: columns, from: start, scales: signs)
  }
  return q
}

/// The product I − V T Vᵀ of the reflections of one panel.
private struct BlockReflector {
  /// V, rows × count: column j is zero above row firstRow + j and one in it.
  private let v: PackedMatrix
  private let vTransposed: PackedMatrix
  /// Upper triangular.
  private let t: PackedMatrix
  private let tTransposed: PackedMatrix
  /// The signs of the diagonal of R.
  let signs: [Float]

  /// Factors the first `count` columns of `panel` from `firstRow` down.
  init(factoring panel: Panels, firstRow: Int, count: Int, pool: Pool) {
    let rows = panel.features
    let width = Panels.maxWidth
    var factors = PanelFactors(panel)
    for column in 0..<count { factors.reflect(column: column, row: firstRow + column) }
    signs = factors.signs
    let v = factors.v.map { Float($0) }
    self.v = PackedMatrix(rows: rows, columns: width, pool: pool)
    self.v.pack(v)
    vTransposed = PackedMatrix(rows: rows, columns: width, pool: pool)
    vTransposed.pack(v)
    vTransposed.transpose()
    let triangle = BlockReflector.triangle(v, vTransposed, factors.scales, pool: pool)
    t = PackedMatrix(rows: width, columns: width, pool: pool)
    t.pack(triangle)
    tTransposed = PackedMatrix(rows: width, columns: width, pool: pool)
    tTransposed.pack(triangle)
    tTransposed.transpose()
  }

  /// T of the compact form: T_jj = τ_j, and above it −τ_j T (Vᵀ v_j), here with the sign that lets the
  /// products add: the block is I + V T Vᵀ.
  private static func triangle(
    _ v: [Float], _ vTransposed: PackedMatrix, _ scales: [Double], pool: Pool
  ) -> [Float] {
    let width = Panels.maxWidth
    let right = Panels(features: vTransposed.columns, widths: [width], pool: pool)
    right.load(v, columns: width, from: 0)
    let gram = Panels(features: width, widths: [width], pool: pool)
    vTransposed.multiply([right], into: [gram])
    let products = gram.rows()
    var t = [Double](repeating: 0, count: width * width)
    for (j, scale) in scales.enumerated() {
      t[j * width + j] = -scale
      for i in 0..<j {
        let sum = (i..<j).reduce(0) { $0 + t[i * width + $1] * Double(products[j][$1]) }
        t[i * width + j] = -scale * sum
      }
    }
    return t.map { Float($0) }
  }

  /// C ← (I + V T Vᵀ) C, or with Tᵀ in the place of T.
  func apply(to c: [Panels], transposed: Bool, pool: Pool) {
    let width = Panels.maxWidth
    let products = c.map { _ in Panels(features: width, widths: [width], pool: pool) }
    let scaled = c.map { _ in Panels(features: width, widths: [width], pool: pool) }
    vTransposed.multiply(c, into: products)
    (transposed ? tTransposed : t).multiply(products, into: scaled)
    v.multiply(scaled, into: c, adding: true)
  }
}

// A single panel of 48 columns as a block of a row-major matrix.
extension Panels {
  /// Takes the columns from `first` of a row-major matrix of `columns` columns; what is beyond them
  /// becomes zero.
  fileprivate func load(_ matrix: [Float], columns: Int, from first: Int) {
    precondition(widths == [Panels.maxWidth] && matrix.count >= features * columns)
    let count = min(Panels.maxWidth, columns - first)
    base.update(repeating: 0, count: self.count)
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
    for row in 0..<features {
      for column in 0..<count {
        matrix[row * columns + first + column] =
          base[row * Panels.maxWidth + column] * scales[first + column]
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

/// The reflections of one panel, found column by column in double precision: there are few of them, and
/// their errors would reach every column after.
private struct PanelFactors {
  /// Row-major, rows × 48: what is left of the panel.
  private var a: [Double]
  /// Row-major, rows × 48: column j is the v of reflection j, 1 in its row and 0 above.
  private(set) var v: [Double]
  /// τ of each reflection.
  private(set) var scales: [Double] = []
  /// The signs of the diagonal of R.
  private(set) var signs: [Float] = []
  private let rows: Int
  private let width = Panels.maxWidth

  init(_ panel: Panels) {
    precondition(panel.widths == [Panels.maxWidth])
    rows = panel.features
    a = (0..<(rows * Panels.maxWidth)).map { Double(panel.base[$0]) }
    v = Array(repeating: 0, count: a.count)
  }

  /// Reflects `column` onto a multiple of the unit vector of `row`, and the columns after it along.
  ///
  /// I − τ v vᵀ as in LAPACK's `dlarfg`: β = −sign(α)·|x|, τ = (β − α)/β, v = x/(α − β).
  mutating func reflect(column: Int, row: Int) {
    let alpha = a[row * width + column]
    let square = (row..<rows).reduce(0) {
      $0 + a[$1 * width + column] * a[$1 * width + column]
    }
    let beta = alpha > 0 ? -square.squareRoot() : square.squareRoot()
    signs.append(beta < 0 ? -1 : 1)
    v[row * width + column] = 1
    guard beta != 0 else {
      scales.append(0)
      return
    }
    scales.append((beta - alpha) / beta)
    for i in (row + 1)..<max(rows, row + 1) {
      v[i * width + column] = a[i * width + column] / (alpha - beta)
    }
    apply(column: column, row: row, scale: (beta - alpha) / beta)
  }

  /// A ← A − τ v (vᵀ A) for the rows from `row`.
  private mutating func apply(column: Int, row: Int, scale: Double) {
    typealias Row = InlineArray<48, Double>
    a.withUnsafeMutableBytes { bytes in
      let a = bytes.baseAddress!.assumingMemoryBound(to: Row.self)
      var products = Row(repeating: 0)
      for i in row..<rows {
        let factor = v[i * width + column]
        for j in 0..<48 { products[j] += factor * a[i][j] }
      }
      for i in row..<rows {
        let factor = scale * v[i * width + column]
        for j in 0..<48 { a[i][j] -= factor * products[j] }
      }
    }
  }
}
