import Platform

/// What a gain does to signal and gradient: over the layers of a stack, and in a stack without end. These are
/// two questions, and each has its own words.
///
/// The gradient is that of a random readout, as of a loss behind a trained layer's first draw. The sum of the
/// outputs would do for odd φ; where activations have a mean, ones add up along them and look explosive where
/// a readout's gradient is flat.
package struct StackAssessment: Equatable, Sendable {
  /// The gain.
  package var gain: Double
  /// The number of layers.
  package var depth: Int
  /// The standard deviation of the last layer's output.
  package var out: Magnitude
  /// Mean |gradient| at the input for a random readout at the last layer.
  package var gradient: Magnitude
  /// `out` over that of the first layer.
  package var outFactor: Magnitude
  /// The norm of the gradient at the first layer over that at the last one.
  package var gradientFactor: Magnitude
  /// The cosine between the last outputs of two rows, where it was followed.
  package var similarity: Double?
  /// What becomes of `out` over these layers.
  package var signal: Course
  /// What becomes of the gradient over these layers.
  package var gradientCourse: Course
  /// What would become of both in a stack without end.
  package var end: StackEnd

  /// The geometric mean of the factor per layer on `out`.
  package var outPerLayer: Double { perLayer(outFactor) }
  /// The same on the gradient's norm, down.
  package var gradientPerLayer: Double { perLayer(gradientFactor) }

  private func perLayer(_ factor: Magnitude) -> Double {
    realExp(factor.log / Double(max(depth - 1, 1)))
  }

  /// What becomes of a figure from the first layer to the last.
  package enum Course: String, CaseIterable, Sendable {
    /// It ends below a tenth.
    case vanishing
    /// It stays within a factor of 10.
    case stable
    /// It ends above ten times.
    case exploding
    /// It changes by more than a factor of 10, but is on its way to where it will rest, or turns around: the
    /// layers to come do not go on as these.
    case settling
  }
}

/// What becomes of signal and gradient in a stack without end.
package struct StackEnd: Equatable, Sendable {
  /// Where the signal goes.
  package var signal: SignalFate
  /// The factor per layer on the norm of a random readout's gradient where the signal ends; `nil` where it
  /// overflows there, and where layers differ.
  package var gradientPerLayer: Double?
  /// The place in the phase diagram, where there is a fixed point that the signal goes to.
  package var phase: PhasePoint?
}

extension LayerStack {
  /// What the stack's gain does over its depth, and beyond it.
  ///
  /// - Parameter followingPairs: Whether to work out the similarity, nearly all of the work.
  package func assessment(followingPairs: Bool = false) -> StackAssessment {
    var field = MeanField(self, followsPairs: followingPairs, followsOnes: false)
    field.advance()
    let first = field.signal.deviation
    var growth = 0.0
    while field.layer < depth, field.limit == nil {
      field.advance()
      growth += field.logNormGain
    }
    let end = end(last: field)
    let out = field.signal.deviation
    let outFactor = out / first
    // An infinite factor on nothing is nothing known.
    let gradientFactor = Magnitude(exp: growth.isNaN ? .infinity : growth / 2)
    return StackAssessment(
      gain: gain, depth: depth, out: out, gradient: field.gradient.ofRandom, outFactor: outFactor,
      gradientFactor: gradientFactor,
      similarity: followingPairs ? field.signal.similarity : nil,
      signal: out.significand == 0 ? .vanishing : course(outFactor, in: end.signal),
      gradientCourse: course(gradientFactor, perLayerInTheEnd: end.gradientPerLayer), end: end)
  }

  private func course(_ factor: Magnitude) -> StackAssessment.Course {
    if factor < Magnitude(0.1) { return .vanishing }
    return factor > Magnitude(10) || !factor.significand.isFinite ? .exploding : .stable
  }

  private func course(_ factor: Magnitude, in fate: SignalFate) -> StackAssessment.Course {
    let course = course(factor)
    switch (course, fate) {
    case (.vanishing, .explodes), (.exploding, .vanishes): return .settling
    case (.vanishing, .fixedPoint(let point)), (.exploding, .fixedPoint(let point)):
      return point.isStable ? .settling : course
    default: return course
    }
  }

  private func course(
    _ factor: Magnitude, perLayerInTheEnd rate: Double?
  ) -> StackAssessment.Course {
    let course = course(factor)
    guard let rate else { return course }
    switch course {
    case .vanishing where rate > 1, .exploding where rate < 1: return .settling
    default: return course
    }
  }

  /// - Parameter last: The walk at the last layer.
  private func end(last field: MeanField) -> StackEnd {
    let fate = signalFate()
    let here = realExp(field.logNormGain / 2)
    var map = varianceMap().flatMap { $0.isInRange ? $0 : nil }
    switch fate {
    case .fixedPoint(let point):
      return StackEnd(
        signal: fate, gradientPerLayer: map?.gradientFactor(q: point.q),
        phase: point.isStable && VarianceMap.covers(point.q) ? map?.phasePoint(point) : nil)
    case .vanishes, .explodes:
      let factor = map?.gradientFactor(towards: fate) ?? gradientFactor(towards: fate, here: here)
      return StackEnd(signal: fate, gradientPerLayer: factor.isFinite ? factor : nil)
    case .kept, .undefined:
      return StackEnd(signal: fate, gradientPerLayer: here.isFinite ? here : nil)
    }
  }
}

extension LayerStack {
  /// That of layers of any kind: 0 or ∞ where it goes on falling or growing, elsewhere that of the last layer.
  private func gradientFactor(towards fate: SignalFate, here: Double) -> Double {
    guard isUniform, BranchLayer(graph(ofLayer: 1)) == nil else { return here }
    let end = fate.limit { (q) -> Double in
      var stack = self
      stack.inputStd = q.squareRoot()
      var field = MeanField(stack, followsPairs: false, followsOnes: false)
      field.advance()
      return realExp(field.logNormGain / 2)
    }
    return end == 0 || end == .infinity ? end : here
  }
}

extension SignalFate {
  /// A factor per layer so far out, or so near to 0, that the layer has become what it is there; 0 or ∞ where
  /// it goes on falling or growing.
  ///
  /// - Parameter factor: The factor at a variance.
  fileprivate func limit(of factor: (_ q: Double) -> Double) -> Double {
    let (way, end) = self == .vanishes ? (0x1p-160, 0x1p-200) : (0x1p20, 0x1p60)
    let (before, last) = (factor(way), factor(end))
    return last < before / 100 ? 0 : last > 100 * before ? .infinity : last
  }
}

extension VarianceMap {
  /// The same where the signal vanishes or explodes.
  fileprivate func gradientFactor(towards fate: SignalFate) -> Double {
    var map = self
    return fate.limit { q in map.gradientFactor(q: q) }
  }

  /// √(σ² E[φ′²]), the factor on the norm of a random gradient in one layer.
  fileprivate mutating func gradientFactor(q: Double) -> Double {
    (forward * table.moments(q: q).slopeSquare).squareRoot()
  }
}
