import Platform

/// Which of a stack's gains to use, and what to be aware of.
package struct GainAdvice: Sendable {
  /// A gain that has a name.
  package struct Candidate: Equatable, Sendable {
    /// `pytorch`, `unit`, `neutral`, or `edge` for the edge of chaos.
    package var name: String
    package var assessment: StackAssessment
    /// |log out| + |log grad| over the stack, both relative to what went in: the less, the better; infinite
    /// where nothing is left of one of them, or one overflows.
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

  /// The one to use; `nil` where nothing is left of signal or gradient with any of them.
  package var best: Candidate? { candidates.first.flatMap { $0.cost.isFinite ? $0 : nil } }
}

extension LayerStack {
  /// The named gain with the least |log out| + |log grad| over the stack.
  ///
  /// - Parameter initializer: What the gain multiplies, for the code.
  /// - Returns: `nil` where no name stands for a gain.
  package func gainAdvice(initializer: Initializer) -> GainAdvice? {
    var candidates: [GainAdvice.Candidate] = []
    for name in GainName.allCases {
      guard let gain = try? name.value(for: self),
        !candidates.contains(where: { $0.assessment.gain == gain })
      else { continue }
      let assessment = with(gain: gain).assessment()
      let cost =
        (assessment.out.log - realLog(inputStd)).magnitude
        + (assessment.gradient.log - realLog((2 / .pi as Double).squareRoot())).magnitude
      candidates.append(
        .init(
          name: name.rawValue, assessment: assessment, cost: cost.isNaN ? .infinity : cost))
    }
    guard !candidates.isEmpty else { return nil }
    candidates.sort { $0.cost < $1.cost }
    let best = candidates[0]
    guard best.cost.isFinite else {
      return GainAdvice(candidates: candidates, cautions: [], code: [])
    }
    candidates[0].assessment = with(gain: best.assessment.gain).assessment(followingPairs: true)
    return GainAdvice(
      candidates: candidates, cautions: cautions(candidates[0].assessment),
      code: initializer.code(gain: best.assessment.gain))
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
