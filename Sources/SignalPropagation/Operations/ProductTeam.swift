import Kernels

/// The threads that share the products of one slice: more than one where a batch has fewer slices than the run
/// has threads.
struct ProductTeam: Sendable {
  /// The most that there may be.
  var threads = 1
  /// Floating-point operations that are worth a thread's share: at least some ten microseconds.
  var leastFlops = 2e6

  /// How many are worth their start for a product with these operands.
  func threads(for matrix: PackedMatrix, _ operands: [Panels]) -> Int {
    guard threads > 1 else { return 1 }
    let columns = operands.reduce(0) { $0 + $1.columns }
    let flops = 2 * Double(matrix.rows) * Double(matrix.columns) * Double(columns)
    return max(1, Int(min(flops / leastFlops, Double(threads))))
  }
}
