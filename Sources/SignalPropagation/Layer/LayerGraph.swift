import Kernels

/// The operations of one layer of a particular stack, in the order in which they are evaluated.
///
/// A value is known by the index of the node that makes it, which is larger than those of its operands. Two
/// nodes are never equal but for matrices of their own: what is written twice is computed once.
package struct LayerGraph: Equatable, Sendable {
  /// One operation on values, or one of the two inputs of a layer.
  package enum Node: Hashable, Sendable {
    /// h, the output of the layer below.
    case input
    /// x0, the input of the stack.
    case stackInput
    /// z = W u, plus the matrix's bias where it has one.
    case linear(matrix: Int, Int)
    /// Over the units of each row.
    case normalization(Normalization, Int)
    /// φ(u) of each entry.
    case function(Activation, Int)
    /// An entry and a number.
    case scalar(ScalarOperation, Int)
    /// The entries of two values of one width.
    case binary(ElementwiseOperator, Int, Int)

    /// The values that it takes.
    package var operands: [Int] {
      switch self {
      case .input, .stackInput: []
      case .linear(_, let u), .normalization(_, let u), .function(_, let u), .scalar(_, let u): [u]
      case .binary(_, let left, let right): [left, right]
      }
    }

    /// Whether an entry of the result depends on the same entry of the operands alone.
    package var isElementwise: Bool {
      switch self {
      case .function, .scalar, .binary: true
      case .input, .stackInput, .linear, .normalization: false
      }
    }
  }

  /// A weight matrix of the layer, fan_out × fan_in.
  package struct Matrix: Equatable, Sendable {
    /// As it was written: `W`, `W1`, ….
    package let name: String
    package let fanIn: Int
    package let fanOut: Int
    package let initializer: Initializer
    /// Multiplies the initialiser's weights.
    package let gain: Double
    /// The standard deviation of the bias; `nil` where there is none.
    package let biasStd: Double?

    /// The distribution of its weights.
    package var distribution: WeightDistribution {
      initializer.distribution(fanIn: fanIn, fanOut: fanOut, gain: gain)
    }
  }

  /// A graph without nodes.
  init() {}

  /// In the order of evaluation; the first is `input`.
  package fileprivate(set) var nodes: [Node] = []
  /// The units of each value.
  package fileprivate(set) var widths: [Int] = []
  /// The matrices in the order in which they are drawn.
  package fileprivate(set) var matrices: [Matrix] = []
  /// The node whose value is the layer's output.
  package fileprivate(set) var output = 0
  /// Whether the layer was written as a formula in `x`, as a whole an activation.
  package fileprivate(set) var isFormula = false
  /// Widths that did not come to whole numbers and were rounded down, as they were written.
  package fileprivate(set) var roundedWidths: [String] = []
}

/// What a layer is evaluated for.
package struct LayerContext: Equatable, Sendable {
  /// The number of the layer, `l`, 1…depth.
  package var layer: Int
  /// The layers of the stack, `N`.
  package var depth: Int
  /// The units of h.
  package var fanIn: Int
  /// The units of the layer's output, `d`.
  package var fanOut: Int
  /// The units of x0.
  package var inputSize: Int
  /// The gain operand, `g`.
  package var gain: Double
  /// The scheme of a matrix that names none.
  package var initializer: Initializer
  /// Numbers of the user's own, by name.
  package var settings: [Setting]
}

/// A number of the user's own in a layer.
package struct Setting: Hashable, Sendable {
  package var name: String
  package var value: Double

  package init(name: String, value: Double) {
    self.name = name
    self.value = value
  }
}

extension LayerGraph {
  /// A layer that gives back its input of this many units.
  init(passing width: Int) { (nodes, widths) = ([.input], [width]) }

  /// The value of a new node.
  mutating func append(_ node: Node, width: Int) -> Int {
    nodes.append(node)
    widths.append(width)
    return nodes.count - 1
  }

  /// The number of a new matrix.
  mutating func addMatrix(_ matrix: Matrix) -> Int {
    matrices.append(matrix)
    return matrices.count - 1
  }

  /// The same with other gains of some matrices.
  func scalingWeights(by factor: Double, where isMeant: (Matrix) -> Bool) -> LayerGraph {
    var graph = self
    graph.matrices = matrices.map { matrix in
      guard isMeant(matrix) else { return matrix }
      return Matrix(
        name: matrix.name, fanIn: matrix.fanIn, fanOut: matrix.fanOut,
        initializer: matrix.initializer, gain: factor * matrix.gain, biasStd: matrix.biasStd)
    }
    return graph
  }

  mutating func finish(output: Int, isFormula: Bool) {
    self.output = output
    self.isFormula = isFormula
  }

  mutating func noteRounded(_ width: String) {
    if !roundedWidths.contains(width) { roundedWidths.append(width) }
  }
}
