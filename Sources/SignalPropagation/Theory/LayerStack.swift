import Kernels

/// A stack of layers as the theory sees it.
package struct LayerStack {
  /// The number of layers.
  package var depth: Int
  /// The gain operand, `g`.
  package var gain: Double
  /// The standard deviation of the input.
  package var inputStd: Double
  /// The cosine between two rows of the input.
  package var inputSimilarity: Double
  /// The loss whose gradient is predicted.
  package var loss: Loss
  /// Whether all layers are alike.
  package var isUniform: Bool
  /// The layer of a number, 1…depth, at a gain.
  package var graph: (_ layer: Int, _ gain: Double) -> LayerGraph

  /// The stack with another gain.
  package func with(gain: Double) -> LayerStack {
    var copy = self
    copy.gain = gain
    return copy
  }

  /// The layer of a number at the stack's gain.
  func graph(ofLayer layer: Int) -> LayerGraph { graph(layer, gain) }
}

extension LayerStack {
  /// The stack of a layer in a shape.
  ///
  /// - Parameters:
  ///   - skip: S where a formula stands for h + S·formula.
  ///   - settings: Numbers of the user's own, by name.
  /// - Throws: What is wrong with the layer in this stack.
  package init(
    _ layer: Layer, gain: Double, shape: Experiment.Shape, initializer: Initializer = .xavierNormal,
    skip: Double? = nil, settings: [Setting] = [], inputStd: Double = 1,
    inputSimilarity: Double = 0, loss: Loss = .sum
  ) throws(LayerError) {
    let depth = shape.depth
    @Sendable func graph(_ number: Int, _ gain: Double) throws(LayerError) -> LayerGraph {
      let context = LayerContext(
        layer: number, depth: depth, fanIn: shape.width(ofLayer: number - 1),
        fanOut: shape.width(ofLayer: number), inputSize: shape.width(ofLayer: 0), gain: gain,
        initializer: initializer, settings: settings)
      return try layer.graph(for: context, skip: skip)
    }
    var isUniform = !layer.mentions("l")
    if case .widths(let widths) = shape, Set(widths).count > 1 { isUniform = false }
    for number in isUniform ? 1...1 : 1...depth { _ = try graph(number, gain) }
    self.init(
      depth: depth, gain: gain, inputStd: inputStd, inputSimilarity: inputSimilarity, loss: loss,
      isUniform: isUniform
    ) { number, gain in
      // A gain that a search tries may make no sense, as in `W(h, gain=2 - g)`: such a layer gives back its
      // input, and the search goes on.
      (try? graph(number, gain)) ?? LayerGraph(passing: shape.width(ofLayer: number - 1))
    }
  }
}

extension Experiment {
  /// What the theory sees of it.
  package var stack: LayerStack {
    guard
      let stack = try? LayerStack(
        layer, gain: gain, shape: shape, initializer: initializer, skip: skip, settings: settings,
        inputStd: inputStd, inputSimilarity: inputSimilarity, loss: loss)
    else { preconditionFailure("an experiment whose layer is wrong has no network and no theory") }
    return stack
  }
}
