extension Panels {
  /// Writes the first `count` columns as features of `target`, from `firstFeature` on: column c becomes the
  /// row firstFeature + c of a matrix whose columns are this one's features.
  ///
  /// Several threads may write different rows of one target.
  package func transpose(count: Int, into target: Panels, firstFeature: Int) {
    precondition(count <= columns && firstFeature + count <= target.features)
    precondition(target.columns >= features)
    target.forEachPanel { panel, firstColumn, width in
      for unit in firstColumn..<Swift.min(firstColumn + width, features) {
        forEachPanel { source, column, sourceWidth in
          let row = source + unit * sourceWidth
          for lane in 0..<Swift.max(0, Swift.min(sourceWidth, count - column)) {
            panel[(firstFeature + column + lane) * width + unit - firstColumn] = row[lane]
          }
        }
      }
    }
  }
}

extension PackedMatrix {
  /// Sets the columns from `first` on to the first `count` columns of `panels`, each times its entry of
  /// `scales`. Columns that are not set are zero.
  ///
  /// Several threads may set different columns.
  package func pack(_ panels: Panels, count: Int, at first: Int, scales: [Float]) {
    precondition(panels.features == rows && first + count <= columns && scales.count >= count)
    panels.forEachPanel { source, column, width in
      for lane in 0..<Swift.max(0, Swift.min(width, count - column)) {
        let place = first + column + lane
        let slice = place / Blocks.steps * Blocks.steps
        for row in Swift.stride(from: 0, to: rows, by: 8) {
          let target = micropanel(row, slice) + (place - slice) * 8
          for index in row..<Swift.min(row + 8, rows) {
            target[index - row] = source[index * width + lane] * scales[column + lane]
          }
        }
      }
    }
  }
}

extension Panels {
  /// A copy of one panel.
  package func panel(_ number: Int, in pool: Pool) -> Panels {
    let result = Panels(features: features, widths: [widths[number]], pool: pool)
    let start = widths[..<number].reduce(0, +)
    result.base.update(from: base + Panels.padded(features) * start, count: result.count)
    return result
  }
}
