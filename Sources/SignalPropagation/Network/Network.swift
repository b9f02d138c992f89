/// The operations of a stack, in the order in which they run. A value is known by the index of the
/// operation that made it.
///
/// A plain layer is `linear` and `activation`; a residual one adds `residual`. A new kind of layer is a
/// new order of operations, and a new operation is one more case here and in `Tape`.
struct Network {
  /// One operation and where its operands come from.
  enum Operation: Equatable {
    /// The batch.
    case input
    /// z = W h, with the weights of a layer, 1…depth.
    case linear(layer: Int, Int)
    /// h = φ(z). It takes over the storage of z for φ′(z), so z must have no other use.
    case activation(Int)
    /// h + S·b. It takes over the storage of b, so b must have no other use.
    case residual(Int, branch: Int)
  }

  private(set) var operations: [Operation] = [.input]
  /// For each layer, 0…depth, the operation that makes its output.
  private(set) var outputs = [0]
  /// For each operation, the layer whose output it makes.
  private(set) var layer: [Int?] = [0]

  /// A stack of `depth` layers.
  init(depth: Int, isResidual: Bool) {
    for number in 1...depth {
      let input = outputs[number - 1]
      var output = append(.activation(append(.linear(layer: number, input))))
      if isResidual { output = append(.residual(input, branch: output)) }
      outputs.append(output)
      layer[output] = number
    }
  }

  private mutating func append(_ operation: Operation) -> Int {
    operations.append(operation)
    layer.append(nil)
    return operations.count - 1
  }
}
