import Kernels

/// The layers of an experiment, ready to run: every layer as a program.
///
/// Layers that are alike share one. Having a network means that the expression was evaluated for every layer
/// and nothing in it is wrong.
package struct Network: Sendable {
  /// The layers, 1…depth, that are run.
  package let depth: Int
  private let programs: [LayerProgram]
  /// The program of each layer; `nil` where all share the only one.
  private let indices: [Int32]?

  /// Layers that may differ from one to the next are listed, so there is a limit to them.
  package static let mostDifferentLayers = 1_000_000

  /// The layers of `experiment` down to the last one that is needed.
  ///
  /// - Throws: What is wrong with the expression, in the first layer where it is.
  package init(_ experiment: Experiment) throws(LayerError) {
    depth = experiment.lastLayer
    let layer = experiment.layer
    let varies = layer.mentions("l")
    if case .square = experiment.shape, !varies {
      programs = [LayerProgram(try experiment.graph(ofLayer: 1))]
      indices = nil
      return
    }
    guard depth <= Network.mostDifferentLayers else {
      throw LayerError(
        problem: .tooManyLayers(most: Network.mostDifferentLayers), source: layer.source, column: 0)
    }
    var programs: [LayerProgram] = []
    var known: [WidthPair: Int32] = [:]
    var indices: [Int32] = []
    for number in 1...max(depth, 1) {
      let pair = WidthPair(
        fanIn: experiment.shape.width(ofLayer: number - 1),
        fanOut: experiment.shape.width(ofLayer: number))
      if !varies, let index = known[pair] {
        indices.append(index)
        continue
      }
      let graph = try experiment.graph(ofLayer: number)
      // Layers that name their number often come out alike all the same.
      if let last = programs.last, last.graph == graph {
        indices.append(Int32(programs.count - 1))
        continue
      }
      known[pair] = Int32(programs.count)
      indices.append(Int32(programs.count))
      programs.append(LayerProgram(graph))
    }
    self.programs = programs
    self.indices = indices
  }

  fileprivate struct WidthPair: Hashable {
    let fanIn: Int
    let fanOut: Int
  }

  /// The program of a layer, 1…depth.
  subscript(layer: Int) -> LayerProgram { programs[indices.map { Int($0[layer - 1]) } ?? 0] }

  /// Whether the layers read x0.
  var usesStackInput: Bool { programs.contains { $0.stackInput != nil } }

  /// The operations of a layer, 1…depth.
  package func graph(ofLayer layer: Int) -> LayerGraph { self[layer].graph }

  /// Whether weights are drawn by a QR factorisation.
  var usesQR: Bool {
    programs.contains { $0.graph.matrices.contains { $0.initializer == .orthogonal } }
  }

  /// Every different layer, and how many there are of it.
  var distinct: [(program: LayerProgram, count: Int)] {
    guard let indices else { return [(programs[0], depth)] }
    var counts = Array(repeating: 0, count: programs.count)
    for index in indices { counts[Int(index)] += 1 }
    return zip(programs, counts).map { ($0, $1) }
  }

  /// Widths that were rounded down, as they were written.
  package var roundedWidths: [String] {
    var seen: [String] = []
    for program in programs {
      for width in program.graph.roundedWidths where !seen.contains(width) { seen.append(width) }
    }
    return seen
  }
}

extension Experiment {
  /// Evaluates the expression for every layer of the stack, those behind the last report included, which no run
  /// needs, but the theory does.
  ///
  /// - Throws: What is wrong with the expression, in the first layer where it is.
  package func checkLayers() throws(LayerError) {
    if !layer.mentions("l") {
      guard case .widths(let widths) = shape else {
        _ = try graph(ofLayer: 1)
        return
      }
      var known: Set<Network.WidthPair> = []
      for number in 1..<widths.count {
        let pair = Network.WidthPair(fanIn: widths[number - 1], fanOut: widths[number])
        if known.insert(pair).inserted { _ = try graph(ofLayer: number) }
      }
      return
    }
    guard shape.depth <= Network.mostDifferentLayers else {
      throw LayerError(
        problem: .tooManyLayers(most: Network.mostDifferentLayers), source: layer.source, column: 0)
    }
    for number in 1...shape.depth { _ = try graph(ofLayer: number) }
  }

  /// The operations of a layer, 1…depth.
  package func graph(ofLayer number: Int) throws(LayerError) -> LayerGraph {
    try layer.graph(
      for: LayerContext(
        layer: number, depth: shape.depth, fanIn: shape.width(ofLayer: number - 1),
        fanOut: shape.width(ofLayer: number), inputSize: shape.width(ofLayer: 0), gain: gain,
        initializer: initializer, settings: settings), skip: skip)
  }
}
