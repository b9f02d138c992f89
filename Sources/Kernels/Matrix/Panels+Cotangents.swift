extension Panels {
  /// Fills with ones: the cotangent of a sum over all entries.
  package func fillOnes() {
    base.update(repeating: 1, count: count)
  }

  /// c ← c ⊙ φ′, the pullback of an elementwise function.
  package func multiply(byDerivative derivative: Panels) {
    precondition(derivative.features == features && derivative.widths == widths)
    let (c, d) = (base.groups, derivative.base.groups)
    for i in 0..<(count / Panels.lanes) { c[i] *= d[i] }
  }

  /// Sets every entry to `scale` times that of `source`.
  package func set(to scale: Float, times source: Panels) {
    precondition(source.features == features && source.widths == widths)
    let (c, s) = (base.groups, source.base.groups)
    for i in 0..<(count / Panels.lanes) { c[i] = s[i] * scale }
  }

  /// Brings each column whose largest entry left 2⁻⁴⁰ … 2⁴⁰ back to 1, and adds the power of two that
  /// was taken out to the column's exponent.
  ///
  /// Scaling by a power of two is exact, so with no end to the exponent a gradient neither underflows
  /// nor overflows, and where neither would have happened the result has the same bits as without.
  package func normalize(exponents: inout [Int]) {
    precondition(exponents.count == columns)
    forEachPanel { panel, column, width in
      for lane in stride(from: 0, to: width, by: Panels.lanes) {
        guard let scale = normalizer(panel + lane, width, &exponents, column + lane) else {
          continue
        }
        for feature in 0..<features { (panel + lane + feature * width).groups[0] *= scale }
      }
    }
  }

  /// The powers of two that bring a group of columns back to 1; `nil` where all are in range.
  private func normalizer(
    _ group: UnsafeMutablePointer<Float>, _ width: Int, _ exponents: inout [Int], _ column: Int
  ) -> LaneGroup? {
    var largest = SIMD16<UInt32>(repeating: 0)
    for feature in 0..<features {
      let bits = unsafeBitCast((group + feature * width).groups[0], to: SIMD16<UInt32>.self)
      let magnitude = bits & 0x7fff_ffff
      largest.replace(with: magnitude, where: magnitude .> largest)
    }
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
