/// Counts of entries on a grid that fits them: 512 bins to each side of zero, together −2^exponent …
/// 2^exponent.
///
/// Bins hold the edge that is farther from zero, and the first one above zero holds zero as well. So a
/// grid of twice the width has pairs of these bins, whatever the exponents, and grids of different slices
/// add up exactly.
package struct GridCounts: Equatable, Sendable {
  /// The smallest with which the grid holds every finite entry.
  package var exponent: Int
  /// From the most negative to the most positive bin.
  package var counts: [Int]

  /// Bins to each side of zero.
  package static let binsPerSide = 512
  /// Their binary logarithm.
  package static let bitsPerSide = 9
}

/// All bits of the largest finite float.
private let largestFinite: UInt32 = 0x7f7f_ffff

extension Panels {
  /// Counts the finite entries of the first `count` columns; `nil` where there is none.
  package func histogram(count: Int) -> GridCounts? {
    precondition(count <= columns)
    guard let largest = largestFiniteMagnitude(count: count) else { return nil }
    // Below 2⁻¹⁰⁰ entries are taken times 2²⁴, which is exact, so that subnormal ones become normal.
    let lift = largest < 0x1p-100 ? 24 : 0
    let lifted = largest * Float(sign: .plus, exponent: lift, significand: 1)
    let exponent =
      lifted == 0 ? -125 : Int(lifted.exponent) + (lifted.significand == 1 ? 0 : 1)
    return GridCounts(
      exponent: exponent - lift, counts: gridCounts(count, lift: lift, exponent: exponent))
  }

  private func largestFiniteMagnitude(count: Int) -> Float? {
    // One more than the bits, so that zero differs from nothing.
    var largest = InlineArray<16, UInt32>(repeating: 0)
    forEachGroup(count) { group, column, width in
      let valid = count - column
      for feature in 0..<features {
        let row = group + feature * width
        for lane in 0..<Panels.lanes {
          let magnitude = row[lane].magnitude.bitPattern
          let isCounted = lane < valid && magnitude <= largestFinite
          largest[lane] = max(largest[lane], isCounted ? magnitude &+ 1 : 0)
        }
      }
    }
    let most = (0..<Panels.lanes).map { largest[$0] }.max()!
    return most == 0 ? nil : Float(bitPattern: most - 1)
  }

  private func gridCounts(_ count: Int, lift: Int, exponent: Int) -> [Int] {
    let scale = Float(sign: .plus, exponent: lift, significand: 1)
    let bins = 2 * GridCounts.binsPerSide
    // Neighbours are often in the same bin: in turn, four counters wait less for each other. What is not
    // to be counted has a bin of its own.
    let stride = bins + 1
    var counters = [UInt32](repeating: 0, count: 4 * stride)
    counters.withUnsafeMutableBufferPointer { counters in
      let counters = counters.baseAddress!
      var bin = InlineArray<16, UInt32>(repeating: 0)
      forEachGroup(count) { group, column, width in
        let valid = count - column
        for feature in 0..<features {
          let row = group + feature * width
          for lane in 0..<Panels.lanes {
            let found = GridCounts.bin(of: row[lane] * scale, exponent: exponent)
            bin[lane] = lane < valid ? found : UInt32(bins)
          }
          for lane in 0..<Panels.lanes { counters[(lane & 3) * stride + Int(bin[lane])] &+= 1 }
        }
      }
    }
    return (0..<bins).map { bin in (0..<4).reduce(0) { $0 + Int(counters[$1 * stride + bin]) } }
  }
}

extension GridCounts {
  /// The bin of an entry; one beyond the last where it is not finite. `exponent` is at least −100 where the
  /// entry may be subnormal.
  ///
  /// That of x ≠ 0 is ⌈|x|/w⌉ − 1 = ⌊x′/w⌋ bins away from zero, where x′ is the float before |x| towards
  /// zero. With x′ = significand·2^(its exponent − 23) and w = 2^(exponent − 9) that is a shift.
  @inline(__always)
  fileprivate static func bin(of entry: Float, exponent: Int) -> UInt32 {
    let magnitude = entry.magnitude.bitPattern
    let before = magnitude == 0 ? 0 : magnitude &- 1
    let significand = before == 0 ? 0 : (before & 0x7f_ffff) | 0x80_0000
    let shift = UInt32(truncatingIfNeeded: exponent + 127 + 23 - bitsPerSide) &- (before &>> 23)
    let away = significand &>> min(shift, 31)
    let sides = UInt32(binsPerSide)
    let bin = entry < 0 ? sides &- 1 &- away : sides &+ away
    return magnitude <= largestFinite ? bin : 2 * sides
  }
}
