/// What a walk up a stack found, for the way down.
struct Ascent {
  /// Of the input and each layer.
  private(set) var signals: [MeanFieldSignal]
  /// What each layer does to a cotangent.
  private(set) var maps: [CotangentMap] = []
  /// The panels that each layer's Gaussians need.
  private(set) var marks: [[Int: PanelMarks]] = []
  /// How products of two rows scatter, of the input and each layer, where that is followed.
  private(set) var overlaps: [RowOverlap] = []
  /// The rows of the layer added last.
  private var lastRows: LayerRows?

  /// At the input of a stack of this many layers.
  init(_ input: MeanFieldSignal, depth: Int) {
    signals = [input]
    // Lists that grow by doubling are there twice each time.
    signals.reserveCapacity(depth + 1)
    maps.reserveCapacity(depth)
    marks.reserveCapacity(depth)
    overlaps.reserveCapacity(depth + 1)
  }

  /// The input of a layer, 1…depth, in the unit of its output.
  ///
  /// - Parameter batch: Its rows; a single one has all in common with itself.
  func input(ofLayer layer: Int, batch: Int) -> ScaledSignal {
    var input = signals[layer - 1]
    input.changeUnit(by: signals[layer].unit - input.unit)
    if batch == 1 { input.dissimilarity = 0.0 }
    return input.scaled
  }

  /// Adds the layer that was applied last.
  mutating func append(_ field: MeanField) {
    signals.append(field.signal)
    maps.append(field.map)
    marks.append(field.marks)
  }

  /// Appends the overlap of the layer that was added last.
  mutating func followOverlap(_ stack: LayerStack, batch: Int) {
    let layer = maps.count
    if layer == 1 {
      overlaps = [RowOverlap(of: signals[0].scaled, width: stack.graph(ofLayer: 1).widths[0])]
    }
    lastRows = LayerRows(stack, layer, self, WeightGradient(batch: batch), near: lastRows)
    overlaps.append(
      lastRows?.overlap(above: overlaps[layer - 1], output: signals[layer].scaled) ?? RowOverlap())
  }
}
