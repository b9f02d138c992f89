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

/// Steps of k that a register tile takes in one go, `kc` of BLIS: a micropanel of A, 8 × kc floats, fits
/// the L1 cache, and the same slice of four panels of B fits L2.
private let stepsAtOnce = 1024

extension PackedMatrix {
  /// C = A·B, or C += A·B where `adding`; A is this matrix, rows × columns.
  ///
  /// Every element of C is one chain of fused multiply-adds in the order of k, starting from 0 or from
  /// the old C, whatever the tile, the blocking or the CPU: the product has the same bits everywhere.
  ///
  /// The loops are those of BLIS with A and B in each other's place: panels of B, packed as they are,
  /// stay in L2 while the micropanels of A stream past, each used for all of the panels.
  ///
  /// - Parameters:
  ///   - b: Right operands, each columns-of-A features.
  ///   - c: As many results, each rows-of-A features in panels of the same widths as its operand.
  public func multiply(_ b: [Panels], into c: [Panels], adding: Bool = false) {
    precondition(b.count == c.count)
    for (b, c) in zip(b, c) {  // loop 5: groups of panels of B and C
      precondition(b.features == columns && c.features == rows && b.widths == c.widths)
      for k in Swift.stride(from: 0, to: columns, by: stepsAtOnce) {  // loop 4: slices of k
        let depth = min(stepsAtOnce, columns - k)
        for row in Swift.stride(from: 0, to: rows, by: 8) {  // loop 3: micropanels of A
          let micropanel = base + row * stride + k * 8
          b.forEachPanel { panel, column, width in  // loop 2: panels of B
            multiplyPanel(
              micropanel, depth, panel + k * width,
              c.base + Panels.padded(rows) * column + row * width, width,
              adding: adding || k > 0)
          }
        }
      }
    }
  }
}

/// Eight rows of C in one panel: one register tile, or as many as the registers of the CPU need.
@inline(__always)
private func multiplyPanel(
  _ a: UnsafePointer<Float>, _ depth: Int, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ width: Int, adding: Bool
) {
  let vectors = width / Vector.scalarCount
  if vectors % 3 == 0 {
    multiplyTiles(a, depth, b, c, width, adding, InlineArray<3, Vector>(repeating: .zero))
  } else if vectors % 2 == 0 {
    multiplyTiles(a, depth, b, c, width, adding, InlineArray<2, Vector>(repeating: .zero))
  } else {
    multiplyTiles(a, depth, b, c, width, adding, InlineArray<1, Vector>(repeating: .zero))
  }
}

@inline(__always)
private func multiplyTiles<let vectors: Int>(
  _ a: UnsafePointer<Float>, _ depth: Int, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ width: Int, _ adding: Bool,
  _ zero: InlineArray<vectors, Vector>
) {
  let tile = RegisterTile<vectors>(repeating: zero)
  for column in stride(from: 0, to: width, by: vectors * Vector.scalarCount) {
    for row in stride(from: 0, to: 8, by: tile.count) {
      multiplyTile(
        a + row, depth, b + column, c + row * width + column, width, adding: adding, tile)
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
