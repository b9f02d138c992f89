import Kernels
import Testing

@testable import SignalPropagation

@Suite struct SpectrumSummaryTests {
  /// numpy.quantile([1, 2, 4, 8, 16, 32], [1, .9, .5, .1, 0]), and the mean of the squares.
  @Test(arguments: [0, -5000])
  func `Quantiles are NumPy's`(exponent: Int) throws {
    var matrix = [Float](repeating: 0, count: 36)
    for i in 0..<6 { matrix[7 * i] = Float(1 << ((i * 5) % 6)) }
    let values = try #require(
      SingularValues(
        of: matrix, rows: 6, columns: 6, exponents: [Int](repeating: exponent, count: 6), threads: 1
      ))
    let summary = SpectrumSummary(values)
    for (quantile, expected) in zip(SpectrumSummary.Quantile.allCases, [32.0, 24, 6, 1.5, 1]) {
      let ratio = try #require(summary[quantile]) / Magnitude(expected, timesPowerOfTwo: exponent)
      #expect(abs(ratio.doubleValue - 1) < 1e-12)
    }
    let ratio = summary.meanSquare / Magnitude(1365.0 / 6, timesPowerOfTwo: 2 * exponent)
    #expect(abs(ratio.doubleValue - 1) < 1e-12)
  }

  @Test func `A quantile that needs a value below the floor is missing`() throws {
    // Values 4, 2, 0, 0.
    var matrix = [Float](repeating: 0, count: 16)
    matrix[0] = 2
    matrix[5] = 4
    let values = try #require(SingularValues(of: matrix, rows: 4, columns: 4, threads: 1))
    let summary = SpectrumSummary(values)
    #expect(summary[.largest] != nil && summary[.upperDecile] != nil)
    #expect(summary[.median] == nil && summary[.lowerDecile] == nil && summary[.smallest] == nil)
    #expect(summary.meanSquare.doubleValue == 5)
  }
}
