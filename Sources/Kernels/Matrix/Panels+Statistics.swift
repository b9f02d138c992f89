/// The figures of one column, that is of one row of the batch, summed in the order of the features.
///
/// Columns are summarised one by one and merged in their order, so no figure depends on how the batch
/// was cut into panels, slices or threads.
package struct ColumnSummary: Equatable, Sendable {
  /// The mean over the features.
  package var mean = 0.0
  /// Σ(h − mean)² over the features.
  package var squaredDeviations = 0.0
  /// The largest |h|; NaN if any entry is.
  package var largest: Float = 0

  /// The summary of a column of zeros.
  package init() {}
}

/// Sixteen lanes of doubles, one per column of a group.
private typealias Doubles = InlineArray<16, Double>

extension Panels {
  /// Summarises each of the first `count` columns.
  package func summaries(count: Int) -> [ColumnSummary] {
    precondition(count <= columns)
    var summaries: [ColumnSummary] = []
    summaries.reserveCapacity(columns)
    forEachGroup(count) { group, _, width in summaries += summarize(group, width) }
    summaries.removeSubrange(count...)
    return summaries
  }

  /// How many entries of each of the first `count` columns are below `threshold` in magnitude.
  package func countBelow(_ threshold: Float, count: Int) -> [Int] {
    precondition(count <= columns)
    var result: [Int] = []
    forEachGroup(count) { group, _, width in
      let counts = countSmall(group, width, threshold)
      for lane in 0..<Panels.lanes { result.append(Int(counts[lane])) }
    }
    result.removeSubrange(count...)
    return result
  }

  /// Σ|c| of each of the first `count` columns.
  package func absoluteSums(count: Int) -> [Double] {
    precondition(count <= columns)
    var result: [Double] = []
    forEachGroup(count) { group, _, width in
      var sums = Doubles(repeating: 0)
      for feature in 0..<features {
        let row = group + feature * width
        for lane in 0..<Panels.lanes { sums[lane] += Double(row[lane].magnitude) }
      }
      for lane in 0..<Panels.lanes { result.append(sums[lane]) }
    }
    result.removeSubrange(count...)
    return result
  }

  /// Adds the columns, each scaled to unit length, to `sums`, one entry per feature.
  ///
  /// The sum is in units of 2⁻⁴⁰ and so exact: its value does not depend on the order of the columns.
  /// Columns that are zero add nothing, as in `torch.nn.functional.cosine_similarity`.
  ///
  /// - Parameter norms: The length of each column; all finite.
  package func addUnitColumns(norms: [Double], to sums: inout [Int64]) {
    precondition(norms.count <= columns && sums.count == features)
    forEachGroup(norms.count) { group, column, width in
      var inverse = Doubles(repeating: 0)
      let valid = min(Panels.lanes, norms.count - column)
      for lane in 0..<valid {
        precondition(norms[column + lane].isFinite)
        inverse[lane] = norms[column + lane] > 0 ? 1 / norms[column + lane] : 0
      }
      for feature in 0..<features {
        let row = group + feature * width
        var sum = 0.0
        for lane in 0..<valid { sum += Double(row[lane]) * inverse[lane] }
        sums[feature] += Int64(sum * Panels.unitScale)
      }
    }
  }

  /// Units of `addUnitColumns` in 1.
  package static let unitScale = 0x1p40

  private func summarize(_ group: UnsafePointer<Float>, _ width: Int) -> [ColumnSummary] {
    var sums = Doubles(repeating: 0)
    var largest = InlineArray<16, UInt32>(repeating: 0)
    for feature in 0..<features {
      let row = group + feature * width
      for lane in 0..<Panels.lanes {
        sums[lane] += Double(row[lane])
        largest[lane] = max(largest[lane], row[lane].magnitude.bitPattern)
      }
    }
    var means = Doubles(repeating: 0)
    for lane in 0..<Panels.lanes { means[lane] = sums[lane] / Double(features) }
    var squares = Doubles(repeating: 0)
    for feature in 0..<features {
      let row = group + feature * width
      for lane in 0..<Panels.lanes {
        let deviation = Double(row[lane]) - means[lane]
        squares[lane] += deviation * deviation
      }
    }
    return (0..<Panels.lanes).map { lane in
      var summary = ColumnSummary()
      summary.mean = means[lane]
      summary.squaredDeviations = squares[lane]
      summary.largest = Float(bitPattern: largest[lane])
      return summary
    }
  }

  private func countSmall(_ group: UnsafePointer<Float>, _ width: Int, _ threshold: Float)
    -> InlineArray<16, Int32>
  {
    var counts = InlineArray<16, Int32>(repeating: 0)
    for feature in 0..<features {
      let row = group + feature * width
      for lane in 0..<Panels.lanes { counts[lane] &+= row[lane].magnitude < threshold ? 1 : 0 }
    }
    return counts
  }
}
