/// Eight doubles that are handled together: one register of AVX-512, two of AVX2, four of SSE2 or arm64.
typealias DoubleVector = SIMD8<Double>

/// A matrix of doubles, row-major, for what single precision cannot hold.
///
/// Rows and columns are padded with zeros to multiples of `tile`, so that products work on whole tiles
/// and every row starts at a cache line.
final class DenseMatrix {
  /// With padding.
  let rows: Int
  /// With padding; also the distance of one row from the next.
  let columns: Int
  let base: UnsafeMutablePointer<Double>

  /// The side of a tile: a multiple of 8, and three registers of AVX-512.
  static let tile = 24

  /// A matrix of zeros, at least `rows` × `columns`.
  init(rows: Int, columns: Int) {
    self.rows = DenseMatrix.padded(rows)
    self.columns = DenseMatrix.padded(columns)
    let count = self.rows * self.columns
    base = UnsafeMutableRawPointer.allocate(byteCount: count * 8, alignment: 64)
      .bindMemory(to: Double.self, capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit {
    base.deallocate()
  }

  /// `count` rounded up to whole tiles.
  static func padded(_ count: Int) -> Int { (count + tile - 1) / tile * tile }

  /// The element's address.
  @inline(__always)
  func pointer(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Double> {
    base + (row &* columns &+ column)
  }

  /// The columns from `column` on of the rows from `row` on, as an operand of a product.
  func block(_ row: Int = 0, _ column: Int = 0) -> DenseBlock {
    DenseBlock(base: pointer(row, column), rowStride: columns, columnStride: 1)
  }
}

/// A part of a matrix, or of its transpose.
struct DenseBlock {
  let base: UnsafeMutablePointer<Double>
  /// DoubleVector from one row to the next.
  let rowStride: Int
  /// DoubleVector from one column to the next; 1 where this is not a transpose.
  let columnStride: Int

  /// The same numbers with rows and columns exchanged.
  var transposed: DenseBlock {
    DenseBlock(base: base, rowStride: columnStride, columnStride: rowStride)
  }
}

#if TARGET_AVX512
  private typealias Register = SIMD8<Double>
  /// The block of C that stays in registers: 8 × 24 fills 24 of the 32 registers.
  private typealias DoubleTile = InlineArray<8, InlineArray<3, Register>>
#elseif TARGET_AVX2
  private typealias Register = SIMD4<Double>
  private typealias DoubleTile = InlineArray<4, InlineArray<3, Register>>
#elseif arch(arm64)
  private typealias Register = SIMD2<Double>
  private typealias DoubleTile = InlineArray<8, InlineArray<3, Register>>
#else
  private typealias Register = SIMD2<Double>
  private typealias DoubleTile = InlineArray<4, InlineArray<3, Register>>
#endif

extension DenseBlock {
  /// What a product does with the old contents of its result.
  enum Accumulation {
    /// C = A·B.
    case replace
    /// C −= A·B.
    case subtract
  }

  /// C = A·B or C −= A·B for the rows × columns C, this block, and `depth` terms in each sum.
  ///
  /// Every element is one chain of fused multiply-adds in the order of the terms, so its bits depend on
  /// neither the CPU nor the way in which the work is cut.
  ///
  /// - Parameters:
  ///   - rows: A multiple of 8.
  ///   - columns: A multiple of `DenseMatrix.tile`.
  ///   - b: Not a transpose.
  func setProduct(
    _ a: DenseBlock, _ b: DenseBlock, rows: Int, columns: Int, depth: Int,
    _ accumulation: Accumulation = .replace
  ) {
    precondition(b.columnStride == 1 && columnStride == 1)
    let registers = 3 * Register.scalarCount
    for column in stride(from: 0, to: columns, by: registers) {
      for row in stride(
        from: 0, to: rows, by: DoubleTile(repeating: InlineArray(repeating: .zero)).count)
      {
        setTile(
          base + row * rowStride + column, rowStride, a.base + row * a.rowStride, a.rowStride,
          a.columnStride, b.base + column, b.rowStride, depth,
          subtracting: accumulation == .subtract)
      }
    }
  }
}

/// The microkernel: one register tile of C.
///
/// Not inlined: inside its caller it would share registers with the loops around it and spill.
@inline(never)
private func setTile(
  _ c: UnsafeMutablePointer<Double>, _ cStride: Int,
  _ a: UnsafePointer<Double>, _ aRows: Int, _ aColumns: Int,
  _ b: UnsafePointer<Double>, _ bStride: Int, _ depth: Int, subtracting: Bool
) {
  var tile = DoubleTile(repeating: InlineArray(repeating: .zero))
  if subtracting {
    for row in 0..<tile.count {
      let registers = UnsafeRawPointer(c + row &* cStride).assumingMemoryBound(to: Register.self)
      for v in 0..<3 { tile[row][v] = -registers[v] }
    }
  }
  var a = a
  var b = b
  for _ in 0..<depth {
    let registers = UnsafeRawPointer(b).assumingMemoryBound(to: Register.self)
    for row in 0..<tile.count {
      let scalar = Register(repeating: a[row &* aRows])
      for v in 0..<3 { tile[row][v].addProduct(scalar, registers[v]) }
    }
    a += aColumns
    b += bStride
  }
  for row in 0..<tile.count {
    let registers = UnsafeMutableRawPointer(c + row &* cStride)
      .assumingMemoryBound(to: Register.self)
    for v in 0..<3 { registers[v] = subtracting ? -tile[row][v] : tile[row][v] }
  }
}
