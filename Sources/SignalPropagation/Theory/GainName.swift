import Platform

/// A gain that is known by a name instead of a number.
package enum GainName: String, CaseIterable, Sendable {
  /// What `torch.nn.init.calculate_gain` returns for the activation.
  case pytorch
  /// The gain for which pre-activations of variance 1 keep variance 1.
  case unit
  /// The gain for which the gradient is as large from the last layer as from the first: the product
  /// of χ = fan_out·Var[w]·E[φ′²] over layers 2…depth is 1.
  case neutral
  /// The edge of chaos, see `EdgeOfChaos`.
  case edge

  /// The number that the name stands for in `experiment`, whose own gain is ignored: it multiplies the
  /// experiment's initialiser, and `neutral` depends on depth, input and shape as well.
  package func value(for experiment: Experiment) throws(GainError) -> Double {
    switch self {
    case .pytorch:
      guard let gain = experiment.layer.activation?.pytorchGain else {
        throw GainError(self, experiment, .notTabulated)
      }
      return gain
    case .unit: return try stack(of: experiment).unitGain()
    case .neutral: return try stack(of: experiment).neutralGain()
    case .edge:
      guard let edge = try stack(of: experiment).edgeOfChaos() else {
        throw GainError(.edge, experiment, .noEdge)
      }
      return edge.gain
    }
  }

  private func stack(of experiment: Experiment) throws(GainError) -> TheoryStack {
    do throws(TheoryLimit) {
      return try experiment.theory()
    } catch {
      switch error {
      case .meanNotZero: throw GainError(self, experiment, .meanNotZero)
      case .notAnActivation: throw GainError(self, experiment, .notAnActivation)
      }
    }
  }
}

/// Why a name stands for no gain.
package struct GainError: Error, Equatable {
  /// What went wrong.
  package enum Reason: Equatable, Sendable {
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
    /// The layer is more than an activation of W h.
    case notAnActivation
    /// The weights are 0 at any gain, or so near to it, or so large, that `Double` does not hold the gain.
    case noVariance
    /// No gain from 1e-6 to 1e6 balances the gradients.
    case noneFound
    /// No gain puts the stack at the edge of chaos.
    case noEdge
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

  /// σ = 1/√E[φ²] at q = 1, where σ² = fan_in·Var[w] is the square of the gain times that at gain 1.
  func unitGain() throws(GainError) -> Double {
    guard skip == nil else { throw GainError(.unit, self, .residual) }
    guard let atOne = with(gain: 1).uniformWeights else {
      throw GainError(.unit, self, .layersDiffer)
    }
    let gain = 1 / (atOne.forward * activation.moments(q: 1).square).squareRoot()
    guard gain.isFinite, gain > 0 else { throw GainError(.unit, self, .noVariance) }
    return gain
  }

  /// The root of Σ log χ over the gain, sought from 1 in the direction in which it must lie: the
  /// gradient grows with the gain.
  func neutralGain() throws(GainError) -> Double {
    guard skip == nil else { throw GainError(.neutral, self, .residual) }
    guard shape.depth > 1 else { throw GainError(.neutral, self, .oneLayer) }
    guard shape.depth <= Experiment.deepestPrediction else {
      throw GainError(.neutral, self, .tooDeep)
    }
    var table = MomentTable(activation)
    func imbalance(_ gain: Double) -> Double {
      with(gain: gain).logGradientGain(table: &table)
    }
    var (near, nearValue) = (1.0, imbalance(1))
    let factor = nearValue < 0 ? 1.5 : 1 / 1.5
    // Below this, rounding hides on which side of the root a gain is.
    let negligible = 1e-14 * Double(shape.depth)
    for _ in 0..<35 where nearValue.magnitude > negligible {
      let (far, farValue) = (near * factor, imbalance(near * factor))
      if (farValue > 0) != (nearValue > 0) {
        let gain = findRoot(between: near, and: far, imbalance)
        // Where the signal sits on an unstable fixed point, the imbalance jumps instead of crossing.
        guard imbalance(gain).magnitude < 1e-6 else { break }
        return gain
      }
      (near, nearValue) = (far, farValue)
    }
    guard nearValue.magnitude <= negligible else { throw GainError(.neutral, self, .noneFound) }
    return near
  }

  /// Σ log χ_l over layers 2…depth of a plain stack, χ_l = fan_out·Var[w]·E[φ′²]; +∞ where the
  /// signal overflows.
  private func logGradientGain(table: inout MomentTable) -> Double {
    let block = ResidualBlock(skip: nil)
    var signal = MeanFieldSignal(inputStd: inputStd)
    var sum = 0.0
    var previous = -1.0
    for layer in 1...shape.depth {
      let weights = weightScale(ofLayer: layer)
      signal.changeUnit(by: table.unitShift(q: weights.forward * signal.square))
      let q = weights.forward * signal.square
      guard q.isFinite else { return .infinity }
      let moments = table.moments(q: q)
      let growth = realLog(weights.backward * moments.slopeSquare)
      if case .square = shape, q == previous {
        return sum + Double(shape.depth - layer + 1) * growth
      }
      if layer > 1 { sum += growth }
      signal.pass(block, moments: moments, spread: 0)
      previous = q
    }
    return sum.isNaN ? .infinity : sum
  }
}
