/// The singular values of a matrix of floats, as far as single precision can know them.
///
/// Times 2^`exponent`: a Jacobian of a deep stack leaves the range of `Double`.
package struct SingularValues: Equatable, Sendable {
  /// Those from `floor` on, descending.
  package let values: [Double]
  /// How many others there are, all below `floor`.
  package let belowFloor: Int
  /// largest · √max(rows, columns) · 2⁻²⁴.
  ///
  /// That is the size of the rounding errors of a matrix that is a product of matrices in single
  /// precision, each entry a sum of that many terms. A value there is known to about a hundredth of
  /// itself; what is below has not been computed to any digit, and so is not here.
  package let floor: Double
  /// The mean of the squares of all of them: Σ a²/min(rows, columns) over the entries.
  package let meanSquare: Double
  /// All of the above but `meanSquare` are in units of 2^exponent, `meanSquare` of 2^(2·exponent).
  package let exponent: Int

  /// All values, those below the floor included.
  package var count: Int { values.count + belowFloor }

  /// The singular values of A·diag(2^exponents); `nil` where an entry of A is not finite.
  ///
  /// In double precision, accurate to about 1e-13 of the largest: Householder reflections lead to a band
  /// (`reduceToBand`), others to two diagonals (`bidiagonalized`), and bisection to the values. The
  /// same bits on any number of threads and any CPU.
  ///
  /// - Parameters:
  ///   - matrix: A, rows × columns, row-major.
  ///   - exponents: One for each column; empty where all are 0. Only their differences from the largest
  ///     column take part in the arithmetic, and columns smaller by 2⁻⁴⁵⁰ count as zero.
  package init?(
    of matrix: [Float], rows: Int, columns: Int, exponents: [Int] = [], threads: Int
  ) {
    precondition(rows > 0 && columns > 0 && matrix.count == rows * columns)
    precondition(exponents.isEmpty || exponents.count == columns)
    let exponents = exponents.isEmpty ? [Int](repeating: 0, count: columns) : exponents
    let size = min(rows, columns)
    var largest = [Float](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let magnitude = matrix[row * columns + column].magnitude
        guard magnitude.isFinite else { return nil }
        largest[column] = max(largest[column], magnitude)
      }
    }
    let top = zip(largest, exponents).compactMap { $0 > 0 ? Int($0.exponent) + $1 : nil }.max()
    let exponent = top ?? 0
    let scales = exponents.map { SingularValues.power($0 - exponent) }

    let dense = DenseMatrix(rows: max(rows, columns), columns: size)
    var square = 0.0
    for row in 0..<rows {
      for column in 0..<columns {
        // In two factors, each in range where the product is.
        let entry = Double(matrix[row * columns + column]) * scales[column].0 * scales[column].1
        let address =
          rows < columns ? dense.pointer(column, row) : dense.pointer(row, column)
        address.pointee = entry
        square.addProduct(entry, entry)
      }
    }
    dense.reduceToBand(threads: threads)
    let bidiagonal = BandMatrix(dense, size: size).bidiagonalized()
    let norm = bidiagonal.largest()
    self.exponent = exponent
    meanSquare = square / Double(size)
    floor = norm * Double(max(rows, columns)).squareRoot() * 0x1p-24
    values =
      norm > 0
      ? bidiagonal.values(from: floor, to: norm, threads: threads)
      : [Double](repeating: 0, count: size)
    belowFloor = size - values.count
  }

  /// 2^exponent as a product of two powers; 0 where it is far below the range of `Double`.
  private static func power(_ exponent: Int) -> (Double, Double) {
    guard exponent > -1200 else { return (0, 0) }
    let half = exponent / 2
    return (
      Double(sign: .plus, exponent: half, significand: 1),
      Double(sign: .plus, exponent: exponent - half, significand: 1)
    )
  }
}
