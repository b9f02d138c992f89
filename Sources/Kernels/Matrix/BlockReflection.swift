/// The product I − V T Vᵀ of the Householder reflections that make a column of 24-wide rows upper
/// triangular (Schreiber and Van Loan 1989).
final class BlockReflection {
  /// V: column j is one in row j and zero above.
  let v: DenseMatrix
  /// V Tᵀ.
  let scaled: DenseMatrix
  /// Rows of V.
  let count: Int

  private static let width = DenseMatrix.tile
  private typealias Row = InlineArray<3, DoubleVector>

  /// Factors `panel`, of which only the upper triangle of the first 24 rows is left: R of panel = QR.
  ///
  /// - Parameter panel: 24 columns, at least 24 rows.
  init(factoring panel: DenseMatrix) {
    precondition(panel.columns == BlockReflection.width)
    count = panel.rows
    v = DenseMatrix(rows: count, columns: BlockReflection.width)
    scaled = DenseMatrix(rows: count, columns: BlockReflection.width)
    var scales = [Double](repeating: 0, count: BlockReflection.width)
    var square = 0.0
    for row in 0..<count {
      let entry = panel.pointer(row, 0).pointee
      square.addProduct(entry, entry)
    }
    for column in scales.indices {
      let reflection = Reflection(first: panel.pointer(column, column).pointee, square: square)
      take(reflection, column, from: panel)
      scales[column] = reflection.scale
      square = apply(reflection.scale, column, to: panel)
    }
    let triangle = triangle(scales)
    scaled.block().setProduct(
      v.block(), triangle.block(), rows: count, columns: v.columns, depth: v.columns)
  }

  /// Sets v of reflection number `column` and leaves its image in the panel.
  private func take(_ reflection: Reflection, _ column: Int, from panel: DenseMatrix) {
    v.pointer(column, column).pointee = 1
    panel.pointer(column, column).pointee = reflection.image
    for row in (column + 1)..<max(count, column + 1) {
      let entry = panel.pointer(row, column)
      v.pointer(row, column).pointee = entry.pointee * reflection.factor
      entry.pointee = 0
    }
  }

  /// A ← A − τ v (vᵀ A) for the columns after `column`.
  ///
  /// - Returns: Σ a² of the next column below row `column`.
  private func apply(_ scale: Double, _ column: Int, to panel: DenseMatrix) -> Double {
    let width = BlockReflection.width
    guard column + 1 < width else { return 0 }
    let next = (column + 1) / 8
    let rows = UnsafeMutableRawPointer(panel.base).assumingMemoryBound(to: Row.self)
    var products = Row(repeating: .zero)
    for row in column..<count {
      let factor = DoubleVector(repeating: v.base[row &* width &+ column])
      for part in 0..<3 { products[part].addProduct(factor, rows[row][part]) }
    }
    // The columns that are done with stay as they are.
    for done in 0...column { products[done / 8][done % 8] = 0 }
    var squares = DoubleVector.zero
    for row in column..<count {
      let factor = DoubleVector(repeating: -scale * v.base[row &* width &+ column])
      for part in 0..<3 { rows[row][part].addProduct(factor, products[part]) }
      if row > column { squares.addProduct(rows[row][next], rows[row][next]) }
    }
    return squares[(column + 1) % 8]
  }

  /// Tᵀ: T_jj = τ_j, and above it −τ_j T (Vᵀ v_j).
  private func triangle(_ scales: [Double]) -> DenseMatrix {
    let width = BlockReflection.width
    let gram = DenseMatrix(rows: width, columns: width)
    gram.block().setProduct(
      v.block().transposed, v.block(), rows: width, columns: width, depth: count)
    let transposed = DenseMatrix(rows: width, columns: width)
    for (j, scale) in scales.enumerated() {
      let row = transposed.pointer(j, 0)
      row[j] = scale
      for i in 0..<j {
        var sum = 0.0
        for k in i..<j {
          sum.addProduct(transposed.pointer(k, i).pointee, gram.pointer(k, j).pointee)
        }
        row[i] = -scale * sum
      }
    }
    return transposed
  }
}

/// One Householder reflection I − τ v vᵀ that turns x into a multiple of the first unit vector, as
/// LAPACK's `dlarfg` has it: β = −sign(x₁)|x|, τ = (β − x₁)/β, v = x/(x₁ − β) after a first entry of 1.
struct Reflection {
  /// τ, or 0 where nothing is to be done.
  let scale: Double
  /// β.
  let image: Double
  /// 1/(x₁ − β).
  let factor: Double

  /// Below this, |x|² has lost digits to underflow; entries that small are rounding errors of a matrix
  /// whose largest entry is about 1, and become zero.
  private static let negligible = 0x1p-900

  /// - Parameters:
  ///   - first: x₁.
  ///   - square: |x|².
  @inline(__always)
  init(first: Double, square: Double) {
    guard square > Reflection.negligible else {
      (scale, image, factor) = (0, 0, 0)
      return
    }
    let norm = square.squareRoot()
    image = first > 0 ? -norm : norm
    scale = (image - first) / image
    factor = 1 / (first - image)
  }
}
