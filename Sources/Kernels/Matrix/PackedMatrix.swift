/// A float matrix as the left operand of the product, in micropanels of eight rows.
///
/// Micropanel i of a slice of columns holds rows 8i ..< 8i+8 as `[column][8]`, and all micropanels of a
/// slice come before the next slice, so that the product reads a slice from front to back: a hardware
/// prefetcher follows it, which it would not from page to page. Rows and columns are padded to multiples
/// of eight with zeros, which makes the layout a grid of 8×8 tiles: a transposed matrix is the tile grid
/// transposed, each tile transposed.
package final class PackedMatrix {
  /// Rows that carry data: fan_out of a weight, fan_in of a transposed one.
  package private(set) var rows: Int
  /// Columns that carry data.
  package private(set) var columns: Int

  let base: UnsafeMutablePointer<Float>
  private let pool: Pool

  /// Columns with padding.
  private var stride: Int { Panels.padded(columns) }
  private var count: Int { PackedMatrix.storage(rows: rows, columns: columns) }

  /// The micropanel from `row`, a multiple of 8, on, in the slice of columns that starts at `column`.
  func micropanel(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Float> {
    base + Panels.padded(rows) * column + row * sliceWidth(column)
  }

  /// Columns of storage of the slice that starts at `column`.
  func sliceWidth(_ column: Int) -> Int { min(Blocks.steps, stride - column) }

  /// Uninitialised storage for rows × columns.
  package init(rows: Int, columns: Int, pool: Pool) {
    precondition(rows > 0 && columns > 0)
    self.rows = rows
    self.columns = columns
    self.pool = pool
    base = pool.take(PackedMatrix.storage(rows: rows, columns: columns))
  }

  deinit {
    pool.give(base, count: count)
  }

  /// Floats that a matrix takes, padding included.
  package static func storage(rows: Int, columns: Int) -> Int {
    Panels.padded(rows) * Panels.padded(columns)
  }

  /// Sets everything to zero, padding included.
  package func clear() {
    base.update(repeating: 0, count: count)
  }

  /// Copies the row-major `values`, `rows` × `columns`, into micropanels.
  package func pack(_ values: [Float]) {
    pack(values, rows: 0..<rows)
  }

  /// The same for some rows alone; the first of them is a multiple of 8.
  package func pack(_ values: [Float], rows part: Range<Int>) {
    precondition(part.lowerBound.isMultiple(of: 8) && part.upperBound <= rows)
    precondition(values.count >= part.count * columns)
    values.withUnsafeBufferPointer { pack($0.baseAddress!, rows: part) }
  }

  /// The same from a pointer.
  func pack(_ source: UnsafePointer<Float>, rows part: Range<Int>) {
    for first in Swift.stride(from: part.lowerBound, to: part.upperBound, by: 8) {
      packMicropanel(
        source + (first - part.lowerBound) * columns, rows: min(8, part.upperBound - first),
        at: first)
    }
  }

  /// Copies the transpose of row-major values, `columns` × `rows`, into micropanels; `rows` is a multiple of 8.
  func packTransposed(_ source: UnsafePointer<Float>) {
    precondition(rows.isMultiple(of: 8))
    for slice in Swift.stride(from: 0, to: columns, by: Blocks.steps) {
      let width = min(Blocks.steps, columns - slice)
      for first in Swift.stride(from: 0, to: rows, by: 8) {
        let panel = micropanel(first, slice)
        for column in 0..<width {
          (panel + column * 8).update(from: source + (slice + column) * rows + first, count: 8)
        }
        (panel + width * 8).update(repeating: 0, count: 8 * (sliceWidth(slice) - width))
      }
    }
  }

  private func packMicropanel(_ source: UnsafePointer<Float>, rows: Int, at first: Int) {
    for slice in Swift.stride(from: 0, to: columns, by: Blocks.steps) {
      let panel = micropanel(first, slice)
      let width = min(Blocks.steps, columns - slice)
      if rows < 8 || sliceWidth(slice) > width {
        panel.update(repeating: 0, count: 8 * sliceWidth(slice))
      }
      packSlice(source + slice, rows: rows, width: width, to: panel)
    }
  }

  private func packSlice(
    _ source: UnsafePointer<Float>, rows: Int, width: Int, to panel: UnsafeMutablePointer<Float>
  ) {
    let tiled = rows == 8 ? width / 8 * 8 : 0
    for column in Swift.stride(from: 0, to: tiled, by: 8) {
      let tile = Tile(rowsAt: source + column, stride: columns)
      UnsafeMutableRawPointer(panel + column * 8).storeBytes(of: tile.transposed, as: Tile.self)
    }
    for column in tiled..<width {
      for row in 0..<rows { panel[column * 8 + row] = source[row * columns + column] }
    }
  }

  /// Replaces the matrix by its transpose.
  package func transpose() {
    if rows == columns { transposeSquare() } else { transposeRectangle() }
  }

  /// In place: pairs of tiles change sides. Eight tile rows at a time, so that the tiles above the
  /// diagonal, which lie a whole micropanel apart, are read in runs of consecutive memory.
  private func transposeSquare() {
    let tiles = stride / 8
    for block in Swift.stride(from: 0, to: tiles, by: 8) {
      for column in 0..<min(block + 8, tiles) {
        for row in max(block, column)..<min(block + 8, tiles) {
          exchange(tile(row, column), tile(column, row))
        }
      }
    }
  }

  private func transposeRectangle() {
    let old = PackedMatrix(rows: rows, columns: columns, pool: Pool())
    old.base.update(from: base, count: count)
    swap(&rows, &columns)
    for row in 0..<(Panels.padded(rows) / 8) {
      for column in 0..<(stride / 8) {
        tile(row, column).pointee = old.tile(column, row).pointee.transposed
      }
    }
  }

  private func tile(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Tile> {
    let slice = column * 8 / Blocks.steps * Blocks.steps
    return UnsafeMutableRawPointer(micropanel(row * 8, slice) + (column * 8 - slice) * 8)
      .assumingMemoryBound(to: Tile.self)
  }
}

/// Eight columns of a micropanel, in pairs.
private struct Tile {
  private var pairs: InlineArray<4, SIMD16<Float>>

  /// Eight rows of a row-major matrix as the columns.
  @inline(__always)
  init(rowsAt source: UnsafePointer<Float>, stride: Int) {
    func row(_ number: Int) -> SIMD8<Float> {
      UnsafeRawPointer(source + number * stride).loadUnaligned(as: SIMD8<Float>.self)
    }
    pairs = [
      SIMD16(lowHalf: row(0), highHalf: row(1)), SIMD16(lowHalf: row(2), highHalf: row(3)),
      SIMD16(lowHalf: row(4), highHalf: row(5)), SIMD16(lowHalf: row(6), highHalf: row(7)),
    ]
  }

  @inline(__always)
  private init(_ pairs: InlineArray<4, SIMD16<Float>>) { self.pairs = pairs }

  @inline(__always)
  var transposed: Tile { dealt.dealt.dealt }

  /// The even entries, then the odd ones.
  ///
  /// The number of an entry is that of its column, three bits, and that of its row. Dealing turns the bits by
  /// one place; three times exchanges column and row.
  @inline(__always)
  private var dealt: Tile {
    let (a, b, c, d) = (pairs[0], pairs[1], pairs[2], pairs[3])
    return Tile([
      SIMD16(lowHalf: a.evenHalf, highHalf: b.evenHalf),
      SIMD16(lowHalf: c.evenHalf, highHalf: d.evenHalf),
      SIMD16(lowHalf: a.oddHalf, highHalf: b.oddHalf),
      SIMD16(lowHalf: c.oddHalf, highHalf: d.oddHalf),
    ])
  }
}

/// Swaps two tiles and transposes both; they may be the same one.
@inline(__always)
private func exchange(_ a: UnsafeMutablePointer<Tile>, _ b: UnsafeMutablePointer<Tile>) {
  let (x, y) = (a.pointee.transposed, b.pointee.transposed)
  a.pointee = y
  b.pointee = x
}
