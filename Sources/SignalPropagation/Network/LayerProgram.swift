import Kernels

/// A layer as steps over values in memory: what is elementwise between matrices and normalisations is one
/// step. Value 0 is h, and the others are made by the steps in their order.
final class LayerProgram: Sendable {
  /// An operation, where its operands come from, and what becomes of their memory.
  struct Step: Sendable {
    let operation: Operation
    let operands: [Int]
    let result: Int
    /// The values that no later step reads.
    fileprivate(set) var released: [Int] = []
    /// The operands, by place, whose storage the result may take, for each purpose of a forward pass.
    fileprivate(set) var spare: [Purpose: [Bool]] = [:]
    /// The activations that it applies, to count saturated entries with.
    fileprivate(set) var sites: [SaturationSite] = []
  }

  /// What a forward pass is followed by, and so what it must leave as it is.
  enum Purpose: CaseIterable, Sendable {
    /// Nothing.
    case output
    /// The pullback of cotangents.
    case gradient
    /// That, and the gradients of the weights.
    case weightGradient
  }

  /// An activation within an elementwise step: the largest nonlinear function of one value.
  struct SaturationSite: Sendable {
    /// The values in memory that its argument is made from.
    let operands: [Int]
    /// How; `nil` where it is the only one itself.
    let argument: ElementwiseProgram?
    /// φ, of one input.
    let program: ElementwiseProgram
  }

  /// The operations and matrices that this was made from.
  let graph: LayerGraph
  let steps: [Step]
  /// The units of each value.
  let widths: [Int]
  /// The value that is x0, where the layer uses it.
  let stackInput: Int?
  /// The value that is the layer's output.
  let output: Int

  /// Compiles a graph.
  init(_ graph: LayerGraph) {
    self.graph = graph
    var builder = ProgramBuilder(graph)
    builder.build()
    (steps, widths) = (builder.finishedSteps(), builder.widths)
    output = builder.value[graph.output]!
    stackInput = builder.stackInput
  }
}

extension LayerProgram {
  /// Whether each step takes what the one before it makes, and nothing else.
  var isChain: Bool {
    guard output == steps.last?.result else { return false }
    let values = [0] + steps.map(\.result)
    return zip(steps, values).allSatisfy { $0.operands == [$1] }
  }
}

extension LayerProgram.Step {
  /// The values that its pullback needs as they are.
  func kept(for purpose: LayerProgram.Purpose) -> Set<Int> {
    guard purpose != .output else { return [] }
    return switch operation {
    case .normalization: [result]
    case .elementwise(let step): Set(step.kept.map { operands[$0] })
    case .linear: purpose == .weightGradient ? Set(operands) : []
    }
  }
}

/// Puts the nodes of a graph into steps.
private struct ProgramBuilder {
  private let graph: LayerGraph
  /// The nodes whose values are in memory, and the numbers of these values.
  private(set) var value: [Int: Int] = [:]
  private(set) var widths: [Int] = []
  private var steps: [LayerProgram.Step] = []

  init(_ graph: LayerGraph) { self.graph = graph }

  /// The value that is x0, where the layer uses it.
  var stackInput: Int? { graph.nodes.firstIndex(of: .stackInput).flatMap { value[$0] } }

  /// In memory are what comes in, what matrices and normalisations take and give, and the output.
  private var materialized: Set<Int> {
    var nodes: Set<Int> = [0, graph.output]
    for (index, node) in graph.nodes.enumerated() where !node.isElementwise {
      nodes.insert(index)
      nodes.formUnion(node.operands)
    }
    return nodes
  }

  mutating func build() {
    let inMemory = materialized
    for index in inMemory.sorted() {
      let node = graph.nodes[index]
      switch node {
      case .input, .stackInput: break
      case .linear(let matrix, let u): append(.linear(LinearStep(matrix: matrix)), [u], index)
      case .normalization(let kind, let u):
        append(.normalization(NormalizationStep(kind: kind)), [u], index)
      case .function, .scalar, .binary:
        let region = Region(graph, result: index, inMemory: inMemory)
        append(
          .elementwise(ElementwiseStep(program: region.program(of: index))), region.inputs, index)
        steps[steps.count - 1].sites = region.sites(isFormula: graph.isFormula)
          .map { site($0.node, argument: $0.argument, inMemory) }
      }
      if value[index] == nil { addValue(index) }
    }
  }

  private func site(
    _ node: Int, argument: Int, _ inMemory: Set<Int>
  ) -> LayerProgram.SaturationSite {
    let function = Region(graph, result: node, inMemory: inMemory.union([argument]))
    let inside =
      inMemory.contains(argument)
      ? nil : Region(graph, result: argument, inMemory: inMemory)
    return LayerProgram.SaturationSite(
      operands: (inside?.inputs ?? [argument]).map { value[$0]! },
      argument: inside?.program(of: argument), program: function.program(of: node))
  }

  private mutating func addValue(_ node: Int) {
    value[node] = widths.count
    widths.append(graph.widths[node])
  }

  private mutating func append(_ operation: Operation, _ operands: [Int], _ result: Int) {
    addValue(result)
    steps.append(
      LayerProgram.Step(
        operation: operation, operands: operands.map { value[$0]! }, result: value[result]!))
  }

  /// The steps with what is known once all of them are: who reads a value last.
  ///
  /// The storage of h and x0 belongs to others. That of what a pullback needs must stay as it is.
  func finishedSteps() -> [LayerProgram.Step] {
    let inputs = Set([value[0]!, stackInput ?? value[0]!])
    let output = value[graph.output]!
    let kept = Dictionary(
      uniqueKeysWithValues: LayerProgram.Purpose.allCases.map { ($0, keptValues(for: $0)) })
    var finished = steps
    var read: Set<Int> = [output]
    for index in steps.indices.reversed() {
      let step = steps[index]
      let released = Set(step.operands).subtracting(read).subtracting(inputs)
      finished[index].released = released.sorted()
      // An operand that stands in two places is spare in one of them.
      var taken: Set<Int> = []
      let dying = step.operands.map { released.contains($0) && taken.insert($0).inserted }
      finished[index].spare = kept.mapValues { kept in
        zip(step.operands, dying).map { $1 && !kept.contains($0) }
      }
      read.formUnion(step.operands)
    }
    return finished
  }
}

extension ProgramBuilder {
  /// The values that what follows a forward pass needs.
  private func keptValues(for purpose: LayerProgram.Purpose) -> Set<Int> {
    steps.reduce(into: []) { $0.formUnion($1.kept(for: purpose)) }
  }
}

/// The elementwise nodes between one value in memory and those that it is made from.
private struct Region {
  private let graph: LayerGraph
  private let result: Int
  /// The elementwise nodes in the order of evaluation.
  private var nodes: [Int] = []
  /// The nodes in memory that they begin with.
  private(set) var inputs: [Int] = []

  init(_ graph: LayerGraph, result: Int, inMemory: Set<Int>) {
    self.graph = graph
    self.result = result
    var seen: Set<Int> = []
    var pending = [result]
    while let node = pending.popLast() {
      guard seen.insert(node).inserted else { continue }
      if node != result, inMemory.contains(node) {
        inputs.append(node)
      } else {
        nodes.append(node)
        pending += graph.nodes[node].operands
      }
    }
    nodes.sort()
    inputs.sort()
  }

  func program(of node: Int) -> ElementwiseProgram {
    var place = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { ($1, $0) })
    var instructions: [ElementwiseProgram.Instruction] = []
    for node in nodes {
      switch graph.nodes[node] {
      case .function(let function, let u): instructions.append(.function(function, place[u]!))
      case .scalar(let operation, let u): instructions.append(.scalar(operation, place[u]!))
      case .binary(let operation, let u, let v):
        instructions.append(.binary(operation, place[u]!, place[v]!))
      case .input, .stackInput, .linear, .normalization: continue
      }
      place[node] = inputs.count + instructions.count - 1
    }
    return ElementwiseProgram(inputs: inputs.count, instructions: instructions)
  }

  // MARK: Activations

  /// The activations of the region: the largest nonlinear functions of one input, without factors and
  /// summands, and the functions of what several inputs make. A sum is one activation in a formula, and
  /// several things in a layer.
  func sites(isFormula: Bool) -> [(node: Int, argument: Int)] {
    var origin: [Int: Set<Int>] = [:]
    for input in inputs { origin[input] = [input] }
    var isNonlinear: Set<Int> = []
    for node in nodes {
      let operands = graph.nodes[node].operands
      origin[node] = operands.reduce(into: []) { $0.formUnion(origin[$1]!) }
      if operands.contains(where: isNonlinear.contains) || bends(node, origin) {
        isNonlinear.insert(node)
      }
    }
    var sites: [(node: Int, argument: Int)] = []
    var seen: Set<Int> = []
    var pending = [result]
    while let node = pending.popLast() {
      guard isNonlinear.contains(node), seen.insert(node).inserted else { continue }
      switch graph.nodes[node] {
      case .scalar(let operation, let u) where operation.isLinear: pending.append(u)
      case .binary(let operation, let u, let v)
      where origin[node]!.count > 1 || !isFormula && (operation == .add || operation == .subtract):
        pending += [v, u]
      case .function(_, let u) where origin[node]!.count > 1,
        .scalar(_, let u) where origin[node]!.count > 1:
        sites.append((node, u))
        pending.append(u)
      default: sites.append((node, origin[node]!.first!))
      }
    }
    return sites
  }

  /// Whether this node alone makes something nonlinear of linear operands.
  private func bends(_ node: Int, _ origin: [Int: Set<Int>]) -> Bool {
    switch graph.nodes[node] {
    case .function: true
    case .scalar(let operation, _): !operation.isLinear
    case .binary(let operation, let u, let v):
      (operation == .multiply || operation == .divide) && !origin[u]!.isDisjoint(with: origin[v]!)
    case .input, .stackInput, .linear, .normalization: false
    }
  }
}
