import Testing

@testable import Kernels

/// A row-major matrix of small numbers without pattern, from a 32-bit linear congruential generator.
private func numbers(_ rows: Int, _ columns: Int, seed: UInt32) -> [Float] {
  var state = seed
  return (0..<(rows * columns)).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return Float(Int32(bitPattern: state)) * 0x1p-31
  }
}

/// `columns` columns of `features` entries, padding columns zero.
private func panels(_ features: Int, _ columns: Int, _ rows: [Float]) -> Panels {
  let panels = Panels(
    features: features, widths: Panels.widths(forColumns: columns), pool: Pool())
  panels.load(rows: rows, firstRow: 0, count: columns, scale: 1)
  return panels
}

/// c[column][row] = Σ a[row][k]·b[column][k], one fused chain in the order of k.
private func chain(
  _ a: [Float], _ rows: Int, _ depth: Int, _ b: [Float], _ columns: Int,
  from start: [[Float]]? = nil
) -> [[Float]] {
  (0..<columns).map { column in
    (0..<rows).map { row in
      (0..<depth).reduce(start?[column][row] ?? 0) { sum, k in
        sum.addingProduct(a[row * depth + k], b[column * depth + k])
      }
    }
  }
}

private func product(
  _ a: [Float], _ rows: Int, _ depth: Int, _ b: [Float], _ columns: Int, transposing: Bool = false
) -> [[Float]] {
  let pool = Pool()
  let matrix =
    transposing
    ? PackedMatrix(rows: depth, columns: rows, pool: pool)
    : PackedMatrix(rows: rows, columns: depth, pool: pool)
  matrix.pack(a)
  if transposing { matrix.transpose() }
  let right = panels(depth, columns, b)
  let result = Panels(features: rows, widths: right.widths, pool: pool)
  matrix.multiply([right], into: [result])
  return Array(result.rows().prefix(columns))
}

@Suite struct MatrixProductTests {
  static let sizes = Array(1...11) + [13, 16, 17, 24, 31, 47, 48, 49, 64, 100]

  @Test(arguments: sizes)
  func `A product is one chain of fused multiply-adds, to the bit`(size: Int) {
    for (rows, columns) in [(size, 7), (5, size), (size, size)] {
      let a = numbers(rows, size, seed: 1)
      let b = numbers(columns, size, seed: 2)
      #expect(product(a, rows, size, b, columns) == chain(a, rows, size, b, columns))
    }
  }

  @Test(arguments: [1, 8, 15, 16, 17, 32, 33, 48, 49, 64, 80, 96, 97, 145])
  func `Every number of columns gives the same bits`(columns: Int) {
    let a = numbers(21, 19, seed: 3)
    let b = numbers(columns, 19, seed: 4)
    #expect(product(a, 21, 19, b, columns) == chain(a, 21, 19, b, columns))
  }

  @Test(arguments: [111, 112, 113, 225, 1023, 1024, 1025, 2500])
  func `Long chains are cut into blocks without a change`(depth: Int) {
    let a = numbers(9, depth, seed: 5)
    let b = numbers(3, depth, seed: 6)
    #expect(product(a, 9, depth, b, 3) == chain(a, 9, depth, b, 3))
  }

  @Test func `Many rows are cut into blocks without a change`() {
    let a = numbers(2100, 3, seed: 5)
    let b = numbers(2, 3, seed: 6)
    #expect(product(a, 2100, 3, b, 2) == chain(a, 2100, 3, b, 2))
  }

  @Test(arguments: sizes)
  func `The identity on either side changes nothing`(size: Int) {
    var identity = [Float](repeating: 0, count: size * size)
    for i in 0..<size { identity[i * size + i] = 1 }
    let matrix = numbers(size, size, seed: 7)
    let asColumns = (0..<size).map { column in
      (0..<size).map { matrix[$0 * size + column] }
    }
    let asRows = (0..<size).map { Array(matrix[($0 * size)..<(($0 + 1) * size)]) }
    #expect(product(matrix, size, size, identity, size) == asColumns)
    #expect(product(identity, size, size, matrix, size) == asRows)
  }

  @Test(arguments: [
    (1, 1), (8, 8), (9, 9), (70, 70), (112, 112), (225, 225), (1025, 1025), (3, 11), (11, 3),
    (16, 40),
    (129, 65), (130, 1100), (1100, 130),
  ])
  func `A transposed matrix multiplies as the transpose`(rows: Int, depth: Int) {
    let a = numbers(rows, depth, seed: 8)
    let b = numbers(5, rows, seed: 9)
    let transpose = (0..<depth).flatMap { k in (0..<rows).map { a[$0 * depth + k] } }
    #expect(
      product(a, depth, rows, b, 5, transposing: true) == chain(transpose, depth, rows, b, 5))
  }

  @Test func `Adding goes on with the chain of the old value`() {
    let (a, b) = (numbers(10, 130, seed: 10), numbers(20, 130, seed: 11))
    let pool = Pool()
    let matrix = PackedMatrix(rows: 10, columns: 130, pool: pool)
    matrix.pack(a)
    let right = panels(130, 20, b)
    let old = numbers(20, 10, seed: 12)
    let result = panels(10, 20, old)
    matrix.multiply([right], into: [result], adding: true)
    let start = (0..<20).map { Array(old[($0 * 10)..<(($0 + 1) * 10)]) }
    #expect(Array(result.rows().prefix(20)) == chain(a, 10, 130, b, 20, from: start))
  }

  @Test(arguments: [1, 7, 8, 9, 40, 100], [2, 3, 16])
  func `Threads share the rows without a change`(rows: Int, threads: Int) {
    let (a, b) = (numbers(rows, 130, seed: 14), numbers(20, 130, seed: 15))
    let pool = Pool()
    let matrix = PackedMatrix(rows: rows, columns: 130, pool: pool)
    matrix.pack(a)
    let right = panels(130, 20, b)
    let result = Panels(features: rows, widths: right.widths, pool: pool)
    matrix.multiply([right], into: [result], threads: threads)
    #expect(Array(result.rows().prefix(20)) == chain(a, rows, 130, b, 20))
  }

  @Test func `Several right operands are several products`() {
    let a = numbers(10, 130, seed: 13)
    let pool = Pool()
    let matrix = PackedMatrix(rows: 10, columns: 130, pool: pool)
    matrix.pack(a)
    let operands = (0..<3).map { numbers(30, 130, seed: 20 + $0) }
    let right = operands.map { panels(130, 30, $0) }
    let results = right.map { Panels(features: 10, widths: $0.widths, pool: pool) }
    matrix.multiply(right, into: results)
    for (operand, result) in zip(operands, results) {
      #expect(Array(result.rows().prefix(30)) == chain(a, 10, 130, operand, 30))
    }
  }
}
