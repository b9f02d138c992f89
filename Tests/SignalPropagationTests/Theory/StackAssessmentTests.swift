import Foundation
import NamedActivations
import Testing

@testable import SignalPropagation

@Suite struct StackAssessmentTests {
  /// What is said of these layers and of a stack without end must not exclude each other.
  @Test(arguments: Activation.listed)
  func `no verdict contradicts another`(activation: Activation) throws {
    for depth in [2, 12, 100] {
      let stack = try LayerStack(
        Layer(activation), gain: 1, shape: .square(width: 1000, depth: depth))
      let named = GainName.allCases.compactMap { try? $0.value(for: stack) }
      for gain in named + [0.25, 0.5, 0.8, 1, 1.25, 1.5, 2, 4] {
        let verdict = stack.with(gain: gain).assessment()
        let place = "\(activation.name) at \(gain), depth \(depth): \(verdict)"
        switch verdict.end.signal {
        case .fixedPoint(let point) where point.isStable:
          #expect(verdict.signal == .stable || verdict.signal == .settling, "\(place)")
        case .kept: #expect(verdict.signal == .stable, "\(place)")
        case .vanishes: #expect(verdict.signal != .exploding, "\(place)")
        case .explodes: #expect(verdict.signal != .vanishing, "\(place)")
        case .fixedPoint, .undefined: break
        }
        if let rate = verdict.end.gradientPerLayer {
          #expect(!(rate < 1 && verdict.gradientCourse == .exploding), "\(place)")
          #expect(!(rate > 1 && verdict.gradientCourse == .vanishing), "\(place)")
        }
        // Stable and settling are within a factor of 10, or on the way to where they rest.
        if verdict.signal == .stable { #expect(abs(verdict.outFactor.log10) <= 1, "\(place)") }
        if verdict.gradientCourse == .stable {
          #expect(abs(verdict.gradientFactor.log10) <= 1, "\(place)")
        }
      }
    }
  }

  /// A gate multiplies two signals: below the gain that keeps them they fall ever faster, beyond the range of
  /// `Double`, and there is no fixed point at 0.
  @Test(arguments: [
    (0.5, SignalFate.vanishes, StackAssessment.Course.vanishing), (1.3, .explodes, .exploding),
  ])
  func `a product of two matrices vanishes or explodes`(
    gain: Double, fate: SignalFate, course: StackAssessment.Course
  ) throws {
    for layer in ["W1(h)*W2(h)", "tanh(W1(h))*W2(h)", "W(h)**2"] {
      let small = layer.hasPrefix("tanh") ? 1.3937 : layer.hasPrefix("W(h)") ? 0.7598 : 1
      let verdict = try stack(layer, gain: gain * small, depth: 60).assessment()
      #expect(verdict.end.signal == fate, "\(layer)")
      #expect(verdict.signal == course, "\(layer)")
      #expect(verdict.gradientCourse == course, "\(layer)")
      if fate == .vanishes { #expect(verdict.end.gradientPerLayer == 0, "\(layer)") }
    }
    // E[z⁴] = 3 E[z²]²
    let rest = try stack("W1(h)*W2(h)", gain: 1, depth: 10).assessment()
    guard case .fixedPoint(let point) = rest.end.signal else {
      Issue.record("\(rest.end.signal)")
      return
    }
    #expect(abs(point.slope - 2) < 1e-3 && !point.isStable)
  }

  /// ×11.8 for a gradient of ones, ×1 for that of a readout.
  @Test func `a readout's gradient is flat at the neutral gain of gelu`() throws {
    let stack = try LayerStack(Layer(.gelu), gain: 1, shape: .square(width: 400, depth: 32))
    let neutral = try GainName.neutral.value(for: stack)
    let verdict = stack.with(gain: neutral).assessment()
    #expect(abs(verdict.gradientFactor.log) < 1e-9)
    #expect(verdict.gradientCourse == .stable)
    let ones = stack.with(gain: neutral).predict(layers: [1, 32], followingPairs: false)
    let growth = ones[2].predicted.gradMeanAbs!.log - ones[1].predicted.gradMeanAbs!.log
    #expect(abs(growth / 31 - 0.1012) < 1e-3)
  }

  /// χ = fan_in·Var[w]/2 for relu, whatever the widths.
  @Test func `widths drop out of the neutral gain`() throws {
    let tapering = try LayerStack(
      Layer(.relu), gain: 1, shape: .widths([784, 512, 256, 10]),
      initializer: .kaimingNormal(.fanIn))
    #expect(relativeError(try GainName.neutral.value(for: tapering), 2.0.squareRoot()) < 1e-9)
    let verdict = tapering.with(gain: 2.0.squareRoot()).assessment()
    #expect(abs(verdict.gradientFactor.log) < 1e-12)
  }

  @Test func `a signal that climbs to its fixed point does not explode`() throws {
    let stack = try LayerStack(
      Layer(.tanh), gain: 5.0 / 3, shape: .square(width: 100, depth: 60), inputStd: 1e-3)
    let verdict = stack.assessment()
    #expect(verdict.outFactor > Magnitude(100))
    #expect(verdict.signal == .settling)
    #expect(verdict.gradientCourse == .exploding)
    #expect(verdict.end.phase?.isChaotic == true)
  }

  @Test func `gains are sought for any layer that uses one`() throws {
    // What a gate multiplies: E[h'²] = σ⁴... of one matrix that takes the gain.
    let gated = try stack("W1(h)*sigmoid(W2(h, gain=1))", depth: 8)
    let unit = try GainName.unit.value(for: gated)
    let kept = gated.with(gain: unit).predict(layers: [1], followingPairs: false)[1]
    #expect(abs(kept.predicted.outStd!.log) < 1e-9)
    let neutral = try GainName.neutral.value(for: gated)
    #expect(abs(gated.with(gain: neutral).assessment().gradientFactor.log) < 1e-5)

    let fixed = try stack("h + W(gelu(W(layernorm(h), std=0.02)), std=0.02)", depth: 8)
    #expect(throws: GainError.Reason.gainUnused) { try GainName.unit.value(for: fixed) }
    let refused = try stack("tanh(W1(h)*W2(h))", depth: 8)
    #expect(throws: GainError.Reason.notCovered(try #require(refused.theoryLimit))) {
      try GainName.neutral.value(for: refused)
    }
    let formula = try stack("leaky_relu(x, 0.2)", depth: 8)
    #expect(
      relativeError(try GainName.pytorch.value(for: formula), (2 / 1.04).squareRoot()) < 1e-15)
  }
}

@Suite struct GainAdviceTests {
  @Test func `tanh over 100 layers is advised what the thread found by hand`() throws {
    let stack = try LayerStack(Layer(.tanh), gain: 1, shape: .square(width: 1000, depth: 100))
    let advice = try #require(stack.gainAdvice(initializer: .xavierNormal))
    #expect(advice.best?.name == "neutral")
    #expect(abs(advice.best!.assessment.gain - 1.112) < 1e-3)
    #expect(advice.cautions.isEmpty)
    #expect(
      advice.code.map(\.line) == [
        "torch.nn.init.xavier_normal_(layer.weight, gain=1.112)",
        "keras.initializers.VarianceScaling(scale=1.2366, mode=\"fan_avg\","
          + " distribution=\"untruncated_normal\")",
        "jax.nn.initializers.variance_scaling(1.2366, \"fan_avg\", \"normal\")",
      ])
    let pytorch = try #require(advice.candidates.first { $0.name == "pytorch" })
    #expect(pytorch.cost > 5)
  }

  @Test func `rows that become alike are named`() throws {
    let stack = try LayerStack(Layer(.relu), gain: 1, shape: .square(width: 1000, depth: 32))
    let advice = try #require(stack.gainAdvice(initializer: .kaimingNormal(.fanIn)))
    let isNamed = advice.cautions.contains {
      if case .rowsBecomeAlike(let cosine) = $0 { cosine > 0.95 } else { false }
    }
    #expect(isNamed)
  }

  @Test func `an input that is lost is named`() throws {
    let stack = try LayerStack(
      Layer(.tanh), gain: 5.0 / 3, shape: .square(width: 1000, depth: 100))
    let layers = try #require(stack.layersUntilInputIsLost())
    #expect((20...32).contains(layers))
  }

  /// Of all gains that have a name, the first one keeps signal and gradient nearest to what went in.
  @Test(arguments: ["tanh(x)", "relu(x)", "gelu(x)", "selu(x)", "sigmoid(x)"], [10, 100])
  func `no candidate is better than the best`(layer: String, depth: Int) throws {
    let advice = try #require(
      try stack(layer, depth: depth).gainAdvice(initializer: .xavierNormal))
    let costs = try advice.candidates.map { candidate in
      let last = try stack(layer, gain: candidate.assessment.gain, depth: depth, loss: .random)
        .predict(layers: [1, depth], followingPairs: false)[2].predicted
      return abs(last.outStd!.log) + abs(last.gradMeanAbs!.log - 0.5 * log(2 / .pi))
    }
    #expect(zip(advice.candidates, costs).allSatisfy { abs($0.cost - $1) < 1e-9 * max(1, $1) })
    #expect(costs == costs.sorted())
    #expect(advice.candidates.map(\.name).contains("unit"))
  }
}
