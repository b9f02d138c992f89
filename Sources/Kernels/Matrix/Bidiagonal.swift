import Platform

/// A square upper bidiagonal matrix, whose largest entry is about 1, as its singular values see it.
struct Bidiagonal {
  /// dᵢ² of the diagonal.
  private let diagonal: [Double]
  /// eᵢ₋₁² of the column's other entry; 0 in the first column.
  private let superdiagonal: [Double]
  /// No singular value is above.
  private let bound: Double

  /// How many shifts are counted together: enough that one division does not wait for another.
  private static let lanes = 32
  private typealias Lanes = InlineArray<4, DoubleVector>
  private typealias Mask = SIMDMask<SIMD8<Int64>>
  private typealias Counts = SIMD8<Int64>

  /// Takes the place of a zero among the pivots, and below it a square counts as zero.
  private static let tiny = 0x1p-660

  /// - Parameters:
  ///   - diagonal: At least one entry.
  ///   - superdiagonal: One entry fewer.
  init(diagonal: [Double], superdiagonal: [Double]) {
    precondition(diagonal.count == superdiagonal.count + 1)
    func square(_ x: Double) -> Double { x * x < Bidiagonal.tiny ? 0 : x * x }
    self.diagonal = diagonal.map(square)
    self.superdiagonal = [0] + superdiagonal.map(square)
    // ‖B‖² ≤ ‖B‖₁‖B‖∞.
    let rows = zip(diagonal, superdiagonal + [0]).map { $0.magnitude + $1.magnitude }
    let columns = zip(diagonal, [0] + superdiagonal).map { $0.magnitude + $1.magnitude }
    bound = max(rows.max()!, columns.max()!) * (1 + 0x1p-40)
  }

  /// The largest singular value.
  func largest() -> Double {
    guard bound > 0 else { return 0 }
    var (lower, upper) = (0.0, bound)
    // 33¹¹ > 2⁵⁵.
    for _ in 0..<11 {
      let width = (upper - lower) / Double(Bidiagonal.lanes + 1)
      let points = (1...Bidiagonal.lanes).map { lower + Double($0) * width }
      let below = counts(below: points).prefix { $0 < diagonal.count }.count
      (lower, upper) = (lower + Double(below) * width, lower + Double(below + 1) * width)
    }
    return (lower + upper) / 2
  }

  /// The singular values from `floor` > 0 up to `largest`, descending, to about 1e-14 of each.
  ///
  /// Bisection: an interval of a grid of equal ratios first, then halves. The values are independent of
  /// each other, so any number of threads finds the same ones.
  func values(from floor: Double, to largest: Double, threads: Int) -> [Double] {
    let grid = Bidiagonal.grid(from: floor, to: largest * (1 + 0x1p-40))
    let gridCounts = counts(below: grid)
    let missing = gridCounts[0]
    let resolved = diagonal.count - missing
    guard resolved > 0 else { return [] }
    let groups = (resolved + Bidiagonal.lanes - 1) / Bidiagonal.lanes
    var values = [Double](repeating: 0, count: groups * Bidiagonal.lanes)
    values.withUnsafeMutableBufferPointer { values in
      // The address alone goes to the threads, each of which writes a part of its own.
      let values = values.baseAddress!
      forEachJob(groups, threads: threads) { group in
        let first = group * Bidiagonal.lanes
        // Ranks from the top; those beyond the last repeat it.
        let ranks = (first..<(first + Bidiagonal.lanes)).map {
          diagonal.count - 1 - min($0, resolved - 1)
        }
        for (offset, value) in bisect(ranks, grid, gridCounts).enumerated() {
          values[first + offset] = value
        }
      }
    }
    return Array(values.prefix(resolved))
  }

  /// 257 points of equal ratios; by square roots alone, which are the same on every machine.
  private static func grid(from lower: Double, to upper: Double) -> [Double] {
    let ratio = (0..<8).reduce(upper / lower) { root, _ in root.squareRoot() }
    var points = [lower]
    for _ in 1..<256 { points.append(points[points.count - 1] * ratio) }
    return points + [upper]
  }

  /// The singular values that have exactly `ranks` others below them.
  private func bisect(_ ranks: [Int], _ grid: [Double], _ gridCounts: [Int]) -> [Double] {
    var (lower, upper) = ([Double](), [Double]())
    for rank in ranks {
      let next = gridCounts.firstIndex { $0 > rank } ?? grid.count - 1
      lower.append(grid[max(next - 1, 0)])
      upper.append(grid[next])
    }
    for _ in 0..<44 {
      let middle = zip(lower, upper).map { ($0 + $1) / 2 }
      for (lane, count) in counts(below: middle).enumerated() {
        if count > ranks[lane] { upper[lane] = middle[lane] } else { lower[lane] = middle[lane] }
      }
    }
    return zip(lower, upper).map { ($0 + $1) / 2 }
  }

  /// The number of singular values below each of `points`.
  private func counts(below points: [Double]) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(points.count)
    for first in stride(from: 0, to: points.count, by: Bidiagonal.lanes) {
      var shifts = Lanes(repeating: .zero)
      let count = min(Bidiagonal.lanes, points.count - first)
      for i in 0..<count { shifts[i / 8][i % 8] = points[first + i] }
      let counts = counts(below: shifts)
      for i in 0..<count { result.append(Int(counts[i / 8][i % 8])) }
    }
    return result
  }

  /// The negative pivots of BᵀB − x² by the differential stationary quotient-difference transform, which
  /// is accurate for small x too (Fernando 1998; Dhillon and Parlett 2004).
  private func counts(below x: Lanes) -> InlineArray<4, Counts> {
    var counts = InlineArray<4, Counts>(repeating: .zero)
    var shift = x
    var pivot = Lanes(repeating: DoubleVector(repeating: 1))
    var rest = Lanes(repeating: .zero)
    for part in 0..<4 { shift[part] = x[part] * x[part] }
    let zeroPivot = unsafeBitCast(DoubleVector(repeating: -Bidiagonal.tiny), to: Mask.self)
    diagonal.withUnsafeBufferPointer { diagonal in
      superdiagonal.withUnsafeBufferPointer { superdiagonal in
        for i in 0..<diagonal.count {
          let (d, e) = (diagonal[i], superdiagonal[i])
          for part in 0..<4 {
            rest[part] = rest[part] * (DoubleVector(repeating: e) / pivot[part]) - shift[part]
            let sum = rest[part] + DoubleVector(repeating: d)
            let isZero = sum .== DoubleVector.zero
            pivot[part] = unsafeBitCast(
              unsafeBitCast(sum, to: Mask.self) .| (isZero .& zeroPivot), to: DoubleVector.self)
            counts[part] &-= unsafeBitCast(pivot[part] .< DoubleVector.zero, to: Counts.self)
          }
        }
      }
    }
    return counts
  }
}
