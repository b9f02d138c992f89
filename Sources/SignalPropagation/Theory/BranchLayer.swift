import Kernels

/// A layer h' = φ(W h + b) or h' = h + S φ(W h + b), with one function φ of the pre-activation.
///
/// The theory of these has closed forms and figures to the last digits, and of these alone: fixed points,
/// the edge of chaos.
struct BranchLayer {
  let function: PointwiseFunction
  let block: ResidualBlock
  let weights: WeightScale
  /// The variance of the bias.
  let bias: WideDouble
  /// fan_in/fan_out.
  let narrowing: Double

  /// Recognises such a layer by its operations; `nil` where it is another one.
  init?(_ graph: LayerGraph) {
    guard graph.matrices.count == 1, graph.nodes.count > 1,
      case .linear(_, 0) = graph.nodes[1], graph.matrices[0].distribution.mean == 0
    else { return nil }
    // Anything else behind the matrix is no function of it.
    var (output, block) = (graph.output, ResidualBlock(skip: nil))
    if case .binary(let sign, let u, let v) = graph.nodes[output], u == 0 || v == 0 {
      guard u != v, sign == .add || (sign == .subtract && u == 0) else { return nil }
      output = max(u, v)
      block = ResidualBlock(skip: sign == .add ? 1 : -1)
      if case .scalar(.multiply(let factor), let inner) = graph.nodes[output] {
        block.branch *= factor
        output = inner
      }
    }
    guard output > 0, let steps = graph.pointwiseSteps(to: output) else { return nil }
    function = PointwiseFunction(steps: steps)
    self.block = block
    weights = graph.matrices[0].weightScale
    narrowing = Double(graph.matrices[0].fanIn) / Double(graph.matrices[0].fanOut)
    let deviation = WideDouble(graph.matrices[0].biasStd ?? 0)
    bias = deviation * deviation
  }
}

extension LayerGraph {
  /// The operations from node 1 to `output`; `nil` where one is not elementwise or takes another value.
  fileprivate func pointwiseSteps(to output: Int) -> [PointwiseFunction.Step]? {
    var needed: Set<Int> = [output]
    for index in (2..<max(output + 1, 2)).reversed() where needed.contains(index) {
      guard nodes[index].isElementwise else { return nil }
      needed.formUnion(nodes[index].operands)
    }
    guard !needed.contains(0) else { return nil }
    var places: [Int: Int] = [1: 0]
    var steps: [PointwiseFunction.Step] = []
    for index in needed.sorted() where index > 1 {
      switch nodes[index] {
      case .function(let function, let u): steps.append(.function(function, places[u]!))
      case .scalar(let operation, let u): steps.append(.scalar(operation, places[u]!))
      case .binary(let sign, let u, let v): steps.append(.binary(sign, places[u]!, places[v]!))
      case .input, .stackInput, .linear, .normalization: return nil
      }
      places[index] = steps.count
    }
    // φ(z) = z.
    return steps.isEmpty ? [.function(Activation(.identity), 0)] : steps
  }
}
