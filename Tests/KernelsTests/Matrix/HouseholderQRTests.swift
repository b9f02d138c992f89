import Kernels
import Testing

@Suite struct HouseholderQRTests {
  @Test(arguments: [
    (1, 1), (2, 1), (7, 7), (48, 48), (49, 49), (60, 48), (100, 37), (97, 97), (150, 145),
  ])
  func `Q is orthonormal and R is upper triangular with a positive diagonal`(
    rows: Int, columns: Int
  ) {
    let matrix = Generator.normals(rows * columns, seed: 11)
    var q = matrix
    orthonormalize(&q, rows: rows, columns: columns, threads: 3)
    var alone = matrix
    orthonormalize(&alone, rows: rows, columns: columns)
    #expect(q == alone, "on any number of threads")
    for i in 0..<columns {
      for j in 0..<columns {
        #expect(abs(dot(q, i, q, j, rows, columns) - (i == j ? 1 : 0)) < 3e-6)
        let r = dot(q, i, matrix, j, rows, columns)
        if i == j { #expect(r > 0) }
        if i > j { #expect(abs(r) < 1e-5 * Double(rows)) }
      }
    }
  }

  @Test func `A column of zeros is no reason to fail`() {
    var q: [Float] = [0, 1, 0, 1]
    orthonormalize(&q, rows: 2, columns: 2)
    #expect(q.allSatisfy { $0.isFinite })
  }

  /// Column i of `a` times column j of `b`.
  private func dot(_ a: [Float], _ i: Int, _ b: [Float], _ j: Int, _ rows: Int, _ columns: Int)
    -> Double
  {
    (0..<rows).reduce(0) { $0 + Double(a[$1 * columns + i]) * Double(b[$1 * columns + j]) }
  }
}
