/// The reflections of one panel, found column by column in double precision: there are few of them, and
/// their errors would reach every column after.
final class PanelFactors {
  /// Rows of the present panel, from its first on.
  private(set) var rows = 0
  /// τ of each reflection.
  private(set) var scales: [Double] = []
  /// The signs of the diagonal of R.
  private(set) var signs: [Float] = []

  /// Row-major, rows × 48: what is left of the panel, and below the diagonal of the columns that are done
  /// their v.
  private let entries: UnsafeMutablePointer<Double>
  private let storage: UnsafeMutablePointer<Float>
  private let count: Int
  private let pool: Pool
  private static let width = Panels.maxWidth
  /// Registers of a row.
  private static let groups = width / DoubleVector.scalarCount

  /// Room for panels of up to `rows` rows.
  init(rows: Int, pool: Pool) {
    self.pool = pool
    count = 2 * rows * PanelFactors.width
    storage = pool.take(count)
    entries = UnsafeMutableRawPointer(storage).bindMemory(to: Double.self, capacity: count / 2)
  }

  deinit {
    pool.give(storage, count: count)
  }

  /// Factors the first `columns` columns of `panel` from `firstRow` down.
  func factor(_ panel: Panels, firstRow: Int, columns: Int) {
    precondition(panel.widths == [PanelFactors.width] && columns <= panel.features - firstRow)
    rows = panel.features - firstRow
    (scales, signs) = ([], [])
    let source = panel.base + firstRow * PanelFactors.width
    for index in 0..<(rows * PanelFactors.width) { entries[index] = Double(source[index]) }
    var square = sumOfSquares(0)
    for column in 0..<columns { square = reflect(column, square: square) }
  }

  /// Writes V as floats: column j is zero above row j and one in it.
  func storeReflections(in panel: Panels) {
    let width = PanelFactors.width
    for row in 0..<rows {
      let (source, target) = (entries + row * width, panel.base + row * width)
      for column in 0..<min(row, scales.count) { target[column] = Float(source[column]) }
      for column in min(row, scales.count)..<width { target[column] = 0 }
      if row < scales.count { target[row] = 1 }
    }
  }

  /// Σ a² of a column from its own row down.
  private func sumOfSquares(_ column: Int) -> Double {
    (column..<max(rows, column)).reduce(0) { sum, row in
      let entry = entries[row * PanelFactors.width + column]
      return sum + entry * entry
    }
  }

  /// Reflects a column onto a multiple of the unit vector of its own row, and the columns after it along.
  ///
  /// I − τ v vᵀ as in LAPACK's `dlarfg`: β = −sign(α)·|x|, τ = (β − α)/β, v = x/(α − β).
  ///
  /// - Parameter square: |x|².
  /// - Returns: That of the next column.
  private func reflect(_ column: Int, square: Double) -> Double {
    let alpha = entries[column * PanelFactors.width + column]
    let beta = alpha > 0 ? -square.squareRoot() : square.squareRoot()
    signs.append(beta < 0 ? -1 : 1)
    guard beta != 0 else {
      scales.append(0)
      for row in (column + 1)..<max(rows, column + 1) {
        entries[row * PanelFactors.width + column] = 0
      }
      return column + 1 < PanelFactors.width ? sumOfSquares(column + 1) : 0
    }
    let scale = (beta - alpha) / beta
    scales.append(scale)
    return switch PanelFactors.groups - column / DoubleVector.scalarCount {
    case 1: reflect(column, alpha - beta, scale, Tail<1>.self)
    case 2: reflect(column, alpha - beta, scale, Tail<2>.self)
    case 3: reflect(column, alpha - beta, scale, Tail<3>.self)
    case 4: reflect(column, alpha - beta, scale, Tail<4>.self)
    case 5: reflect(column, alpha - beta, scale, Tail<5>.self)
    default: reflect(column, alpha - beta, scale, Tail<6>.self)
    }
  }

  /// The last registers of a row, from that of the column on.
  private typealias Tail<let groups: Int> = InlineArray<groups, DoubleVector>

  /// A ← A − τ v (vᵀ A) for the columns after `column`, in two passes over the rows: v = x/`divisor` takes the
  /// place of x in the first, and the square of the next column is summed in the second.
  @inline(never)
  private func reflect<let groups: Int>(
    _ column: Int, _ divisor: Double, _ scale: Double, _ type: Tail<groups>.Type
  ) -> Double {
    let first = (PanelFactors.groups - groups) * DoubleVector.scalarCount
    let width = PanelFactors.width
    let pivot = entries + (column &* width &+ first)
    // v is one in the row of the column.
    var products = Tail<groups>(repeating: .zero)
    for group in 0..<groups { products[group] += pivot.vectors[group] }
    for row in (column + 1)..<max(rows, column + 1) {
      let tail = entries + (row &* width &+ first)
      let v = tail[column &- first] / divisor
      let factor = DoubleVector(repeating: v)
      for group in 0..<groups { products[group] += factor * tail.vectors[group] }
      tail[column &- first] = v
    }
    // The columns that are done with stay as they are.
    for lane in 0...(column - first) { products[0][lane] = 0 }
    let next = (column + 1 - first) / DoubleVector.scalarCount
    guard next < groups else { return 0 }
    var squares = DoubleVector.zero
    for row in (column + 1)..<max(rows, column + 1) {
      let tail = entries + (row &* width &+ first)
      let factor = DoubleVector(repeating: scale * tail[column &- first])
      for group in 0..<groups { tail.vectors[group] -= factor * products[group] }
      squares += tail.vectors[next] * tail.vectors[next]
    }
    return squares[(column + 1) % DoubleVector.scalarCount]
  }
}

extension UnsafeMutablePointer<Double> {
  /// The storage as registers.
  fileprivate var vectors: UnsafeMutablePointer<DoubleVector> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: DoubleVector.self)
  }
}
