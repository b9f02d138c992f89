import Platform

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

/// How the loops of the product are cut, for the caches of the CPU.
enum Blocks {
  #if TARGET_AVX512
    /// Steps of k that a register tile takes in one go, `kc` of BLIS; a multiple of 8. A register tile of
    /// 8 × 48 asks so little of L2 that B may lie there, and a stack of the usual width is one slice: a
    /// micropanel of A, 8 × kc floats, fits L1, and the panels of an operand fit L2.
    static let steps = 1024
    /// Rows of A that all panels meet before the next rows, `mc` of BLIS: a quarter of L2.
    static let rows = 64
    /// Right operands whose panels the rows meet.
    static let operands = Int.max
    /// Groups of 16 columns that go through a stack together. The more there are, the less often a row of A
    /// comes from the cache that all cores share, or from memory.
    static let groups = 15
  #else
    /// Half as wide a register asks twice as much of L2 for each multiply-add, so B has to lie in L1:
    /// there a slice of a panel takes 48 × kc floats, 21 KB, …
    static let steps = 112
    /// … and the same slice of as many rows of A fits L2 for all panels of all operands.
    static let rows = 1024
    static let operands = Int.max
    /// Two of the widest panels: with their results they fit L2 at a thousand features.
    static let groups = 6
  #endif
}

extension Panels {
  /// Groups of lanes in the columns of the batch that are best taken through a stack together on this CPU.
  package static let groupsAtOnce = Blocks.groups
  /// The largest of these numbers on any CPU.
  package static let mostGroupsAtOnce = 15
}

extension PackedMatrix {
  /// C = A·B, or C += A·B where `adding`; A is this matrix, rows × columns.
  ///
  /// Every element of C is one chain of fused multiply-adds in the order of k, starting from 0 or from
  /// the old C, whatever the tile, the blocking or the CPU: the product has the same bits everywhere.
  ///
  /// The loops are those of BLIS with A and B in each other's place: panels of B are used as they are,
  /// and the micropanels of A stream past them.
  ///
  /// - Parameters:
  ///   - b: Right operands, each columns-of-A features.
  ///   - c: As many results, each rows-of-A features in panels of the same widths as its operand.
  ///   - threads: What works on the product, each thread on rows of A of its own.
  package func multiply(
    _ b: [Panels], into c: [Panels], adding: Bool = false, threads: Int = 1
  ) {
    precondition(b.count == c.count)
    for (b, c) in zip(b, c) {
      precondition(b.features == columns && c.features == rows && b.widths == c.widths)
    }
    let share = Panels.padded((rows + threads - 1) / threads)
    let shares = (0..<rows).cut(share)
    forEachJob(shares.count, threads: threads) { share in
      multiply(shares[share], b.map { ($0, 0) }, into: c.map { ($0, 0) }, adding: adding)
    }
  }

  /// A part of C = A·B or C += A·B: B's features from `first` on make features of C from `target` on, a
  /// multiple of 8.
  func multiply(
    _ b: Panels, from first: Int, into c: Panels, from target: Int, adding: Bool = false
  ) {
    precondition(first + columns <= b.features && target + rows <= c.features)
    precondition(b.widths == c.widths && target.isMultiple(of: 8))
    multiply(0..<rows, [(b, first)], into: [(c, target)], adding: adding)
  }

  /// An operand or a result, and its first feature that takes part.
  private typealias Part = (panels: Panels, first: Int)

  /// Some rows of A.
  private func multiply(_ rows: Range<Int>, _ b: [Part], into c: [Part], adding: Bool) {
    for operands in b.indices.cut(Blocks.operands) {  // loop 5: groups of operands
      for k in (0..<columns).cut(Blocks.steps) {  // loop 4: slices of k
        for rows in rows.cut(Blocks.rows) {  // loop 3: blocks of A
          for operand in operands {
            multiply(rows, k, b[operand], into: c[operand], adding: adding || k.lowerBound > 0)
          }
        }
      }
    }
  }

  /// A block of A and a slice of all panels of an operand.
  private func multiply(
    _ rows: Range<Int>, _ k: Range<Int>, _ b: Part, into c: Part, adding: Bool
  ) {
    let a = micropanel(rows.lowerBound, k.lowerBound)
    b.panels.forEachPanel { panel, column, width in  // loop 2: panels of B
      let slice = Block(
        a: a, micropanel: 8 * sliceWidth(k.lowerBound), micropanels: (rows.count + 7) / 8,
        depth: k.count, b: panel + (b.first + k.lowerBound) * width,
        c: c.panels.base + Panels.padded(c.panels.features) * column
          + (c.first + rows.lowerBound) * width, width: width, adding: adding)
      let vectors = width / Vector.scalarCount
      if vectors % 3 == 0 {
        slice.multiply(RegisterTile<3>.self)
      } else if vectors % 2 == 0 {
        slice.multiply(RegisterTile<2>.self)
      } else {
        slice.multiply(RegisterTile<1>.self)
      }
    }
  }
}

extension RandomAccessCollection where Index == Int {
  /// Consecutive parts of at most `size` elements.
  package func cut(_ size: Int) -> [SubSequence] {
    stride(from: startIndex, to: endIndex, by: Swift.min(size, Swift.max(count, 1))).map {
      self[$0..<Swift.min(endIndex - $0, size) + $0]
    }
  }
}

/// What meets in a cache: a block of A and a slice of a panel of B.
private struct Block {
  let a: UnsafePointer<Float>
  /// Floats of a micropanel.
  let micropanel: Int
  let micropanels: Int
  let depth: Int
  let b: UnsafePointer<Float>
  let c: UnsafeMutablePointer<Float>
  /// Columns of the panel.
  let width: Int
  let adding: Bool

  /// The product, in register tiles of this type.
  @inline(__always)
  func multiply<let vectors: Int>(_ tile: RegisterTile<vectors>.Type) {
    for column in stride(from: 0, to: width, by: vectors * Vector.scalarCount) {
      for number in 0..<micropanels {  // loop 1: micropanels of A
        for row in stride(from: 0, to: 8, by: tile.count) {
          multiplyTile(
            a + number * micropanel + row, depth, b + column,
            c + (number * 8 + row) * width + column, width, adding: adding, tile)
        }
      }
    }
  }
}

/// The microkernel: a register tile of C over `depth` steps of k.
///
/// Not inlined: inside its caller it would share registers with the loops around it and spill.
/// The row stride of B and C is `width`; A steps over a whole micropanel.
@inline(never)
private func multiplyTile<let vectors: Int>(
  _ a: UnsafePointer<Float>, _ depth: Int, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, _ width: Int, adding: Bool,
  _ type: RegisterTile<vectors>.Type
) {
  var tile = RegisterTile<vectors>(repeating: InlineArray(repeating: .zero))
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
