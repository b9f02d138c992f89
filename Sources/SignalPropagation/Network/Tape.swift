import Kernels

/// Reverse-mode differentiation of a network on one slice of the batch.
///
/// `forward` runs the steps of layers and keeps what their pullbacks need; `backward` runs the pullbacks in
/// reverse. Every operation is linear in its cotangent, so the cotangents of all losses above travel down
/// together: each weight and each derivative is read once for all of them.
///
/// What a tape holds at any time: x0 where layers read it, the output of the last layer that ran, what was
/// kept of the layers between, and a cotangent for each loss on its way down.
final class Tape {
  private let network: Network
  private let pool: Pool
  /// The threads that share its products.
  private let team: ProductTeam
  private let stackInput: Panels?
  /// The widths of the panels.
  private let widths: [Int]
  /// The columns that carry data.
  private let count: Int
  /// The output of the last layer that ran; nothing on the way back.
  private(set) var output: Panels?
  private var saved: [Int: [Operation.Saved]] = [:]

  /// For each loss on its way down, its cotangent at the output of the present layer, and what has come
  /// together for x0 so far.
  private var cotangents: [Panels] = []
  private var inputCotangents: [Panels] = []
  /// The powers of two taken out of the cotangents: for each loss, one for each column.
  private(set) var exponents: [[Int]] = []

  /// A tape whose input is `input`, of which the first `count` columns carry data.
  init(
    network: Network, input: Panels, count: Int, pool: Pool, team: ProductTeam = ProductTeam()
  ) {
    self.network = network
    self.pool = pool
    self.team = team
    stackInput = network.usesStackInput ? input : nil
    widths = input.widths
    self.count = count
    output = input
  }

  // MARK: Forward

  /// Applies a layer to the output of the one before it.
  ///
  /// - Parameters:
  ///   - weights: The layer's matrices.
  ///   - purpose: What will follow.
  ///   - sees: Called with the operands of each activation and the activation, before anything takes their
  ///     place.
  func forward(
    layer: Int, weights: [LayerWeights.Matrix], purpose: LayerProgram.Purpose,
    activations sees: (([Panels], LayerProgram.SaturationSite) -> Void)? = nil
  ) {
    let program = network[layer]
    // A power of two can leave a column only where all of its cotangent goes through the step: what goes
    // around it, as in h + f(W(h)), would need it, too.
    let columnsWithUnits = stackInput == nil && program.isChain ? count : 0
    var values: [Panels?] = Array(repeating: nil, count: program.widths.count)
    values[0] = output
    if let place = program.stackInput { values[place] = stackInput }
    var kept: [Operation.Saved] = []
    for step in program.steps {
      let operands = step.operands.map { values[$0]! }
      if let sees { for site in step.sites { sees(site.operands.map { values[$0]! }, site) } }
      let resources = Operation.Resources(
        pool: pool, weights: weights, team: team, purpose: purpose, spare: step.spare[purpose]!,
        columnsWithUnits: columnsWithUnits)
      let (result, saved) = step.operation.forward(operands, resources)
      values[step.result] = result
      for value in step.released { values[value] = nil }
      if purpose != .output { kept.append(saved) }
    }
    output = values[program.output]
    if purpose != .output { saved[layer] = kept }
  }

  /// Applies a layer, and hands over what its pullbacks would need instead of keeping it.
  func advance(layer: Int, weights: [LayerWeights.Matrix]) -> [Operation.Saved] {
    forward(layer: layer, weights: weights, purpose: .gradient)
    return saved.removeValue(forKey: layer)!
  }

  /// Starts again from the output of an earlier layer.
  func resume(from output: Panels) { self.output = output }

  /// Lets go of the output of the last layer.
  func finishForward() { output = nil }

  // MARK: Backward

  /// How many losses are on their way down.
  var losses: Int { cotangents.count }

  /// Starts a loss at the present layer, whose derivative by the output `fill` writes.
  func startLoss(features: Int, _ fill: (Panels) -> Void) {
    let cotangent = Panels(features: features, widths: widths, pool: pool)
    fill(cotangent)
    cotangents.append(cotangent)
    exponents.append(Array(repeating: 0, count: cotangent.columns))
    guard let stackInput else { return }
    let none = stackInput.like(in: pool)
    none.fill(columns: Array(repeating: 0, count: none.features))
    inputCotangents.append(none)
  }

  /// Takes the cotangents of all losses through a layer, from its output to its input.
  ///
  /// - Parameters:
  ///   - transposed: The layer's matrices, transposed.
  ///   - releases: Whether what was kept of the layer is not needed for other losses.
  ///   - sees: Called for each matrix with its number, its operand and the cotangents of its result, where
  ///     operands were kept.
  func backward(
    layer: Int, transposed: [LayerWeights.Matrix], releases: Bool,
    weights sees: ((Int, Panels, [Panels]) -> Void)? = nil
  ) {
    normalize()
    let program = network[layer]
    let kept = saved[layer]!
    if releases { saved[layer] = nil }
    let resources = Operation.Resources(pool: pool, weights: transposed, team: team)
    var bars: [[Panels]] = Array(repeating: [], count: program.widths.count)
    if let place = program.stackInput { bars[place] = inputCotangents }
    bars[program.output] = cotangents
    cotangents = []
    for (step, saved) in zip(program.steps, kept).reversed() {
      let bar = bars[step.result]
      bars[step.result] = []
      if let sees, case .linear(let linear) = step.operation, case .linear(let operand) = saved {
        sees(linear.matrix, operand, bar)
      }
      pullBack(step, of: program, bar, saved, &bars, resources)
      if case .elementwise(_, let units?) = saved { add(units) }
    }
    if let place = program.stackInput { inputCotangents = bars[place] }
    cotangents = bars[0]
  }

  /// Adds what comes back through one step to the cotangents of its operands; the only place that does.
  ///
  /// The first that a value gets is written, the others are added. The last operand to be served may take
  /// over the storage of the result's cotangent; a step that hands it on unchanged serves that operand last.
  private func pullBack(
    _ step: LayerProgram.Step, of program: LayerProgram, _ bar: [Panels], _ saved: Operation.Saved,
    _ bars: inout [[Panels]],
    _ resources: Operation.Resources
  ) {
    let places = step.operands.indices
    let last =
      places.last { bars[step.operands[$0]].isEmpty && step.operation.passesUnchanged(to: $0) }
      ?? places.last!
    for place in places.filter({ $0 != last }) + [last] {
      let operand = step.operands[place]
      let adding = !bars[operand].isEmpty
      if !adding, place == last, step.operation.worksInPlace {
        bars[operand] = bar
        if step.operation.passesUnchanged(to: place) { continue }
      } else if !adding {
        bars[operand] = bar.map { _ in
          Panels(features: program.widths[operand], widths: widths, pool: pool)
        }
      }
      step.operation.pullBack(
        to: place, bar, saved, into: bars[operand], adding: adding, resources)
    }
  }

  /// The units of a derivative that all cotangents went through.
  private func add(_ units: [Int32]) {
    for loss in exponents.indices {
      for (column, unit) in units.enumerated() { exponents[loss][column] += Int(unit) }
    }
  }

  /// The gradients at the input of all losses: panels, and for each column the power of two that multiplies
  /// it. Ends the backward pass.
  func finishBackward() -> [(gradient: Panels, exponents: [Int])] {
    for (cotangent, other) in zip(cotangents, inputCotangents) {
      cotangent.pullBack(other, factor: 1, derivative: nil, adding: true)
    }
    inputCotangents = []
    normalize()
    defer { (cotangents, exponents) = ([], []) }
    return Array(zip(cotangents, exponents))
  }

  /// The cotangents at the output of the present layer, with their powers of two.
  func presentCotangents() -> [(gradient: Panels, exponents: [Int])] {
    Array(zip(cotangents, exponents))
  }

  /// Brings the cotangents back into range. Only between layers are those of a loss all in one place, so that
  /// their common power of two may change.
  private func normalize() {
    for loss in cotangents.indices {
      let others = inputCotangents.isEmpty ? [] : [inputCotangents[loss]]
      Panels.normalize([cotangents[loss]] + others, exponents: &exponents[loss])
    }
  }
}
