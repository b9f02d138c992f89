import SignalPropagation

extension Note {
  /// What a layer is taken for that is not to be seen in its expression.
  ///
  /// - Parameter asked: The loss that was asked for; `nil` where that is up to the layer.
  static func layer(of experiment: Experiment, asked: Loss?) -> String {
    layers(of: [experiment], asked: asked)
  }

  /// The same for the points of a sweep, each thing said once.
  static func layers(of points: [Experiment], asked: Loss?) -> String {
    var isRandom: [Layer: Bool] = [:]
    var shapes: Set<LayerShape> = []
    var rounded: [String] = []
    for point in points where point.layer.activation == nil || isRandom[point.layer] == nil {
      isRandom[point.layer] = asked == nil && point.gradients && point.loss == .random
      // What a width is rounded to may depend on the gain, too; one example serves.
      guard shapes.insert(LayerShape(layer: point.layer, shape: point.shape)).inserted else {
        continue
      }
      for width in (try? Network(point))?.roundedWidths ?? [] where !rounded.contains(width) {
        rounded.append(width)
      }
    }
    let lines =
      [lossLine(isRandom.values.count { $0 }, of: isRandom.count)].compactMap(\.self)
      + rounded.map { "out=\($0) units are rounded down" }
    return lines.map { "Note: \($0).\n" }.joined()
  }

  /// `nil` where no layer normalises.
  private static func lossLine(_ normalizing: Int, of count: Int) -> String? {
    let (who, whose) =
      switch (normalizing, count) {
      case (_, 1): ("the layer normalises", "grad")
      case (1, _): ("1 of \(count) layers normalises", "its grad")
      default: ("\(normalizing) of \(count) layers normalise", "their grad")
      }
    return normalizing == 0
      ? nil : "\(who), so \(whose) is of a random readout; '--loss sum' asks for the sum"
  }
}

/// What the widths of a layer's matrices depend on.
private struct LayerShape: Hashable {
  let layer: Layer
  let shape: Experiment.Shape
}
