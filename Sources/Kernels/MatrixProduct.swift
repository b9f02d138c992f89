#if TARGET_AVX512
  /// One register of floats.
  typealias Vector = SIMD16<Float>
  /// The block of C that stays in registers: 8 × 48 fills 24 of the 32 registers.
  typealias RegisterTile<let vectors: Int> = InlineArray<8, InlineArray<vectors, Vector>>
#elseif arch(arm64)
  typealias Vector = SIMD4<Float>
  typealias RegisterTile<let vectors: Int> = InlineArray<8, InlineArray<vectors, Vector>>
#elseif TARGET_AVX2
  typealias Vector = SIMD8<Float>
  /// 4 × 24 fills 12 of the 16 registers and needs fewer loads for each multiply-add than 6 × 16.
  typealias RegisterTile<let vectors: Int> = InlineArray<4, InlineArray<vectors, Vector>>
#else
  typealias Vector = SIMD4<Float>
  typealias RegisterTile<let vectors: Int> = InlineArray<4, InlineArray<vectors, Vector>>
#endif

/// Sizes of the blocks that the loops around the microkernel cut, each named as in BLIS.
enum Blocking {
  /// Steps of k in one go: a micropanel of A, 8 × kc floats, stays in the L1 cache, and a slice of a
  /// panel of B, kc × 48, in L2.
  static let kc = 1024
  /// Rows of A in one go.
  static let mc = 1024
}

extension PackedMatrix {
  /// C = A·B, or C += A·B where `adding`; A is this matrix, rows × columns.
  ///
  /// Every element of C is one chain of fused multiply-adds in the order of k, starting from 0 or from
  /// the old C, whatever the tile, the blocking or the CPU: the product has the same bits everywhere.
  ///
  /// - Parameters:
  ///   - b: Right operands, each columns-of-A features; A is read once for all of them.
  ///   - c: As many results, each rows-of-A features in panels of the same widths as its operand.
  public func multiply(_ b: [Panels], into c: [Panels], adding: Bool = false) {
    precondition(b.count == c.count)
    for (b, c) in zip(b, c) {
      precondition(b.features == columns && c.features == rows && b.widths == c.widths)
    }
    for k in Swift.stride(from: 0, to: columns, by: Blocking.kc) {  // loop 5: slices of A and B
      let depth = min(Blocking.kc, columns - k)
      for row in Swift.stride(from: 0, to: rows, by: Blocking.mc) {  // loop 4: blocks of A
        let block = row..<min(row + Blocking.mc, rows)
        for (b, c) in zip(b, c) {  // loop 3: panels of B and C
          b.forEachPanel { panel, column, width in
            multiplyBlock(
              block, k, depth, panel + k * width, c.base + Panels.padded(rows) * column, width,
              adding: adding || k > 0)
          }
        }
      }
    }
  }

  private func multiplyBlock(
    _ rows: Range<Int>, _ k: Int, _ depth: Int, _ b: UnsafePointer<Float>,
    _ c: UnsafeMutablePointer<Float>, _ width: Int, adding: Bool
  ) {
    let vectors = width / Vector.scalarCount
    if vectors % 3 == 0 {
      sweep(rows, k, depth, b, c, width, adding, InlineArray<3, Vector>(repeating: .zero))
    } else if vectors % 2 == 0 {
      sweep(rows, k, depth, b, c, width, adding, InlineArray<2, Vector>(repeating: .zero))
    } else {
      sweep(rows, k, depth, b, c, width, adding, InlineArray<1, Vector>(repeating: .zero))
    }
  }

  @inline(__always)
  private func sweep<let vectors: Int>(
    _ rows: Range<Int>, _ k: Int, _ depth: Int, _ b: UnsafePointer<Float>,
    _ c: UnsafeMutablePointer<Float>, _ width: Int, _ adding: Bool,
    _ zero: InlineArray<vectors, Vector>
  ) {
    let tile = RegisterTile<vectors>(repeating: zero)
    for column in Swift.stride(from: 0, to: width, by: vectors * Vector.scalarCount) {
      for row in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: 8) {  // loop 2
        let micropanel = base + row * stride + k * 8
        for part in Swift.stride(from: 0, to: 8, by: tile.count) {
          multiplyTile(
            micropanel + part, depth, b + column, c + (row + part) * width + column, width,
            adding: adding, tile)
        }
      }
    }
  }
}

/// The microkernel, loop 1: a register tile of C over `depth` steps of k.
///
/// Not inlined: inside its caller it would share registers with the loops around it and spill.
/// The row stride of B and C is `width`; A steps over a whole micropanel.
@inline(never)
private func multiplyTile<let vectors: Int>(
  _ a: UnsafePointer<Float>, _ depth: Int, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ width: Int, adding: Bool, _ zero: RegisterTile<vectors>
) {
  var tile = zero
  if adding {
    for row in 0..<tile.count {
      let vector = UnsafeRawPointer(c + row &* width).assumingMemoryBound(to: Vector.self)
      for v in 0..<vectors { tile[row][v] = vector[v] }
    }
  }
  var a = a
  var b = b
  for _ in 0..<depth {
    let vector = UnsafeRawPointer(b).assumingMemoryBound(to: Vector.self)
    for row in 0..<tile.count {
      let scalar = Vector(repeating: a[row])
      for v in 0..<vectors { tile[row][v].addProduct(scalar, vector[v]) }
    }
    a += 8
    b += width
  }
  for row in 0..<tile.count {
    let vector = UnsafeMutableRawPointer(c + row &* width).assumingMemoryBound(to: Vector.self)
    for v in 0..<vectors { vector[v] = tile[row][v] }
  }
}
