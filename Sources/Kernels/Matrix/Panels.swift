/// A float matrix of features × columns, cut into panels of 16, 32 or 48 columns.
///
/// A column is one row of the batch (or its cotangent): columns never meet in a forward or backward
/// pass, so they are the lanes of the SIMD registers, and a panel is a row-major features × width
/// block that every operation reads and writes in place, the matrix product included. The widths do not
/// depend on the CPU, so neither does the order of any sum. Columns beyond the batch pad the last panel
/// and hold whatever their own arithmetic yields; features are padded to a multiple of 8.
package final class Panels {
  /// Columns of the panels in order, each 16, 32 or 48.
  package let widths: [Int]
  /// Rows that carry data.
  package let features: Int

  let base: UnsafeMutablePointer<Float>
  private let pool: Pool
  /// Floats in all panels.
  let count: Int

  /// The granularity of panel widths, and the group of lanes that elementwise code works on.
  package static let lanes = 16
  /// The widest panel.
  package static let maxWidth = 48

  /// Uninitialised panels.
  package init(features: Int, widths: [Int], pool: Pool) {
    precondition(features > 0 && widths.allSatisfy { [16, 32, 48].contains($0) })
    self.features = features
    self.widths = widths
    self.pool = pool
    count = Panels.padded(features) * widths.reduce(0, +)
    base = pool.take(count)
  }

  deinit {
    pool.give(base, count: count)
  }

  /// Uninitialised panels of the same shape.
  package func like(in pool: Pool) -> Panels {
    Panels(features: features, widths: widths, pool: pool)
  }

  /// All columns, padding included.
  package var columns: Int { widths.reduce(0, +) }

  /// Features rounded up to whole micropanels.
  static func padded(_ features: Int) -> Int { (features + 7) & ~7 }

  /// The same for plans, which count features of any number.
  package static func paddedFeatures(_ features: Int) -> Int {
    features > Int.max - 7 ? features : padded(features)
  }

  /// Floats in a panel of the given width.
  func panelCount(_ width: Int) -> Int { Panels.padded(features) * width }

  /// Widths of the fewest panels that hold `columns` columns, as even as possible.
  ///
  /// Three panels of 32 beat two of 48 and one of 16 on CPUs that need many accumulators in flight.
  package static func widths(forColumns columns: Int) -> [Int] {
    let groups = (columns + lanes - 1) / lanes
    let panels = (groups + 2) / 3
    return (0..<panels).map { panel in
      (groups * (panel + 1) / panels - groups * panel / panels) * lanes
    }
  }
}

extension Panels {
  /// Calls `body` with the storage, first column and width of each panel.
  @inline(__always)
  func forEachPanel(_ body: (UnsafeMutablePointer<Float>, Int, Int) -> Void) {
    var column = 0
    for width in widths {
      body(base + Panels.padded(features) * column, column, width)
      column += width
    }
  }

  /// Calls `body` with the first element, first column and row stride of each group of lanes that has some of
  /// the first `count` columns.
  @inline(__always)
  func forEachGroup(_ count: Int, _ body: (UnsafeMutablePointer<Float>, Int, Int) -> Void) {
    forEachPanel { panel, column, width in
      for lane in stride(from: 0, to: width, by: Panels.lanes) where column + lane < count {
        body(panel + lane, column + lane, width)
      }
    }
  }

  /// The first column and the width of the panel that holds a column.
  func panel(ofColumn column: Int) -> (start: Int, width: Int) {
    var start = 0
    for width in widths {
      if column < start + width { return (start, width) }
      start += width
    }
    preconditionFailure("there is no column \(column)")
  }

  /// Sets column c to `scale` times row `firstRow + c` of the row-major batch × features `rows`.
  ///
  /// Columns beyond `count` rows become zero.
  package func load(rows: [Float], firstRow: Int, count: Int, scale: Float) {
    precondition(firstRow >= 0 && (firstRow + count) * features <= rows.count && count <= columns)
    rows.withUnsafeBufferPointer { source in
      forEachPanel { panel, column, width in
        panel.update(repeating: 0, count: panelCount(width))
        for lane in 0..<max(0, min(width, count - column)) {
          let row = source.baseAddress! + (firstRow + column + lane) * features
          for feature in 0..<features { panel[feature * width + lane] = scale * row[feature] }
        }
      }
    }
  }

  /// The entries of one column, one for each feature.
  package func column(_ number: Int) -> [Float] {
    let (start, width) = panel(ofColumn: number)
    let first = base + Panels.padded(features) * start + number - start
    return (0..<features).map { first[$0 * width] }
  }

  /// The matrix as rows of the batch: `result[column][feature]`, padding columns included.
  package func rows() -> [[Float]] {
    var result: [[Float]] = []
    forEachPanel { panel, _, width in
      for lane in 0..<width {
        result.append((0..<features).map { panel[$0 * width + lane] })
      }
    }
    return result
  }
}
