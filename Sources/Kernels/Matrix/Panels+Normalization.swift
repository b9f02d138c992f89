extension Panels {
  /// Normalises each column over its features: `result` becomes (v − mean)·r or v·r, see `Normalization`.
  ///
  /// - Parameter result: May be this itself.
  /// - Returns: r of each column.
  package func normalize(_ kind: Normalization, into result: Panels) -> [Float] {
    precondition(result.features == features && result.widths == widths)
    var reciprocals = [Float](repeating: 0, count: columns)
    forEachPanel { panel, column, width in
      let y = result.base + Panels.padded(features) * column
      switch width / Panels.lanes {
      case 1: PanelRows<1>(features, panel).normalize(kind, into: y, column, &reciprocals)
      case 2: PanelRows<2>(features, panel).normalize(kind, into: y, column, &reciprocals)
      default: PanelRows<3>(features, panel).normalize(kind, into: y, column, &reciprocals)
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
    forEachPanel { panel, column, width in
      let offset = Panels.padded(features) * column
      let (c, y) = (cotangent.base + offset, y.base + offset)
      switch width / Panels.lanes {
      case 1:
        PanelRows<1>(features, c).pullBack(kind, y, into: panel, column, reciprocals, adding)
      case 2:
        PanelRows<2>(features, c).pullBack(kind, y, into: panel, column, reciprocals, adding)
      default:
        PanelRows<3>(features, c).pullBack(kind, y, into: panel, column, reciprocals, adding)
      }
    }
  }
}

/// The rows of one panel, each of `groups` registers of 16 columns.
private struct PanelRows<let groups: Int> {
  typealias Row = InlineArray<groups, LaneGroup>

  private let features: Int
  private let rows: UnsafeMutablePointer<Row>

  init(_ features: Int, _ panel: UnsafeMutablePointer<Float>) {
    self.features = features
    rows = Self.rows(panel)
  }

  private static func rows(_ panel: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Row> {
    UnsafeMutableRawPointer(panel).assumingMemoryBound(to: Row.self)
  }

  func normalize(
    _ kind: Normalization, into target: UnsafeMutablePointer<Float>, _ column: Int,
    _ reciprocals: inout [Float]
  ) {
    let y = Self.rows(target)
    let mean = kind.centres ? self.mean : Row(repeating: .zero)
    let squares = meanOfProducts(rows, minus: mean)
    var scale = Row(repeating: .zero)
    for group in 0..<groups {
      for lane in 0..<Panels.lanes {
        let r = Float(1 / (squares[group * Panels.lanes + lane] + kind.epsilon).squareRoot())
        scale[group][lane] = r
        reciprocals[column + group * Panels.lanes + lane] = r
      }
    }
    for i in 0..<features {
      for group in 0..<groups { y[i][group] = (rows[i][group] - mean[group]) * scale[group] }
    }
  }

  /// These rows are ȳ.
  func pullBack(
    _ kind: Normalization, _ normalized: UnsafeMutablePointer<Float>,
    into target: UnsafeMutablePointer<Float>, _ column: Int, _ reciprocals: [Float], _ adding: Bool
  ) {
    let (x, y) = (Self.rows(target), Self.rows(normalized))
    let mean = kind.centres ? self.mean : Row(repeating: .zero)
    let products = meanOfProducts(y, minus: Row(repeating: .zero))
    var along = Row(repeating: .zero)
    var scale = Row(repeating: .zero)
    for group in 0..<groups {
      for lane in 0..<Panels.lanes {
        along[group][lane] = Float(products[group * Panels.lanes + lane])
        scale[group][lane] = reciprocals[column + group * Panels.lanes + lane]
      }
    }
    if adding {
      for i in 0..<features {
        for group in 0..<groups {
          x[i][group] += (rows[i][group] - mean[group] - y[i][group] * along[group]) * scale[group]
        }
      }
    } else {
      for i in 0..<features {
        for group in 0..<groups {
          x[i][group] = (rows[i][group] - mean[group] - y[i][group] * along[group]) * scale[group]
        }
      }
    }
  }

  /// Features whose sum is taken in single precision before it joins the others in double precision: so few
  /// that no digit is lost that a float has.
  private static var block: Int { 16 }

  private var mean: Row {
    let means = sums { i, sum in
      for group in 0..<groups { sum[group] += rows[i][group] }
    }
    var mean = Row(repeating: .zero)
    for group in 0..<groups {
      for lane in 0..<Panels.lanes {
        mean[group][lane] = Float(means[group * Panels.lanes + lane])
      }
    }
    return mean
  }

  /// The mean over the features of (a − shift)(b − shift), a being these rows.
  private func meanOfProducts(_ b: UnsafeMutablePointer<Row>, minus shift: Row) -> [Double] {
    sums { i, sum in
      for group in 0..<groups {
        sum[group].addProduct(rows[i][group] - shift[group], b[i][group] - shift[group])
      }
    }
  }

  /// The mean over the features of what `add` adds for each, for every column.
  @inline(__always)
  private func sums(_ add: (_ feature: Int, _ sum: inout Row) -> Void) -> [Double] {
    var totals = [Double](repeating: 0, count: groups * Panels.lanes)
    for start in stride(from: 0, to: features, by: Self.block) {
      var sum = Row(repeating: .zero)
      for i in start..<min(start + Self.block, features) { add(i, &sum) }
      for group in 0..<groups {
        for lane in 0..<Panels.lanes {
          totals[group * Panels.lanes + lane] += Double(sum[group][lane])
        }
      }
    }
    for index in totals.indices { totals[index] /= Double(features) }
    return totals
  }
}
