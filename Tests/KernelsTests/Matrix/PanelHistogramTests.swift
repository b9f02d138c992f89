import Testing

@testable import Kernels

@Suite struct PanelHistogramTests {
  /// Straight from the definition, in doubles, which hold every quotient here exactly.
  private func naive(_ entries: [Float], exponent: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: 1024)
    let width = Double(sign: .plus, exponent: exponent - 9, significand: 1)
    for entry in entries where entry.isFinite {
      let away = max(0, Int((abs(Double(entry)) / width).rounded(.up)) - 1)
      counts[entry < 0 ? 511 - away : 512 + away] += 1
    }
    return counts
  }

  private func panels(_ entries: [Float], columns: Int) -> Panels {
    let panels = Panels(
      features: entries.count / columns, widths: Panels.widths(forColumns: columns), pool: Pool())
    panels.load(rows: entries, firstRow: 0, count: columns, scale: 1)
    return panels
  }

  @Test(
    arguments: [1, 16, 21, 50], [1, 3, 0x1p-60, 0x1p-101, 0x1p-118, 0x1p-140, 0x1p120] as [Float])
  func `Counts are those of the definition at every scale`(columns: Int, scale: Float) throws {
    let entries = (0..<(37 * columns)).map { Float(($0 * 7919) % 1009 - 500) / 128 * scale }
    let grid = try #require(panels(entries, columns: columns).histogram(count: columns))
    let largest = Double(entries.map(\.magnitude).max()!)
    let limit = Double(sign: .plus, exponent: grid.exponent, significand: 1)
    #expect(largest <= limit && largest > limit / 2)
    #expect(grid.counts == naive(entries, exponent: grid.exponent))
    #expect(grid.counts.reduce(0, +) == entries.count)
  }

  @Test func `Edges belong to the bin farther in, and zero to the first one above`() throws {
    let half: Float = 0.5
    let entries = [1, -1, 0, -0.0, half, half.nextUp, -half, -half.nextUp, 0x1p-149]
    let grid = try #require(panels(entries, columns: 1).histogram(count: 1))
    var expected = [Int](repeating: 0, count: 1024)
    for (bin, count) in [1023: 1, 0: 1, 512: 3, 767: 1, 768: 1, 256: 1, 255: 1] {
      expected[bin] = count
    }
    #expect(grid == GridCounts(exponent: 0, counts: expected))
  }

  @Test func `What is not finite and what pads the batch is not counted`() throws {
    let panels = panels([.nan, 2, .infinity, -3, -.infinity, 1], columns: 3)
    #expect(panels.histogram(count: 3)?.counts.reduce(0, +) == 3)
    #expect(panels.histogram(count: 3)?.exponent == 2)
    #expect(panels.histogram(count: 1) == GridCounts(exponent: 1, counts: naive([2], exponent: 1)))
    #expect(self.panels([.nan, .infinity], columns: 2).histogram(count: 2) == nil)
  }

  @Test func `Zeros alone have a bin`() throws {
    let grid = try #require(panels([0, -0.0, 0], columns: 3).histogram(count: 3))
    #expect(grid.exponent == -149)
    #expect(grid.counts[512] == 3)
  }
}
