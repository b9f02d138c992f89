/// Sixteen doubles, one for each column of a group.
private typealias Doubles = InlineArray<16, Double>

extension Panels {
  /// Normalises each column over its features: `result` becomes (v − mean)·r or v·r, see `Normalization`.
  ///
  /// The sums are in double precision in the order of the features.
  ///
  /// - Parameter result: May be this itself.
  /// - Returns: r of each column.
  package func normalize(_ kind: Normalization, into result: Panels) -> [Float] {
    precondition(result.features == features && result.widths == widths)
    var reciprocals: [Float] = []
    reciprocals.reserveCapacity(columns)
    forEachLaneGroup { offset, stride in
      let v = base.groups + offset
      let y = result.base.groups + offset
      let mean = kind.centres ? meanOfGroup(v, stride) : LaneGroup.zero
      let squares = sumOfProducts(v, v, stride, minus: mean)
      var scale = LaneGroup.zero
      for lane in 0..<Panels.lanes {
        scale[lane] = Float(1 / (squares[lane] / Double(features) + kind.epsilon).squareRoot())
        reciprocals.append(scale[lane])
      }
      if kind.centres {
        for i in 0..<features { y[i * stride] = (v[i * stride] - mean) * scale }
      } else {
        for i in 0..<features { y[i * stride] = v[i * stride] * scale }
      }
    }
    return reciprocals
  }

  /// The pullback of `normalize`: this becomes, or where `adding` gains, (ȳ − mean(ȳ) − y·mean(y ȳ))·r, the
  /// middle term only where the mean was taken out.
  ///
  /// - Parameters:
  ///   - cotangent: ȳ; may be this itself where it does not add.
  ///   - y: What `normalize` gave.
  ///   - reciprocals: r of each column.
  package func pullBack(
    _ kind: Normalization, _ cotangent: Panels, normalized y: Panels, reciprocals: [Float],
    adding: Bool
  ) {
    precondition(cotangent.features == features && cotangent.widths == widths)
    precondition(y.features == features && y.widths == widths && reciprocals.count == columns)
    var column = 0
    forEachLaneGroup { offset, stride in
      let (x, c, y) = (
        base.groups + offset, cotangent.base.groups + offset, y.base.groups + offset
      )
      let mean = kind.centres ? meanOfGroup(c, stride) : LaneGroup.zero
      let products = sumOfProducts(c, y, stride, minus: .zero)
      var (along, scale) = (LaneGroup.zero, LaneGroup.zero)
      for lane in 0..<Panels.lanes {
        along[lane] = Float(products[lane] / Double(features))
        scale[lane] = reciprocals[column + lane]
      }
      column += Panels.lanes
      if adding {
        for i in 0..<features {
          x[i * stride] += (c[i * stride] - mean - y[i * stride] * along) * scale
        }
      } else {
        for i in 0..<features {
          x[i * stride] = (c[i * stride] - mean - y[i * stride] * along) * scale
        }
      }
    }
  }

  /// Calls `body` with the first group of 16 columns of each strip, and the groups from one feature to the
  /// next.
  @inline(__always)
  private func forEachLaneGroup(_ body: (_ offset: Int, _ stride: Int) -> Void) {
    forEachPanel { _, column, width in
      for lane in Swift.stride(from: 0, to: width, by: Panels.lanes) {
        body(
          (Panels.padded(features) * column + lane) / Panels.lanes, width / Panels.lanes)
      }
    }
  }

  private func meanOfGroup(_ v: UnsafePointer<LaneGroup>, _ stride: Int) -> LaneGroup {
    var sums = Doubles(repeating: 0)
    for i in 0..<features {
      let row = v[i * stride]
      for lane in 0..<Panels.lanes { sums[lane] += Double(row[lane]) }
    }
    var mean = LaneGroup.zero
    for lane in 0..<Panels.lanes { mean[lane] = Float(sums[lane] / Double(features)) }
    return mean
  }

  /// Σ (a − shift)(b − shift) over the features.
  private func sumOfProducts(
    _ a: UnsafePointer<LaneGroup>, _ b: UnsafePointer<LaneGroup>, _ stride: Int,
    minus shift: LaneGroup
  ) -> Doubles {
    var sums = Doubles(repeating: 0)
    for i in 0..<features {
      let (x, y) = (a[i * stride] - shift, b[i * stride] - shift)
      for lane in 0..<Panels.lanes { sums[lane] += Double(x[lane]) * Double(y[lane]) }
    }
    return sums
  }
}
