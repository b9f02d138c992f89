/// A square upper band matrix of doubles that becomes bidiagonal in place.
///
/// Row r holds columns r − 24 … r + 48, room for the bulge that travels down the band, so that one row
/// starts 72 after the one before, one column further. The matrix goes on with zeros beyond its last row
/// and column, and no loop has to know where it ends.
final class BandMatrix {
  private let size: Int
  private let base: UnsafeMutablePointer<Double>

  /// Entries above the diagonal, and the length of every reflection.
  private static let width = DenseMatrix.tile
  private static let rowStep = 3 * width
  private typealias Row = InlineArray<3, DoubleVector>

  /// The band of the first `size` rows and columns of what `reduceToBand` left.
  init(_ matrix: DenseMatrix, size: Int) {
    self.size = size
    let count = (size + 3 * BandMatrix.width) * (BandMatrix.rowStep + 1)
    base = .allocate(capacity: count)
    base.initialize(repeating: 0, count: count)
    for row in 0..<size {
      for column in row...min(row + BandMatrix.width, size - 1) {
        pointer(row, column).pointee = matrix.pointer(row, column).pointee
      }
    }
  }

  deinit {
    base.deallocate()
  }

  @inline(__always)
  private func pointer(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Double> {
    base + (row &* BandMatrix.rowStep &+ column &+ BandMatrix.width)
  }

  /// The bidiagonal matrix of the same singular values.
  ///
  /// Row by row, a reflection of columns clears what is beyond the second diagonal. It fills the band
  /// below the diagonal, a reflection of rows clears the first column of that, which fills the band
  /// further above, and so on down to the end (Lang 1996; Haidar, Kurzak and Luszczek 2013).
  func bidiagonalized() -> Bidiagonal {
    let width = BandMatrix.width
    for row in 0..<max(size - 2, 0) {
      var source = row
      for first in stride(from: row + 1, to: size, by: width) {
        reflectColumns(first, source: source)
        reflectRows(first)
        source = first
      }
    }
    return Bidiagonal(
      diagonal: (0..<size).map { pointer($0, $0).pointee },
      superdiagonal: (0..<max(size - 1, 0)).map { pointer($0, $0 + 1).pointee })
  }

  /// Combines the columns from `first` on so that of row `source` only the first is left.
  private func reflectColumns(_ first: Int, source: Int) {
    let width = BandMatrix.width
    let (reflection, v) = reflection(of: load(pointer(source, first)))
    store(Row(first: reflection.image), to: pointer(source, first))
    guard reflection.scale != 0 else { return }
    for row in (source + 1)..<(first + width) {
      let address = pointer(row, first)
      var entries = load(address)
      let product = -reflection.scale * entries.dot(v)
      for part in 0..<3 { entries[part].addProduct(DoubleVector(repeating: product), v[part]) }
      store(entries, to: address)
    }
  }

  /// Combines the rows from `first` on so that of column `first` only the diagonal is left.
  private func reflectRows(_ first: Int) {
    let width = BandMatrix.width
    var column = Row(repeating: .zero)
    for i in 0..<width { column[i / 8][i % 8] = pointer(first + i, first).pointee }
    let (reflection, v) = reflection(of: column)
    if reflection.scale != 0 {
      applyToRows(first, first, reflection.scale, v)
      applyToRows(first, first + width, reflection.scale, v)
    }
    pointer(first, first).pointee = reflection.image
    for i in 1..<width { pointer(first + i, first).pointee = 0 }
  }

  /// A ← A − τ v (vᵀ A) for the rows from `row` and the 24 columns from `column`.
  @inline(__always)
  private func applyToRows(_ row: Int, _ column: Int, _ scale: Double, _ v: Row) {
    var products = Row(repeating: .zero)
    for i in 0..<BandMatrix.width {
      let entries = load(pointer(row &+ i, column))
      let factor = DoubleVector(repeating: v[i / 8][i % 8])
      for part in 0..<3 { products[part].addProduct(factor, entries[part]) }
    }
    for i in 0..<BandMatrix.width {
      let address = pointer(row &+ i, column)
      var entries = load(address)
      let factor = DoubleVector(repeating: -scale * v[i / 8][i % 8])
      for part in 0..<3 { entries[part].addProduct(factor, products[part]) }
      store(entries, to: address)
    }
  }

  @inline(__always)
  private func reflection(of x: Row) -> (Reflection, v: Row) {
    let reflection = Reflection(first: x[0][0], square: x.dot(x))
    var v = x
    for part in 0..<3 { v[part] *= reflection.factor }
    v[0][0] = 1
    return (reflection, v)
  }

  @inline(__always)
  private func load(_ address: UnsafeMutablePointer<Double>) -> Row {
    let raw = UnsafeRawPointer(address)
    var row = Row(repeating: .zero)
    for part in 0..<3 {
      row[part] = raw.loadUnaligned(fromByteOffset: 64 &* part, as: DoubleVector.self)
    }
    return row
  }

  @inline(__always)
  private func store(_ row: Row, to address: UnsafeMutablePointer<Double>) {
    let raw = UnsafeMutableRawPointer(address)
    for part in 0..<3 {
      raw.storeBytes(of: row[part], toByteOffset: 64 &* part, as: DoubleVector.self)
    }
  }
}

extension InlineArray<3, DoubleVector> {
  /// `first`, and zeros.
  @inline(__always)
  fileprivate init(first: Double) {
    self.init(repeating: .zero)
    self[0][0] = first
  }

  /// Σ xᵢyᵢ in a fixed order.
  @inline(__always)
  fileprivate func dot(_ other: InlineArray<3, DoubleVector>) -> Double {
    var sums = self[0] * other[0]
    for part in 1..<3 { sums.addProduct(self[part], other[part]) }
    let four = sums.lowHalf + sums.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }
}
