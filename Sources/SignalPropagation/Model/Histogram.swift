import Kernels

/// How the entries of a layer's output are distributed: exact counts in bins of one width.
///
/// The width w is a power of two and the edges are multiples of it. It is the smallest with which the
/// entries span at most `maxBins` bins, and at least 1/512 of the smallest power of two that no |h|
/// exceeds. A bin above zero is (k w, (k + 1) w], one below [−(k + 1) w, −k w), and zero belongs to the
/// first one above. Infinities and NaN are not counted.
///
/// Unlike the bins of `torch.histc`, which divide the range from the smallest to the largest entry, these
/// are known before all entries are; so rows can be counted in any order, and runs can be added up.
package struct Histogram: Equatable, Sendable {
  /// Entries of each bin; neither the first nor the last is 0.
  package private(set) var counts: [Int]
  /// w = 2^widthExponent.
  private var widthExponent: Int
  /// The left edge of the first bin, in units of w.
  private var first: Int

  /// The most bins of a finished histogram.
  package static let maxBins = 50
  /// The bytes of the list of a finished histogram.
  static let mostBytes = maxBins * MemoryLayout<Int>.stride + 32

  /// The edges of the bins, one more than there are bins.
  package var edges: [Double] {
    (first...(first + counts.count)).map {
      Double(sign: .plus, exponent: widthExponent, significand: 1) * Double($0)
    }
  }

  /// The counts of one slice.
  init(_ grid: GridCounts) {
    counts = grid.counts
    widthExponent = grid.exponent - GridCounts.bitsPerSide
    first = -GridCounts.binsPerSide
  }

  /// Adds the counts of other entries.
  package mutating func add(_ other: Histogram) {
    var other = other
    while widthExponent < other.widthExponent { doubleWidth() }
    while other.widthExponent < widthExponent { other.doubleWidth() }
    let end = max(first + counts.count, other.first + other.counts.count)
    let start = min(first, other.first)
    var sum = [Int](repeating: 0, count: end - start)
    for (bin, count) in counts.enumerated() { sum[first - start + bin] += count }
    for (bin, count) in other.counts.enumerated() { sum[other.first - start + bin] += count }
    (counts, first) = (sum, start)
  }

  /// With empty bins at the ends cut off, and the width that it should have.
  package func finished() -> Histogram {
    var result = self
    result.trim()
    while result.counts.count > Histogram.maxBins { result.doubleWidth() }
    return result
  }

  private mutating func trim() {
    guard let low = counts.firstIndex(where: { $0 > 0 }),
      let high = counts.lastIndex(where: { $0 > 0 })
    else { return }
    counts = Array(counts[low...high])
    first += low
  }

  /// Bins 2k and 2k + 1 become bin k, on both sides of zero.
  private mutating func doubleWidth() {
    var halved = [Int](repeating: 0, count: ((first + counts.count - 1) >> 1) - (first >> 1) + 1)
    for (bin, count) in counts.enumerated() { halved[((first + bin) >> 1) - (first >> 1)] += count }
    counts = halved
    first >>= 1
    widthExponent += 1
  }
}
