import Foundation
import Kernels
import Testing

@testable import SignalPropagation

/// Σ over the rows of z̄ uᵀ, in double precision and one product at a time.
private struct NaiveWeightGradient {
  let rows = 100
  let fanIn: Int
  let fanOut: Int
  /// For each use of the matrix and each row, u and z̄.
  let operands: [[[Float]]]
  let cotangents: [[[Float]]]
  /// The power of two of each row.
  let exponents: [Int]

  init(fanIn: Int, fanOut: Int, uses: Int, seed: UInt64) {
    (self.fanIn, self.fanOut) = (fanIn, fanOut)
    let rows = rows
    var generator = Generator(seed: seed)
    func draw(_ features: Int) -> [[Float]] {
      (0..<rows).map { _ in
        var row = [Float](repeating: 0, count: features)
        generator.fillNormal(&row, mean: 0, std: 1)
        return row
      }
    }
    operands = (0..<uses).map { _ in draw(fanIn) }
    cotangents = (0..<uses).map { _ in draw(fanOut) }
    exponents = (0..<rows).map { -300 + ($0 * 31) % 7 }
  }

  /// Mean |∂L/∂W|, times 2^300.
  var sumOfMagnitudes: Double {
    var sum = 0.0
    for output in 0..<fanOut {
      for input in 0..<fanIn {
        var entry = 0.0
        for (u, z) in zip(operands, cotangents) {
          for row in 0..<rows {
            entry +=
              Double(u[row][input]) * Double(z[row][output]) * exp2(Double(exponents[row] + 300))
          }
        }
        sum += abs(entry)
      }
    }
    return sum
  }

  /// The same for the program, cut into slices of these rows.
  func parts(_ matrix: Int, sizes: [Int]) -> [WeightGradients.Part] {
    var start = 0
    return sizes.map { size in
      defer { start += size }
      var part = WeightGradients.Part(slice: Slice(start: start, count: size))
      let columns = part.slice.widths.reduce(0, +)
      // What pads the last panel counts for nothing.
      let exponents =
        Array(exponents[start..<(start + size)]) + Array(repeating: 5000, count: columns - size)
      part.products = zip(operands, cotangents).map { u, z in
        WeightGradients.Product(
          matrix: matrix, operand: panels(u, part.slice), cotangent: panels(z, part.slice),
          exponents: exponents)
      }
      return part
    }
  }

  private func panels(_ values: [[Float]], _ slice: Slice) -> Panels {
    let panels = Panels(features: values[0].count, widths: slice.widths, pool: Pool())
    panels.load(rows: values.flatMap(\.self), firstRow: slice.start, count: slice.count, scale: 1)
    return panels
  }
}

@Suite struct `Gradients by weights` {
  private func matrix(_ naive: NaiveWeightGradient) -> LayerGraph.Matrix {
    LayerGraph.Matrix(
      name: "W", fanIn: naive.fanIn, fanOut: naive.fanOut, initializer: .xavierNormal, gain: 1,
      biasStd: nil)
  }

  @Test(arguments: [(1, 1), (1, 9), (16, 8), (33, 50), (100, 17)], [1, 2, 3])
  func `are sums over the rows and over all uses of a matrix`(sizes: (Int, Int), uses: Int) {
    let naive = NaiveWeightGradient(fanIn: sizes.0, fanOut: sizes.1, uses: uses, seed: 3)
    let expected = naive.sumOfMagnitudes / Double(sizes.0 * sizes.1)
    var first: Magnitude?
    for slices in [[100], [48, 52], [96, 4], [16, 32, 48, 4]] {
      for threads in [1, 3] {
        let mean = WeightGradients([matrix(naive)], naive.parts(0, sizes: slices))
          .meanAbsolute(threads: threads)
        let scaled = (mean * Magnitude(1, timesPowerOfTwo: 300)).doubleValue
        #expect(abs(scaled - expected) <= 1e-5 * expected)
        #expect(mean == first ?? mean, "\(slices), \(threads) threads")
        first = mean
      }
    }
  }

  @Test func `are averaged over all matrices of a layer`() {
    let one = NaiveWeightGradient(fanIn: 20, fanOut: 30, uses: 1, seed: 1)
    let other = NaiveWeightGradient(fanIn: 7, fanOut: 20, uses: 2, seed: 2)
    let parts = zip(one.parts(0, sizes: [48, 52]), other.parts(1, sizes: [48, 52])).map { a, b in
      var part = a
      part.products += b.products
      return part
    }
    let mean = WeightGradients([matrix(one), matrix(other)], parts).meanAbsolute(threads: 2)
    let expected = (one.sumOfMagnitudes + other.sumOfMagnitudes) / Double(20 * 30 + 7 * 20)
    let scaled = (mean * Magnitude(1, timesPowerOfTwo: 300)).doubleValue
    #expect(abs(scaled - expected) <= 1e-5 * expected)
  }

  @Test func `of a matrix that nothing went through are zero`() {
    let naive = NaiveWeightGradient(fanIn: 4, fanOut: 4, uses: 1, seed: 1)
    let unused = WeightGradients(
      [matrix(naive), matrix(naive)], naive.parts(1, sizes: [100])
    ).meanAbsolute(threads: 1)
    let used = WeightGradients([matrix(naive)], naive.parts(0, sizes: [100])).meanAbsolute(
      threads: 1)
    #expect(unused * Magnitude(2) == used)
  }
}
