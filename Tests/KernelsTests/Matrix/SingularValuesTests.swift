import Foundation
import Kernels
import Testing

@Suite struct SingularValuesTests {
  /// A matrix and what `torch.linalg.svdvals` says of it in double precision.
  struct Reference: Decodable, CustomTestStringConvertible {
    var name: String
    var seed: UInt64
    var rows: Int
    var columns: Int
    var repeats: Int
    var exponents: [Int]
    var values: [Double]

    var testDescription: String { name }

    /// `repeats` copies of the draws side by side.
    var matrix: [Float] {
      let drawn = Generator.normals(rows * columns, seed: seed)
      return (0..<rows).flatMap { row in
        (0..<repeats).flatMap { _ in drawn[(row * columns)..<((row + 1) * columns)] }
      }
    }

    static let all: [Reference] = {
      let url = Bundle.module.url(
        forResource: "singular_values", withExtension: "json", subdirectory: "Reference")!
      return try! JSONDecoder().decode([Reference].self, from: Data(contentsOf: url))
    }()
  }

  @Test(arguments: Reference.all)
  func `PyTorch finds the same values`(reference: Reference) throws {
    let values = try #require(
      SingularValues(
        of: reference.matrix, rows: reference.rows,
        columns: reference.columns * reference.repeats, exponents: reference.exponents, threads: 2))
    let unit = exp2(Double(values.exponent))
    #expect(values.count == reference.values.count)
    #expect(values.belowFloor == reference.values.count { $0 < values.floor * unit })
    for (value, expected) in zip(values.values, reference.values) {
      #expect(abs(value * unit - expected) <= 1e-9 * expected)
    }
    let meanSquare = reference.values.reduce(0) { $0 + $1 * $1 } / Double(reference.values.count)
    #expect(abs(values.meanSquare * unit * unit - meanSquare) <= 1e-11 * meanSquare)
  }

  @Test(arguments: [1, 5, 48, 101])
  func `A diagonal matrix has its entries for values`(size: Int) throws {
    let entries = (0..<size).map { Float(($0 * 37) % size + 1) * ($0 % 3 == 0 ? -0.25 : 0.25) }
    var matrix = [Float](repeating: 0, count: size * size)
    for i in 0..<size { matrix[i * size + i] = entries[i] }
    let values = try #require(SingularValues(of: matrix, rows: size, columns: size, threads: 1))
    let unit = exp2(Double(values.exponent))
    let expected = entries.map { Double($0.magnitude) }.sorted(by: >)
    for (value, expected) in zip(values.values, expected) {
      #expect(abs(value * unit - expected) <= 1e-12 * expected)
    }
    #expect(values.belowFloor == 0)
  }

  /// Hadamard's matrices: entries ±1, orthogonal columns.
  @Test(arguments: [1, 2, 16, 128])
  func `The values of an orthogonal matrix are all equal`(size: Int) throws {
    let matrix = (0..<(size * size)).map { index in
      Float(((index / size) & (index % size)).nonzeroBitCount.isMultiple(of: 2) ? 1 : -1)
    }
    let values = try #require(SingularValues(of: matrix, rows: size, columns: size, threads: 2))
    let expected = Double(size).squareRoot()
    for value in values.values {
      #expect(abs(value * exp2(Double(values.exponent)) - expected) < 1e-12 * expected)
    }
    #expect(values.count == size)
  }

  @Test func `The orthonormal factor of a matrix has values of 1 to single precision`() throws {
    let size = 120
    var q = Generator.normals(size * size, seed: 3)
    orthonormalize(&q, rows: size, columns: size)
    let values = try #require(SingularValues(of: q, rows: size, columns: size, threads: 1))
    for value in values.values {
      #expect(abs(value * exp2(Double(values.exponent)) - 1) < 2e-6)
    }
    #expect(values.count == size)
  }

  /// Marchenko and Pastur 1967: density √(4 − s²)/π of the values over √n.
  @Test func `The values of a Gaussian matrix follow the quarter circle law`() throws {
    let size = 400
    let values = try #require(
      SingularValues(
        of: Generator.normals(size * size, seed: 12), rows: size, columns: size, threads: 2))
    let unit = exp2(Double(values.exponent)) / Double(size).squareRoot()
    for (index, value) in values.values.enumerated() {
      let s = min(value * unit, 2)
      let share = (s * (4 - s * s).squareRoot() / 2 + 2 * asin(s / 2)) / .pi
      #expect(abs(1 - share - (Double(index) + 0.5) / Double(size)) < 0.01)
    }
  }

  @Test func `Nothing is said of values below the floor`() throws {
    // The third column is the sum of the others.
    let values = try #require(
      SingularValues(of: [1, 0, 1, 0, 2, 2, 1, 1, 2], rows: 3, columns: 3, threads: 1))
    #expect(values.values.count == 2)
    #expect(values.belowFloor == 1)
    #expect(values.values.allSatisfy { $0 >= values.floor })
    let zero = try #require(
      SingularValues(of: [0, 0, 0, 0], rows: 2, columns: 2, exponents: [7, -9], threads: 1))
    #expect(zero.values == [0, 0])
    #expect(zero.meanSquare == 0)
  }

  @Test func `A common power of two changes the exponent alone`() throws {
    let matrix = Generator.normals(60 * 60, seed: 4)
    let exponents = (0..<60).map { 3 - $0 % 5 }
    let near = try #require(
      SingularValues(of: matrix, rows: 60, columns: 60, exponents: exponents, threads: 1))
    for shift in [-1_000_000, 70_000] {
      let far = try #require(
        SingularValues(
          of: matrix, rows: 60, columns: 60, exponents: exponents.map { $0 + shift }, threads: 1))
      #expect(far.values == near.values)
      #expect(far.floor == near.floor)
      #expect(far.meanSquare == near.meanSquare)
      #expect(far.exponent == near.exponent + shift)
    }
  }

  @Test func `Columns far below the largest one count as nothing`() throws {
    let values = try #require(
      SingularValues(
        of: [3, 0, 0, 1], rows: 2, columns: 2, exponents: [0, -100_000], threads: 1))
    #expect(values.values.count == 1 && values.belowFloor == 1)
    #expect(abs(values.values[0] * exp2(Double(values.exponent)) - 3) < 1e-14)
  }

  @Test(arguments: [Float.nan, .infinity])
  func `A matrix that is not finite has no values`(entry: Float) {
    #expect(SingularValues(of: [1, entry, 0, 1], rows: 2, columns: 2, threads: 1) == nil)
  }

  /// The sum of all bits, which builds for other CPUs must find too.
  @Test(arguments: [1, 2, 5])
  func `The bits depend on neither threads nor CPU`(threads: Int) throws {
    let values = try #require(
      SingularValues(
        of: Generator.normals(131 * 110, seed: 21), rows: 131, columns: 110, threads: threads))
    #expect(values.values.reduce(0) { $0 &+ $1.bitPattern } == 9_216_721_097_601_131_185)
  }
}
