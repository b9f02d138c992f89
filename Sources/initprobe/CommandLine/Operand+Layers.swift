extension Operand {
  /// The layers of a list such as `1,2,5-10`, ascending and distinct, all within `depth`.
  func layers(depth: Int) throws(ArgumentError) -> [Int] {
    var layers: Set<Int> = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let range = try layerRange(item)
      guard range.upperBound <= depth else {
        throw .value(self, .beyondDepth(layer: range.upperBound, depth: depth))
      }
      guard range.count <= Self.mostLayers - layers.count else {
        throw .value(self, .tooManyLayers(most: Self.mostLayers))
      }
      layers.formUnion(range)
    }
    return layers.sorted()
  }

  /// The widths of a list such as `784,500,10`: the input, then each layer.
  func widths() throws(ArgumentError) -> [Int] {
    var widths: [Int] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let width = try? Operand(name: name, text: String(item)).count() else {
        throw .value(self, .notWidths)
      }
      widths.append(width)
    }
    guard widths.count >= 2 else { throw .value(self, .notWidths) }
    return widths
  }

  /// A list is kept in memory before its size can be weighed with the rest of the run.
  private static var mostLayers: Int { 1_000_000 }

  private func layerRange(_ item: Substring) throws(ArgumentError) -> ClosedRange<Int> {
    var ends: [Int] = []
    for end in item.split(separator: "-", omittingEmptySubsequences: false) {
      guard let layer = try? Operand(name: name, text: String(end)).count() else {
        throw .value(self, .notLayers)
      }
      ends.append(layer)
    }
    guard ends.count <= 2, let first = ends.first, let last = ends.last, first <= last else {
      throw .value(self, .notLayers)
    }
    return first...last
  }
}
