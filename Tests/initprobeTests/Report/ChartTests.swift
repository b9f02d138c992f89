import SignalPropagation
import Testing

@testable import initprobe

@Suite struct `A chart` {
  private func chart(_ values: [Magnitude?]) -> String {
    Chart(
      records: [LayerRecord(layer: 0)]
        + values.enumerated().map { index, value in
          var record = LayerRecord(layer: index + 1)
          record.measured.outStd = value
          return record
        }
    ).text
  }

  /// A decade has 48 levels in 6 rows of 8; 10^0.5 is in the middle of 1 and 10.
  @Test func `is logarithmic`() {
    #expect(
      chart([1, 10, 10.0.squareRoot()].map { Magnitude($0) }) == """

        out
        1e1 │      ██████
            │      ██████
            │      ██████
            │      ████████████
            │      ████████████
        1e0 │▁▁▁▁▁▁████████████
            └layer 1          3

        """)
  }

  @Test func `reaches beyond double's range`() {
    let text = chart([Magnitude(1), Magnitude(1, timesPowerOfTwo: -2126)])
    #expect(text.contains("\n   1e0 │██████\n"))
    #expect(text.contains("\n1e-640 │██████▁▁▁▁▁▁\n"))
  }

  @Test func `leaves out what has no logarithm`() {
    let text = chart([Magnitude(0.5), Magnitude(0), Magnitude(.infinity), Magnitude(.nan), nil])
    #expect(text.contains("1e-1 │██████\n"))
    #expect(chart([Magnitude(0)]) == "\nout: nothing that a chart could show\n")
    #expect(chart([nil, nil]) == "")
  }

  @Test func `has sixty columns at most, with the first layer and the last`() {
    let text = chart((0..<1000).map { Magnitude(1 + Double($0)) })
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 66 })
    #expect(
      lines.last?.hasPrefix("    └layer 1 ") == true && lines.last?.hasSuffix(" 1000") == true)
  }
}
