typealias LaneGroup = SIMD16<Float>

extension UnsafeMutablePointer<Float> {
  /// The storage as groups of 16 lanes.
  var groups: UnsafeMutablePointer<LaneGroup> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: LaneGroup.self)
  }
}

extension Panels {
  /// Sets each column to the same numbers, one for each feature: what a product with a bias begins with.
  package func fill(columns values: [Float]) {
    precondition(values.count == features)
    forEachPanel { panel, _, width in
      let row = panel.groups
      let groups = width / Panels.lanes
      for feature in 0..<Panels.padded(features) {
        let value = LaneGroup(repeating: feature < features ? values[feature] : 0)
        for group in 0..<groups { row[feature * groups + group] = value }
      }
    }
  }

  /// Sets every entry to that of `source`.
  package func copy(_ source: Panels) {
    precondition(source.features == features && source.widths == widths)
    base.update(from: source.base, count: count)
  }
}
