extension Panels {
  /// Fills with ones: the cotangent of a sum over all entries.
  package func fillOnes() {
    base.update(repeating: 1, count: count)
  }

  /// The pullback of an elementwise function: this becomes, or where `adding` gains, (`cotangent`·factor) ⊙
  /// derivative.
  ///
  /// - Parameters:
  ///   - cotangent: May be this itself where it does not add.
  ///   - derivative: `nil` stands for ones.
  package func pullBack(
    _ cotangent: Panels, factor: Float, derivative: Panels?, adding: Bool
  ) {
    precondition(cotangent.features == features && cotangent.widths == widths)
    let groups = count / Panels.lanes
    let (x, y) = (base.groups, cotangent.base.groups)
    guard let derivative else {
      if adding {
        for i in 0..<groups { x[i] += y[i] * factor }
      } else {
        for i in 0..<groups { x[i] = y[i] * factor }
      }
      return
    }
    precondition(derivative.features == features && derivative.widths == widths)
    let d = derivative.base.groups
    switch (adding, factor == 1) {
    case (false, true): for i in 0..<groups { x[i] = y[i] * d[i] }
    case (false, false): for i in 0..<groups { x[i] = y[i] * factor * d[i] }
    case (true, true): for i in 0..<groups { x[i] += y[i] * d[i] }
    case (true, false): for i in 0..<groups { x[i] += y[i] * factor * d[i] }
    }
  }

  /// Brings each column whose largest entry left 2⁻⁴⁰ … 2⁴⁰ back to 1, in all of `parts` together, and adds
  /// the power of two that was taken out to the column's exponent.
  ///
  /// Scaling by a power of two is exact, so with no end to the exponent a gradient neither underflows
  /// nor overflows, and where neither would have happened the result has the same bits as without.
  package static func normalize(_ parts: [Panels], exponents: inout [Int]) {
    for part in parts { precondition(part.columns == exponents.count) }
    parts[0].forEachPanel { _, column, width in
      for lane in stride(from: 0, to: width, by: Panels.lanes) {
        let first = column + lane
        var largest = SIMD16<UInt32>(repeating: 0)
        for part in parts { part.gather(first, width, &largest) }
        guard let scale = normalizer(largest, &exponents, first) else { continue }
        for part in parts {
          let group = part.group(first, width)
          for feature in 0..<part.features { (group + feature * width).groups[0] *= scale }
        }
      }
    }
  }

  /// The first entries of the group of lanes that begins with a column, in a panel of this width.
  private func group(_ column: Int, _ width: Int) -> UnsafeMutablePointer<Float> {
    let start = panel(ofColumn: column).start
    return base + Panels.padded(features) * start + (column - start)
  }

  /// The largest magnitudes of a group of lanes, as bits.
  private func gather(_ column: Int, _ width: Int, _ largest: inout SIMD16<UInt32>) {
    let group = group(column, width)
    for feature in 0..<features {
      let bits = unsafeBitCast((group + feature * width).groups[0], to: SIMD16<UInt32>.self)
      let magnitude = bits & 0x7fff_ffff
      largest.replace(with: magnitude, where: magnitude .> largest)
    }
  }

  /// The powers of two that bring a group of columns back to 1; `nil` where all are in range.
  private static func normalizer(
    _ largest: SIMD16<UInt32>, _ exponents: inout [Int], _ column: Int
  ) -> LaneGroup? {
    var scale: LaneGroup?
    for lane in 0..<Panels.lanes {
      let value = Float(bitPattern: largest[lane])
      guard value.isFinite, value != 0, !(0x1p-40...0x1p40).contains(value) else { continue }
      scale = scale ?? LaneGroup(repeating: 1)
      // Subnormal values would need a factor beyond Float's range; the rest follows at the next layer.
      let exponent = max(Int(value.exponent), -126)
      scale![lane] = Float(sign: .plus, exponent: -exponent, significand: 1)
      exponents[column + lane] += exponent
    }
    return scale
  }
}
