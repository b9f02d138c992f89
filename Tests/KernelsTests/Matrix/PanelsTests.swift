import Testing

@testable import Kernels

@Suite struct PanelsTests {
  @Test(arguments: 1...300)
  func `Panels hold the columns in as few panels as possible`(columns: Int) {
    let widths = Panels.widths(forColumns: columns)
    #expect(widths.reduce(0, +) == (columns + 15) / 16 * 16)
    #expect(widths.allSatisfy { [16, 32, 48].contains($0) })
    #expect(widths.count == (columns + 47) / 48)
  }

  @Test(arguments: [1, 15, 16, 40, 48, 100])
  func `Rows of the batch become columns and come back, scaled`(count: Int) {
    let features = 5
    let values = (0..<((count + 2) * features)).map(Float.init)
    let panels = Panels(
      features: features, widths: Panels.widths(forColumns: count), pool: Pool())
    panels.load(rows: values, firstRow: 2, count: count, scale: 0.5)
    let rows = panels.rows()
    for column in 0..<count {
      #expect(rows[column] == (0..<features).map { values[(column + 2) * features + $0] * 0.5 })
    }
    #expect(rows[count...].allSatisfy { $0.allSatisfy { $0 == 0 } })
  }

  @Test func `Storage that was given back is used again`() {
    let pool = Pool()
    let first = Panels(features: 10, widths: [48], pool: pool).base
    let second = Panels(features: 10, widths: [48], pool: pool).base
    #expect(first == second)
  }

  @Test func `A column's summary is that of its entries`() {
    let (features, columns) = (37, 21)
    let values = (0..<(features * columns)).map { Float(($0 * 7919) % 1009) / 97 - 4 }
    let panels = Panels(
      features: features, widths: Panels.widths(forColumns: columns), pool: Pool())
    panels.load(rows: values, firstRow: 0, count: columns, scale: 1)
    let summaries = panels.summaries(count: columns)
    let small = panels.countBelow(0.01, count: columns)
    #expect(summaries.count == columns)
    for (column, summary) in summaries.enumerated() {
      let entries = values[(column * features)..<((column + 1) * features)].map(Double.init)
      let mean = entries.reduce(0, +) / Double(features)
      let squares = entries.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      #expect(abs(summary.mean - mean) < 1e-13)
      #expect(abs(summary.squaredDeviations - squares) < 1e-11)
      #expect(Double(summary.largest) == entries.map(\.magnitude).max())
      #expect(small[column] == entries.count { abs($0) < 0.01 })
    }
    let sums = panels.absoluteSums(count: columns)
    for column in 0..<columns {
      let entries = values[(column * features)..<((column + 1) * features)]
      #expect(abs(sums[column] - entries.reduce(0) { $0 + Double($1.magnitude) }) < 1e-11)
    }
  }

  @Test func `The largest entry is NaN if any is`() {
    let panels = Panels(features: 3, widths: [16], pool: Pool())
    panels.load(rows: [1, .nan, 2, 1, -.infinity, 2], firstRow: 0, count: 2, scale: 1)
    let summaries = panels.summaries(count: 2)
    #expect(summaries[0].largest.isNaN)
    #expect(summaries[1].largest == .infinity)
  }

  @Test func `Unit columns add up in any order, and zero columns add nothing`() {
    let panels = Panels(features: 2, widths: [16], pool: Pool())
    panels.load(rows: [3, 4, 0, 0, -5, 12], firstRow: 0, count: 3, scale: 1)
    var sums: [Int64] = [0, 0]
    panels.addUnitColumns(norms: [5, 0, 13], to: &sums)
    let expected = [3.0 / 5 - 5.0 / 13, 4.0 / 5 + 12.0 / 13]
    for (sum, value) in zip(sums, expected) {
      #expect(abs(Double(sum) / Panels.unitScale - value) < 1e-11)
    }
  }

  @Test(arguments: [1e-20, 0x1p-147, 1e-3, 1, 1e5, 1e20, 3e38] as [Float])
  func `Normalising moves a power of two from the column to its exponent`(size: Float) {
    let panels = Panels(features: 3, widths: [16], pool: Pool())
    panels.load(rows: [size, -size / 2, 0, 1, 2, 3], firstRow: 0, count: 2, scale: 1)
    var exponents = [Int](repeating: 0, count: 16)
    Panels.normalize([panels], exponents: &exponents)
    let rows = panels.rows()
    let isInRange = (0x1p-40...0x1p40).contains(size)
    #expect(isInRange ? rows[0][0] == size : (0x1p-40...0x1p40).contains(rows[0][0]))
    let scale = Double(sign: .plus, exponent: exponents[0], significand: 1)
    #expect(Double(rows[0][0]) * scale == Double(size))
    #expect(Double(rows[0][1]) * scale == Double(-size / 2))
    #expect(rows[1] == [1, 2, 3] && exponents[1...].allSatisfy { $0 == 0 })
  }

  @Test func `Columns without a finite scale are left alone`() {
    let panels = Panels(features: 1, widths: [16], pool: Pool())
    panels.load(rows: [0, .infinity, .nan], firstRow: 0, count: 3, scale: 1)
    var exponents = [Int](repeating: 0, count: 16)
    Panels.normalize([panels], exponents: &exponents)
    #expect(exponents.allSatisfy { $0 == 0 })
    #expect(panels.rows()[1] == [.infinity])
  }
}
