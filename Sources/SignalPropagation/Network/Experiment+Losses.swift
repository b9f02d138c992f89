extension Experiment {
  /// The last reported layer; 0 where none is.
  var lastReport: Int {
    switch reports {
    case .every(let step): 1 + (shape.depth - 1) / step * step
    case .layers(let layers): layers.last { $0 <= shape.depth } ?? 0
    }
  }

  /// How many layers are reported, without listing them.
  package var reportCount: Int {
    switch reports {
    case .every(let step): (shape.depth - 1) / step + 1
    case .layers(let layers): layers.count { $0 <= shape.depth }
    }
  }

  /// The last layer that is run: the last report, but where the loss is at the end of the stack.
  var lastLayer: Int { gradients && backward == .last ? shape.depth : max(lastReport, 1) }

  /// The layers at which there are losses, ascending.
  var lossLayers: [Int] {
    guard gradients else { return [] }
    return backward == .each ? reportedLayers : [shape.depth]
  }

  /// How many losses there are, without listing them.
  var lossCount: Int {
    guard gradients else { return 0 }
    return backward == .each ? reportCount : 1
  }

  /// Σ of the layers at which there are losses: each has a backward pass through all layers below it.
  var layersBelowLosses: Double {
    guard gradients else { return 0 }
    guard backward == .each else { return Double(shape.depth) }
    switch reports {
    case .every(let step):
      let count = Double(reportCount)
      return count + Double(step) * count * (count - 1) / 2
    case .layers: return reportedLayers.reduce(0) { $0 + Double($1) }
    }
  }

  /// What the forward pass is for.
  var purpose: LayerProgram.Purpose {
    guard gradients else { return .output }
    return backward == .each ? .gradient : .weightGradient
  }
}
