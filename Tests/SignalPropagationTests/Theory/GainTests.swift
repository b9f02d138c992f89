import Foundation
import NamedActivations
import Platform
import Testing

@testable import SignalPropagation

@Suite struct FixedPointTests {
  @Test(arguments: TheoryReference.shared.fixed_points)
  func `fixed points are the independent ones`(reference: TheoryReference.FixedPoint) throws {
    let experiment = Experiment(
      activation: Activation.named(reference.activation), gain: reference.gain)
    let points = experiment.fixedPoints()
    try #require(points.count == 1)
    #expect(relativeError(points[0].q, reference.q) < 1e-9)
    #expect(relativeError(points[0].slope, reference.slope) < 1e-9)
    #expect(relativeError(points[0].chi1, reference.chi1) < 1e-9)
    #expect(relativeError(points[0].outStd, reference.out_std) < 1e-9)
    #expect(experiment.signalFate() == .fixedPoint(points[0]))
    // What is said to attract does.
    let shape = Experiment.Shape.square(width: 1000, depth: 2000)
    let deep = Experiment(
      activation: experiment.activation, gain: experiment.gain, shape: shape,
      reports: .layers([2000]))
    let out = deep.predict(followingPairs: false)[1].predicted.outStd!.doubleValue
    #expect(relativeError(out, points[0].outStd) < 1e-9)
  }

  @Test func `relu at the square root of 2 keeps every variance`() {
    let experiment = Experiment(activation: .relu, gain: 2.0.squareRoot())
    #expect(experiment.fixedPoints().isEmpty)
    #expect(experiment.signalFate() == .kept)
    let assessment = experiment.stack.assessment()
    #expect(abs(assessment.outPerLayer - 1) < 1e-12)
    #expect(assessment.end.signal == .kept)
  }

  @Test(arguments: [Activation.gelu, .silu, .mish, .hardswish])
  func `the unit gain holds nothing`(activation: Activation) throws {
    var experiment = Experiment(activation: activation, gain: 1)
    experiment.gain = try GainName.unit.value(for: experiment)
    let points = experiment.fixedPoints()
    try #require(points.count == 1)
    #expect(abs(points[0].q - 1) < 1e-12)
    #expect(!points[0].isStable)
    #expect(experiment.signalFate() == .explodes)
    experiment.inputStd = 0.1
    #expect(experiment.signalFate() == .vanishes)
  }

  @Test func `exp has two fixed points, of which the lower attracts`() throws {
    let points = Experiment(activation: .exp, gain: 0.3).fixedPoints()
    try #require(points.count == 2)
    for point in points {
      // q = σ² e^2q.
      #expect(relativeError(0.09 * exp(2 * point.q), point.q) < 1e-12)
      #expect(relativeError(point.slope, 2 * point.q) < 1e-12)
    }
    #expect(points[0].isStable && !points[1].isStable)
    #expect(Experiment(activation: .exp, gain: 0.3).signalFate() == .fixedPoint(points[0]))
  }

  @Test func `tanh at 5 thirds holds its signal and loses its gradient`() throws {
    let assessment = Experiment(activation: .tanh, gain: 5.0 / 3).stack.assessment()
    guard case .fixedPoint(let point) = assessment.end.signal else {
      Issue.record("no fixed point")
      return
    }
    #expect(point.isStable)
    #expect(assessment.signal == .stable && assessment.gradientCourse == .exploding)
    #expect(
      relativeError(try #require(assessment.end.gradientPerLayer), point.chi1.squareRoot()) < 1e-9)
    #expect(relativeError(point.layersPerTenfold, log(10) / -log(point.slope)) < 1e-12)
  }
}

@Suite struct GainTests {
  @Test(arguments: TheoryReference.shared.unit_gain.keys.sorted())
  func `unit gains are the independent ones`(name: String) throws {
    let reference = TheoryReference.shared.unit_gain[name]!
    let experiment = Experiment(activation: Activation.named(name), gain: 1)
    let gain = try GainName.unit.value(for: experiment)
    #expect(relativeError(gain, reference.gain) < 1e-9)
    let moments = PointwiseFunction(experiment.activation).moments(q: 1)
    #expect(relativeError(gain * gain * moments.slopeSquare, reference.chi1) < 1e-9)
    #expect(relativeError(gain * gain * moments.squareSlope, reference.slope) < 1e-9)
  }

  @Test(arguments: TheoryReference.shared.neutral_gain.keys.sorted())
  func `neutral gains are the independent ones`(name: String) throws {
    for (depth, gains) in TheoryReference.shared.neutral_gain[name]! {
      let experiment = Experiment(
        activation: Activation.named(name), gain: 1,
        shape: .square(width: 1000, depth: Int(depth)!))
      #expect(relativeError(try GainName.neutral.value(for: experiment), gains[0]) < 1e-9)
    }
  }

  @Test func `a gain scales with the initialiser's variance`() throws {
    // 2/(300 + 600) per weight instead of 1/300.
    let layer = Experiment(activation: .tanh, gain: 1, shape: .widths([300, 600]))
    let square = Experiment(activation: .tanh, gain: 1)
    let ratio = try GainName.unit.value(for: layer) / GainName.unit.value(for: square)
    #expect(relativeError(ratio, 1.5.squareRoot()) < 1e-12)
  }

  @Test func `a neutral gain depends on the input's scale`() throws {
    var experiment = Experiment(
      activation: .tanh, gain: 1, shape: .square(width: 10, depth: 30))
    let unit = try GainName.neutral.value(for: experiment)
    experiment.inputStd = 0.1
    #expect(try GainName.neutral.value(for: experiment) < unit)
  }

  @Test func `PyTorch's gains are those of calculate_gain`() throws {
    let known: [(Activation, Double)] = [
      (.identity, 1), (.sigmoid, 1), (.tanh, 5.0 / 3), (.relu, 2.0.squareRoot()),
      (.leakyReLU, (2 / 1.0001).squareRoot()), (.selu, 0.75),
    ]
    for (activation, gain) in known {
      let experiment = Experiment(activation: activation, gain: 1)
      #expect(relativeError(try GainName.pytorch.value(for: experiment), gain) < 1e-15)
    }
    #expect(throws: GainError(.pytorch, Experiment(activation: .gelu, gain: 1), .notTabulated)) {
      try GainName.pytorch.value(for: Experiment(activation: .gelu, gain: 1))
    }
  }

  @Test func `where there is no gain, the reason is told`() {
    func reason(_ name: GainName, _ experiment: Experiment) -> GainError.Reason? {
      do throws(GainError) {
        _ = try name.value(for: experiment)
        return nil
      } catch {
        #expect(error.name == name && error.layer == experiment.layer)
        return error.reason
      }
    }
    let residual = Experiment(activation: .tanh, gain: 1, skip: 0.5)
    #expect(reason(.unit, residual) == .residual)
    #expect(reason(.neutral, residual) == .residual)
    let shape = Experiment.Shape.widths([100, 200, 300])
    #expect(reason(.unit, Experiment(activation: .tanh, gain: 1, shape: shape)) == .layersDiffer)
    #expect(reason(.neutral, Experiment(activation: .tanh, gain: 1, shape: shape)) == nil)
    let flat = Experiment(activation: .tanh, gain: 1, shape: .square(width: 9, depth: 1))
    #expect(reason(.neutral, flat) == .oneLayer)
    let endless = Experiment(activation: .relu, gain: 1, shape: .square(width: 8, depth: .max))
    #expect(reason(.neutral, endless) == .tooDeep)
    #expect(reason(.neutral, Experiment(activation: .square, gain: 1)) == .noneFound)
  }

  /// fan_in·Var[w] is 1000 g²·std², and E[φ²] is 1/2.
  @Test(arguments: [1e-200, 1e200])
  func `weights whose variance no double holds have a unit gain`(std: Double) throws {
    let experiment = Experiment(activation: .relu, gain: 1, initializer: .normal(std: std))
    let gain = try GainName.unit.value(for: experiment)
    #expect(relativeError(gain, 1 / std / 500.0.squareRoot()) < 1e-14)
  }

  @Test(arguments: [0, 0x1p-1063])
  func `weights without a variance have no unit gain`(std: Double) {
    let experiment = Experiment(activation: .relu, gain: 1, initializer: .normal(std: std))
    #expect(throws: GainError(.unit, experiment, .noVariance)) {
      try GainName.unit.value(for: experiment)
    }
  }

  /// 1/|φ′(0)| for an odd φ that is concave for z > 0; √2 for relu at any variance.
  @Test func `the edge of chaos is where the literature has it`() throws {
    func edge(_ activation: Activation) -> EdgeOfChaos? {
      Experiment(activation: activation, gain: 1).edgeOfChaos()
    }
    for activation in [Activation.tanh, .softsign, .sin, .hardtanh] {
      #expect(relativeError(try #require(edge(activation)).gain, 1) < 1e-12)
      #expect(edge(activation)?.q == 0)
    }
    #expect(relativeError(try #require(edge(.erf)).gain, .pi.squareRoot() / 2) < 1e-12)
    #expect(relativeError(try #require(edge(.relu)).gain, 2.0.squareRoot()) < 1e-12)
    #expect(edge(.relu)?.q == nil)
    #expect(edge(.gelu) == nil)
    // Sigmoid's lies at a variance of its own, where χ₁ is 1 and the signal stands still.
    let sigmoid = try #require(edge(.sigmoid))
    let points = Experiment(activation: .sigmoid, gain: sigmoid.gain).fixedPoints()
    try #require(points.count == 1)
    #expect(relativeError(points[0].q, sigmoid.q!) < 1e-9)
    #expect(relativeError(points[0].chi1, 1) < 1e-9)
    #expect(points[0].isStable)
  }

  @Test func `an assessment tells signal and gradient apart`() {
    let tanh = Experiment(activation: .tanh, gain: 5.0 / 3).stack.assessment()
    #expect(tanh.signal == .stable && tanh.gradientCourse == .exploding)
    let sigmoid = Experiment(activation: .sigmoid, gain: 1).stack.assessment()
    #expect(sigmoid.signal == .stable && sigmoid.gradientCourse == .vanishing)
    let gelu = Experiment(activation: .gelu, gain: 1).stack.assessment()
    #expect(gelu.signal == .vanishing && gelu.gradientCourse == .vanishing)
    var last = Experiment(activation: .tanh, gain: 5.0 / 3, reports: .layers([1, 100]))
    last.loss = .random
    let records = last.predict(followingPairs: false)
    #expect(tanh.out == records[2].predicted.outStd!)
    #expect(tanh.gradient == records[2].predicted.gradMeanAbs!)
  }

  @Test(arguments: [
    ("tanh", true), ("selu", true), ("exp", true), ("sigmoid", true), ("relu", false),
    ("gelu", false), ("silu", false), ("mish", false), ("hardswish", false), ("square", false),
  ])
  func `a stable fixed point is found at some gain where there is one`(
    name: String, exists: Bool
  ) {
    let experiment = Experiment(activation: Activation.named(name), gain: 1)
    let gains = (-16...16).map { realExp(Double($0) / 4) }
    #expect(
      gains.contains { experiment.with(gain: $0).fixedPoints().contains(where: \.isStable) }
        == exists)
  }

  @Test func `a zero signal vanishes whatever the gain`() {
    let zero = Experiment(activation: .tanh, gain: 2, inputStd: 0).stack.assessment()
    #expect(zero.signal == .vanishing && zero.gradientCourse == .exploding)
    let none = Experiment(activation: .tanh, gain: 0).stack.assessment()
    #expect(none.gradientCourse == .vanishing)
  }
}
