import Platform

/// Which of a stack's gains to use, and what to be aware of.
package struct GainAdvice: Sendable {
  /// A gain that has a name.
  package struct Candidate: Equatable, Sendable {
    /// `pytorch`, `unit`, `neutral`, or `edge` for the edge of chaos.
    package var name: String
    package var assessment: StackAssessment
    /// |log out| + |log grad| over the stack, both relative to what went in: the less, the better.
    package var cost: Double
  }

  /// What the best candidate does besides.
  package enum Caution: Equatable, Sendable {
    /// Rows that had nothing in common come out with this cosine.
    case rowsBecomeAlike(cosine: Double)
    /// Rows of cosine 0.99 have less than 0.5 after this many layers: which input it was is lost.
    case inputIsLost(afterLayers: Int)
    /// The signal leaves the variance at which it is now, tenfold in this many layers.
    case driftsAway(layersPerTenfold: Double)
    /// The signal vanishes or explodes over these layers, with every candidate.
    case signalNotKept(StackAssessment.Course)
    /// The gradient does.
    case gradientNotKept(StackAssessment.Course)
  }

  /// Best first.
  package var candidates: [Candidate]
  /// Of the first candidate.
  package var cautions: [Caution]
  /// How to draw the first candidate's weights elsewhere.
  package var code: [InitializerCode]

  /// The one to use.
  package var best: Candidate? { candidates.first }
}

extension LayerStack {
  /// The named gain with the least |log out| + |log grad| over the stack.
  ///
  /// - Parameter initializer: What the gain multiplies, for the code.
  /// - Returns: `nil` where no name stands for a gain.
  package func gainAdvice(initializer: Initializer) -> GainAdvice? {
    var gains: [(name: String, gain: Double)] = GainName.allCases.compactMap { name in
      (try? name.value(for: self)).map { (name.rawValue, $0) }
    }
    if let edge = edgeOfChaos() { gains.append(("edge", edge.gain)) }
    var candidates: [GainAdvice.Candidate] = []
    for (name, gain) in gains {
      let assessment = with(gain: gain).assessment()
      let cost =
        (assessment.out.log - realLog(inputStd)).magnitude
        + (assessment.gradient.log - realLog((2 / .pi as Double).squareRoot())).magnitude
      guard cost.isFinite, !candidates.contains(where: { $0.assessment.gain == gain }) else {
        continue
      }
      candidates.append(.init(name: name, assessment: assessment, cost: cost))
    }
    guard !candidates.isEmpty else { return nil }
    candidates.sort { $0.cost < $1.cost }
    let gain = candidates[0].assessment.gain
    candidates[0].assessment = with(gain: gain).assessment(followingPairs: true)
    return GainAdvice(
      candidates: candidates, cautions: cautions(candidates[0].assessment),
      code: initializer.code(gain: gain))
  }

  private func cautions(_ assessment: StackAssessment) -> [GainAdvice.Caution] {
    var cautions: [GainAdvice.Caution] = []
    if assessment.signal == .vanishing || assessment.signal == .exploding {
      cautions.append(.signalNotKept(assessment.signal))
    }
    if assessment.gradientCourse != .stable {
      cautions.append(.gradientNotKept(assessment.gradientCourse))
    }
    if let cosine = assessment.similarity, cosine > 0.9 {
      cautions.append(.rowsBecomeAlike(cosine: cosine))
    }
    if let layers = with(gain: assessment.gain).layersUntilInputIsLost() {
      cautions.append(.inputIsLost(afterLayers: layers))
    }
    if case .fixedPoint(let point) = assessment.end.signal, !point.isStable {
      cautions.append(.driftsAway(layersPerTenfold: point.layersPerTenfold))
    }
    return cautions
  }

  /// The layer after which two rows of cosine 0.99 have less than 0.5; `nil` where it lies beyond the stack.
  package func layersUntilInputIsLost() -> Int? {
    var near = self
    near.inputSimilarity = 0.99
    var field = MeanField(near, followsPairs: true, followsOnes: false)
    while field.layer < depth, field.limit == nil {
      field.advance()
      if field.signal.similarity < 0.5 { return field.layer }
    }
    return nil
  }
}
