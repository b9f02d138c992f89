import Arguments

extension Operand {
  /// A seed in the range of `torch.manual_seed`, where a negative one means 2⁶⁴ more.
  func seed() throws(ArgumentError) -> UInt64 {
    if let seed = UInt64(text) { return seed }
    guard let seed = Int64(text) else { throw .value(self, .notASeed) }
    return UInt64(bitPattern: seed)
  }

  /// The layers of a list such as `1,2,5-10`, ascending and distinct, all within `depth`.
  func layers(depth: Int) throws(ArgumentError) -> [Int] {
    var layers: Set<Int> = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let range = try layerRange(item)
      guard range.upperBound <= depth else {
        throw .value(self, .beyondDepth(layer: range.upperBound, depth: depth))
      }
      guard range.count <= Operand.mostLayers - layers.count else {
        throw .value(self, .tooManyLayers(most: Operand.mostLayers))
      }
      layers.formUnion(range)
    }
    return layers.sorted()
  }

  /// A list is kept in memory before its size can be weighed with the rest of the run.
  private static let mostLayers = 1_000_000

  private func layerRange(_ item: Substring) throws(ArgumentError) -> ClosedRange<Int> {
    var ends: [Int] = []
    for end in item.split(separator: "-", omittingEmptySubsequences: false) {
      guard let layer = try? with(end).count() else { throw .value(self, .notLayers) }
      ends.append(layer)
    }
    guard ends.count <= 2, let first = ends.first, let last = ends.last, first <= last else {
      throw .value(self, .notLayers)
    }
    return first...last
  }

  /// The widths of a list such as `784,500,10`: the input, then each layer.
  func widths() throws(ArgumentError) -> [Int] {
    var widths: [Int] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let width = try? with(item).count() else { throw .value(self, .notWidths) }
      widths.append(width)
    }
    guard widths.count >= 2 else { throw .value(self, .notWidths) }
    return widths
  }

  /// `LO:HI`, where either side may be empty.
  func bounds() throws(ArgumentError) -> Bounds {
    func finite(_ text: Substring) -> Double? {
      Double(argument: String(text)).flatMap { $0.isFinite ? $0 : nil }
    }
    let sides = text.split(separator: ":", omittingEmptySubsequences: false)
    guard sides.count == 2,
      let lower = sides[0].isEmpty ? -.infinity : finite(sides[0]),
      let upper = sides[1].isEmpty ? .infinity : finite(sides[1]),
      lower <= upper, upper >= 0
    else { throw .value(self, .notBounds) }
    return Bounds(lower: lower, upper: upper)
  }

  /// `I/N`, I from 1 to N.
  func shard() throws(ArgumentError) -> Shard {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      .map { try? with($0).count() }
    guard parts.count == 2, let index = parts[0], let count = parts[1], index <= count else {
      throw .value(self, .notAShard)
    }
    return Shard(index: index, count: count)
  }
}

/// One of `count` parts of a sweep, counted from 1.
struct Shard: Equatable, Sendable {
  let index: Int
  let count: Int
}
