import Kernels
import Platform

/// A stack at infinite width, one layer after the other: all that the theory says is read from this walk.
struct MeanField {
  /// Layers applied.
  private(set) var layer = 0
  /// The distribution of their output.
  private(set) var signal: MeanFieldSignal
  /// How the gradient at the input depends on the gradient there.
  private(set) var gradient: MeanFieldGradient
  /// The layer applied last, where it is a function of one pre-activation, with that one's variance q and the
  /// moments there.
  private(set) var branch: (layer: BranchLayer, q: WideDouble, moments: WideMoments)?
  /// Why the theory ends below the present layer, where it does.
  private(set) var limit: TheoryLimit?
  /// What the layer applied last does to a cotangent.
  private(set) var map = CotangentMap()
  /// log of the factor by which the layer applied last multiplies the squared norm of a random gradient on
  /// its way down.
  private(set) var logNormGain = 0.0
  private let stack: LayerStack
  private let followsPairs: Bool
  private let followsOnes: Bool
  private var kind: Kind?
  /// The panels that the Gaussians of the layer applied last needed, by variable.
  private(set) var marks: [Int: PanelMarks] = [:]
  /// What is known of φ.
  private(set) var table: MomentTable?

  /// The layer that comes next, where all are alike.
  private enum Kind {
    case branch(BranchLayer)
    case expression(LayerGraph)
  }

  /// The input of a stack.
  ///
  /// - Parameters:
  ///   - followsPairs: Whether to work out how alike two inputs become, the larger part of the work.
  ///   - followsOnes: Whether the loss `sum` is wanted.
  ///   - table: What is known of φ already.
  init(_ stack: LayerStack, followsPairs: Bool, followsOnes: Bool = true, table: MomentTable? = nil)
  {
    self.stack = stack
    self.followsPairs = followsPairs
    self.followsOnes = followsOnes
    self.table = table
    signal = MeanFieldSignal(inputStd: stack.inputStd, similarity: stack.inputSimilarity)
    gradient = MeanFieldGradient(inputVariance: signal.variance)
  }

  /// Applies the next layer, or finds that the theory ends before it.
  mutating func advance() {
    layer += 1
    guard limit == nil else { return }
    do throws(TheoryLimit) {
      switch nextKind() {
      case .branch(let branch): apply(branch)
      case .expression(let graph): try apply(graph)
      }
    } catch {
      limit = error
    }
  }

  /// Applies the next layer.
  ///
  /// - Returns: Its input, in the unit of its output.
  mutating func advanceFromInput() -> ScaledSignal {
    var below = signal
    advance()
    below.changeUnit(by: signal.unit - below.unit)
    return below.scaled
  }

  private mutating func nextKind() -> Kind {
    if stack.isUniform, let kind { return kind }
    let graph = stack.graph(ofLayer: layer)
    let next = BranchLayer(graph).map(Kind.branch) ?? .expression(graph)
    kind = next
    return next
  }

  private mutating func apply(_ branch: BranchLayer) {
    var table =
      self.table.flatMap { $0.function == branch.function ? $0 : nil }
      ?? MomentTable(branch.function)
    self.table = nil
    defer { self.table = table }
    let weights = branch.weights
    if branch.bias == 0.0 {
      changeUnit(by: table.unitShift(q: weights.forward * signal.square, unit: signal.unit))
    } else if !table.homogeneity.everywhere {
      // Another unit is of use where all is as small or large; a bias is not.
      changeUnit(by: -signal.unit)
    }
    let square = weights.forward * signal.square
    let q =
      branch.bias == 0.0 ? square : square + branch.bias.scaled(byPowerOfTwo: -2 * signal.unit)
    let moments = table.moments(q: q)
    self.branch = (branch, q, moments)
    // Variable 0 is h.
    marks = [
      1: PanelMarks(kinks: branch.function.kinks, structures: branch.function.structures)
    ]
    map = CotangentMap(
      block: branch.block, weights: weights, signal: signal, moments: moments, square: square)
    gradient.append(map)
    logNormGain = (map.noise * branch.narrowing).log
    // A bias cancels in the difference of two pre-activations.
    let dissimilarity =
      branch.bias == 0.0
      ? signal.dissimilarity / signal.square : weights.forward * signal.dissimilarity / q
    let spread = followsPairs ? table.spread(q: q, dissimilarity: dissimilarity) : 0.0
    signal.pass(branch.block, moments: moments, spread: spread)
  }

  private mutating func changeUnit(by shift: Int) {
    guard shift != 0 else { return }
    signal.changeUnit(by: shift)
    gradient.changeUnit(by: shift)
  }

  private mutating func apply(_ graph: LayerGraph) throws(TheoryLimit) {
    branch = nil
    guard signal.square.isFinite else { return lose(signal.square) }
    let farthest = graph.farthestWeights
    let graphs = farthest?.shifts.map { graph.lengtheningFarWeights(byPowerOfTwo: -$0) } ?? [graph]
    try shiftUnit(for: graphs[0])
    var known: [(output: MeanFieldSignal, map: CotangentMap)] = []
    for graph in graphs {
      guard let step = try applied(graph) else { return lose(.nan) }
      known.append(step)
    }
    var output = known[0].output
    map = known[0].map
    if let farthest {
      output = output.extrapolated(known.map(\.output), to: farthest)
      map = map.extrapolated(known.map(\.map), to: farthest)
    }
    // What is left of the gradient where nothing is left of the signal is that of the smallest variance that a
    // Gaussian of the layer may have.
    if signal.square == 0.0, map.noise < 1e-200 { map = CotangentMap() }
    gradient.append(map)
    logNormGain =
      (map.noise * (Double(graph.widths[0]) / Double(graph.widths[graph.output]))).log
    signal = output
  }

  /// The output of a layer for the present signal, and what it does to a cotangent; `nil` where `Double` does not
  /// hold what lies between.
  private mutating func applied(
    _ graph: LayerGraph
  ) throws(TheoryLimit) -> (output: MeanFieldSignal, map: CotangentMap)? {
    let far = signal.square.exponent.magnitude < 900 ? nil : FarVariance(signal.square)
    var known: [(output: MeanFieldSignal, map: CotangentMap)] = []
    for shift in far?.shifts ?? [0] {
      let layer = try evaluate(graph, from: signal.lengthened(byPowerOfTwo: -shift).scaled)
      guard !layer.leavesRange else { return nil }
      let output = try layer.output()
      known.append(
        (
          MeanFieldSignal(output),
          try layer.cotangentMap(output: output, followsOnes: followsOnes)
        ))
      marks = layer.marks
    }
    guard let far else { return known[0] }
    return (
      known[0].output.extrapolated(known.map(\.output), to: far),
      known[0].map.extrapolated(known.map(\.map), to: far)
    )
  }

  /// Applies a layer of which no more is known than that its output is this.
  private mutating func lose(_ value: WideDouble) {
    map = CotangentMap(
      kk: value, kc: value, ck: value, cc: value, noiseKK: value, noiseKC: value, noiseCC: value,
      noise: value)
    gradient.append(map)
    (signal.variance, signal.dissimilarity) = (value, value)
    logNormGain = value.log
  }

  private func evaluate(
    _ graph: LayerGraph, from input: ScaledSignal
  ) throws(TheoryLimit) -> ExpressionLayer {
    try ExpressionLayer(
      graph, layer: layer, input: input, followsPairs: followsPairs, guess: marks)
  }

  /// Brings a signal far from 1 nearer to it, where the layer does to both the same.
  ///
  /// One that no double holds is compared at the farthest length that is integrated.
  private mutating func shiftUnit(for graph: LayerGraph) throws(TheoryLimit) {
    let (far, near, farthest) = (200, 100, 400)
    guard signal.square.significand != 0, signal.square.isFinite else { return }
    // What was far from 1 may be on its way back.
    if signal.unit != 0, (signal.square.exponent / 2).magnitude < near - 10 {
      changeUnit(by: -signal.unit)
    }
    let length = signal.square.exponent / 2
    guard length.magnitude > far else { return }
    let shift = length - length.signum() * near
    let excess = length.magnitude > farthest ? length - length.signum() * far : 0
    let (here, there) = (
      try evaluate(graph, from: signal.inUnit(changedBy: excess).scaled).output(),
      try evaluate(graph, from: signal.inUnit(changedBy: shift).scaled).output()
    )
    var moved = here
    moved.changeUnit(by: shift - excess)
    let isSame = [(moved.variance, there.variance), (moved.mean, there.mean)].allSatisfy { a, b in
      a.isFinite && (a - b).magnitude <= 1e-13 * max(a.magnitude, b.magnitude)
    }
    if isSame { changeUnit(by: shift) }
  }
}

extension MeanField {
  /// The present layer as a record; its predictions are `nil` beyond what the theory covers.
  func record(loss: Loss?) -> LayerRecord {
    var record = LayerRecord(layer: layer)
    guard limit == nil else { return record }
    record.predicted.outStd = signal.deviation
    record.predicted.similarity = followsPairs ? signal.similarity : nil
    record.predicted.gradMeanAbs = loss.flatMap { gradient.meanAbsolute($0) }
    return record
  }

  /// The input of `experiment`.
  init(_ experiment: Experiment, followsPairs: Bool) {
    self.init(experiment.stack, followsPairs: followsPairs, followsOnes: experiment.loss == .sum)
  }
}
