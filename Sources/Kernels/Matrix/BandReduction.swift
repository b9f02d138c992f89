import Platform

extension DenseMatrix {
  /// Replaces the matrix, which has at least as many rows as columns, by an upper band matrix of the
  /// same singular values: nothing is left below the diagonal, nor beyond `DenseMatrix.tile` above it.
  ///
  /// The first of the two stages of Großer and Lang 1999 ("Efficient parallel reduction to bidiagonal
  /// form"): panels of columns and of rows are factored in turn, and nearly all work is in products of
  /// matrices. Reducing to two diagonals at once would read the whole matrix for each of its columns.
  func reduceToBand(threads: Int) {
    precondition(rows >= columns)
    let width = DenseMatrix.tile
    for first in stride(from: 0, to: columns, by: width) {
      let panel = DenseMatrix(rows: rows - first, columns: width)
      for row in first..<rows {
        panel.pointer(row - first, 0).update(from: pointer(row, first), count: width)
      }
      let left = BlockReflection(factoring: panel)
      for row in first..<rows {
        pointer(row, first).update(from: panel.pointer(row - first, 0), count: width)
      }
      let next = first + width
      guard next < columns else { return }
      applyFromLeft(left, row: first, column: next, threads: threads)

      let side = DenseMatrix(rows: columns - next, columns: width)
      for row in 0..<width {
        for column in next..<columns {
          side.pointer(column - next, row).pointee = pointer(first + row, column).pointee
        }
      }
      let right = BlockReflection(factoring: side)
      for row in 0..<width {
        for column in next..<columns {
          pointer(first + row, column).pointee = side.pointer(column - next, row).pointee
        }
      }
      applyFromRight(right, row: next, column: next, threads: threads)
    }
  }

  /// A ← (I − V T Vᵀ)ᵀ A = A − V Tᵀ (Vᵀ A), by stripes of columns.
  private func applyFromLeft(
    _ reflection: BlockReflection, row: Int, column: Int, threads: Int
  ) {
    let width = DenseMatrix.tile
    forEachJob((columns - column) / width, threads: threads) { job in
      let stripe = block(row, column + job * width)
      let products = DenseMatrix(rows: width, columns: width)
      products.block().setProduct(
        reflection.v.block().transposed, stripe, rows: width, columns: width,
        depth: reflection.count)
      stripe.setProduct(
        reflection.scaled.block(), products.block(), rows: reflection.count, columns: width,
        depth: width, .subtract)
    }
  }

  /// A ← A (I − V T Vᵀ) = A − (A V) (V Tᵀ)ᵀ, by stripes of rows.
  private func applyFromRight(
    _ reflection: BlockReflection, row: Int, column: Int, threads: Int
  ) {
    let width = DenseMatrix.tile
    let scaled = DenseMatrix(rows: width, columns: reflection.count)
    for i in 0..<reflection.count {
      for j in 0..<width { scaled.pointer(j, i).pointee = reflection.scaled.pointer(i, j).pointee }
    }
    forEachJob((rows - row) / width, threads: threads) { job in
      let stripe = block(row + job * width, column)
      let products = DenseMatrix(rows: width, columns: width)
      products.block().setProduct(
        stripe, reflection.v.block(), rows: width, columns: width, depth: reflection.count)
      stripe.setProduct(
        products.block(), scaled.block(), rows: width, columns: reflection.count, depth: width,
        .subtract)
    }
  }
}
