import Kernels
import Platform

/// A gain that is known by a name instead of a number.
package enum GainName: String, CaseIterable, Sendable {
  /// What `torch.nn.init.calculate_gain` returns for the activation.
  case pytorch
  /// The gain for which pre-activations of variance 1 keep variance 1; in a layer that is more than a function
  /// of one pre-activation, the gain for which the layer keeps the mean square of its input.
  case unit
  /// The gain for which a random readout's gradient has the same norm at the first layer whether it comes from
  /// the last one or from there: the product of fan_in·Var[w]·E[φ′²] over layers 2…depth is 1.
  case neutral
  /// The edge of chaos, see `EdgeOfChaos`.
  case edge

  /// The number that the name stands for in `experiment`, whose own gain is ignored: it multiplies the
  /// experiment's initialiser, and `neutral` depends on depth, input and shape as well.
  package func value(for experiment: Experiment) throws(GainError) -> Double {
    do throws(GainError.Reason) {
      return try value(for: experiment.stack)
    } catch {
      throw GainError(self, experiment, error)
    }
  }

  /// The number that the name stands for in a stack, whose own gain is ignored.
  package func value(for stack: LayerStack) throws(GainError.Reason) -> Double {
    guard stack.usesGain else { throw .gainUnused }
    switch self {
    case .pytorch:
      let activation = BranchLayer(stack.graph(1, 1))?.function.activation
      guard let gain = activation?.pytorchGain else { throw .notTabulated }
      return gain
    case .unit: return try stack.unitGain()
    case .neutral: return try stack.neutralGain()
    case .edge:
      guard let edge = stack.edgeOfChaos() else { throw .noEdge }
      return edge.gain
    }
  }
}

/// Why a name stands for no gain.
package struct GainError: Error, Equatable {
  /// What went wrong.
  package enum Reason: Error, Equatable, Sendable {
    /// `calculate_gain` knows no gain for this activation.
    case notTabulated
    /// A residual stack: both signal and gradient grow in every layer at any gain.
    case residual
    /// The layers' fan_in·Var[w] differ, so no one gain keeps the variance in all of them.
    case layersDiffer
    /// More layers than `Experiment.deepestPrediction`.
    case tooDeep
    /// Every gain is neutral in a stack of one layer.
    case oneLayer
    /// The weights' mean is not 0, which the theory does not cover.
    case meanNotZero
    /// The weights are 0 at any gain, or so near to it, or so large, that `Double` does not hold the gain.
    case noVariance
    /// No gain from 1e-6 to 1e6 balances the gradients.
    case noneFound
    /// No gain puts the stack at the edge of chaos.
    case noEdge
    /// No matrix of the layer uses the gain.
    case gainUnused
    /// The theory does not cover the layer.
    case notCovered(TheoryLimit)
  }

  /// The name that was asked for.
  package var name: GainName
  /// The experiment's layer.
  package var layer: Layer
  /// What went wrong.
  package var reason: Reason

  init(_ name: GainName, _ experiment: Experiment, _ reason: Reason) {
    self.name = name
    layer = experiment.layer
    self.reason = reason
  }
}

extension Activation {
  /// `torch.nn.init.calculate_gain(name, slope)`; `nil` where it raises.
  package var pytorchGain: Double? {
    switch kind {
    case .identity, .sigmoid: 1
    case .tanh: 5.0 / 3
    case .relu: 2.0.squareRoot()
    case .leakyReLU: (2 / (1 + parameters[0] * parameters[0])).squareRoot()
    case .selu: 3.0 / 4
    default: nil
    }
  }
}

extension Experiment {
  /// The experiment with another gain.
  func with(gain: Double) -> Experiment {
    var copy = self
    copy.gain = gain
    return copy
  }
}

extension LayerStack {
  /// Whether a matrix, or a number, of the layers depends on the gain.
  package var usesGain: Bool { graph(1, 1) != graph(1, 2) }

  /// Refuses a stack that the theory does not cover.
  private func checkCovered() throws(GainError.Reason) {
    guard let limit = with(gain: 1).theoryLimit else { return }
    if case .meanNotZero = limit.reason { throw .meanNotZero }
    throw .notCovered(limit)
  }

  /// The layer, where it is φ(W h) or h + S φ(W h) with one φ at any gain.
  private func branchAtAnyGain() -> BranchLayer? {
    guard let one = BranchLayer(graph(1, 1)), let two = BranchLayer(graph(1, 2)),
      one.function == two.function, one.block == two.block
    else { return nil }
    return one
  }

  /// σ² = (1 − σ_b²)/E[φ²] at q = 1, where σ² = fan_in·Var[w] is the square of the gain times that at gain 1.
  fileprivate func unitGain() throws(GainError.Reason) -> Double {
    try checkCovered()
    guard let branch = branchAtAnyGain() else {
      guard isUniform else { throw .layersDiffer }
      return try search { gain, _ in
        var field = MeanField(with(gain: gain), followsPairs: false, followsOnes: false)
        field.advance()
        return field.signal.square.log - 2 * realLog(inputStd)
      }
    }
    guard branch.block.carry == 0 else { throw .residual }
    guard with(gain: 1).uniformBranch() != nil else { throw .layersDiffer }
    let rest = 1.0 - branch.bias
    guard rest > 0.0 else { throw .noneFound }
    let square = branch.weights.forward * branch.function.moments(q: 1).square
    let gain =
      (branch.bias == 0.0 ? 1.0 / square.squareRoot() : (rest / square).squareRoot()).doubleValue
    guard gain.isFinite, gain > 0 else { throw .noVariance }
    return gain
  }

  /// The root of the logarithm of the gradient's growth.
  fileprivate func neutralGain() throws(GainError.Reason) -> Double {
    try checkCovered()
    if let branch = branchAtAnyGain(), branch.block.carry != 0 { throw .residual }
    guard depth > 1 else { throw .oneLayer }
    guard depth <= Experiment.deepestPrediction else { throw .tooDeep }
    return try search { gain, table in with(gain: gain).logGradientGain(table: &table) }
  }

  /// The root of a function that grows with the gain, sought from 1 in the direction in which it must lie.
  private func search(
    _ imbalance: (_ gain: Double, _ table: inout MomentTable?) -> Double
  ) throws(GainError.Reason) -> Double {
    var table: MomentTable?
    func value(_ gain: Double) -> Double { imbalance(gain, &table) }
    var (near, nearValue) = (1.0, value(1))
    let factor = nearValue < 0 ? 1.5 : 1 / 1.5
    // Below this, rounding hides on which side of the root a gain is.
    let negligible = 1e-14 * Double(depth)
    for _ in 0..<35 where nearValue.magnitude > negligible {
      let (far, farValue) = (near * factor, value(near * factor))
      if (farValue > 0) != (nearValue > 0) {
        let gain = findRoot(between: near, and: far, value)
        // Where the signal sits on an unstable fixed point, the imbalance jumps instead of crossing.
        guard value(gain).magnitude < 1e-6 else { break }
        return gain
      }
      (near, nearValue) = (far, farValue)
    }
    guard nearValue.magnitude <= negligible else { throw .noneFound }
    return near
  }

  /// The logarithm of the factor on the squared norm of a random gradient from the last layer down to the
  /// first; +∞ where the signal overflows.
  func logGradientGain(table: inout MomentTable?) -> Double {
    var field = MeanField(self, followsPairs: false, followsOnes: false, table: table)
    table = nil
    defer { table = field.table }
    var sum = 0.0
    while field.layer < depth {
      let below = field.signal
      field.advance()
      guard field.limit == nil, field.signal.square.isFinite else { return .infinity }
      if isUniform, field.signal == below {
        return sum + Double(depth - max(field.layer, 2) + 1) * field.logNormGain
      }
      if field.layer > 1 { sum += field.logNormGain }
    }
    return sum.isNaN ? .infinity : sum
  }
}
