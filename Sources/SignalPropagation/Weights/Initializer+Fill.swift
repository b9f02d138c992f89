import Kernels

extension Initializer {
  /// Draws `weights`, fan_out × fan_in, row-major, as the initialiser alone would.
  ///
  /// The numbers and the draws are those of the PyTorch function named at each case, called with this gain.
  package func fill(
    _ weights: inout [Float], fanOut: Int, fanIn: Int, gain: Double, generator: inout Generator
  ) {
    precondition(weights.count == fanOut * fanIn, "weights are fan_out × fan_in")
    let distribution = distribution(fanIn: fanIn, fanOut: fanOut, gain: gain)
    distribution.fill(&weights, generator: &generator, workspace: Workspace())
  }

  /// The draws that `fill` takes; `nil` where that depends on what is drawn (`truncNormal` and the
  /// truncated `varianceScaling`) or, below 16 weights, on the normal number that the generator may have
  /// kept.
  package func drawCount(fanOut: Int, fanIn: Int) -> Int? {
    distribution(fanIn: fanIn, fanOut: fanOut, gain: 1).drawCount(fanOut * fanIn)
  }
}

extension Initializer {
  /// Draws the weights of a layer as the forum's snippet does: a `torch.nn.Linear`, which draws weights and,
  /// where it has one, a bias of its own, and then the initialiser, which overwrites the weights.
  ///
  /// The draws of `nn.Linear` are thrown away here, once for each layer, but for `torchLinear`, whose
  /// weights they are. Layers filled one after the other with one generator have PyTorch's numbers; a
  /// layer may be filled apart from the others from a generator that was advanced by the
  /// `layerDrawCount` of those before it.
  package func fillLayer(
    _ weights: inout [Float], fanOut: Int, fanIn: Int, gain: Double, hasBias: Bool = false,
    generator: inout Generator
  ) {
    precondition(weights.count == fanOut * fanIn, "weights are fan_out × fan_in")
    fillLayer(
      &weights, fanOut: fanOut, fanIn: fanIn, gain: gain, hasBias: hasBias, rowsAtOnce: fanOut,
      generator: &generator, workspace: Workspace()
    ) { _, _ in }
  }

  /// The same in parts of whole rows, which stay in a cache between their draw and their use.
  ///
  /// - Parameters:
  ///   - weights: Takes one part after the other; its size is adapted.
  ///   - rowsAtOnce: What is wanted, a multiple of 16; a distribution that needs all weights at once gets them.
  ///   - take: Called with the rows of each part when they are drawn.
  func fillLayer(
    _ weights: inout [Float], fanOut: Int, fanIn: Int, gain: Double, hasBias: Bool,
    rowsAtOnce: Int, generator: inout Generator, workspace: Workspace,
    take: (Range<Int>, [Float]) -> Void
  ) {
    let bias = hasBias ? Generator.drawCount(uniforms: fanOut) : 0
    let distribution = distribution(fanIn: fanIn, fanOut: fanOut, gain: gain)
    if self != .torchLinear {
      generator.discard(Generator.drawCount(uniforms: fanOut * fanIn) + bias)
    }
    var parts = (0..<fanOut).cut(distribution.fillsInParts ? rowsAtOnce : fanOut)
    // Fewer numbers than a block of normal ones would be drawn in another way.
    if parts.count > 1, parts[parts.count - 1].count * fanIn < 16 {
      let last = parts.removeLast()
      parts[parts.count - 1] = parts[parts.count - 1].lowerBound..<last.upperBound
    }
    for rows in parts {
      let count = rows.count * fanIn
      if weights.count != count { weights = Array(repeating: 0, count: count) }
      distribution.fill(&weights, generator: &generator, workspace: workspace)
      take(rows, weights)
    }
    if self == .torchLinear { generator.discard(bias) }
  }

  /// The draws that `fillLayer` takes; `nil` as in `drawCount`.
  package func layerDrawCount(fanOut: Int, fanIn: Int, hasBias: Bool = false) -> Int? {
    let linear =
      (self == .torchLinear ? 0 : Generator.drawCount(uniforms: fanOut * fanIn))
      + (hasBias ? Generator.drawCount(uniforms: fanOut) : 0)
    return drawCount(fanOut: fanOut, fanIn: fanIn).map { $0 + linear }
  }
}
