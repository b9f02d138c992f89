import SignalPropagation

/// The range that a reported quantity has to stay in.
struct Expectation: Equatable {
  let quantity: Quantity
  let bounds: Bounds
}

/// A finite range; a side that is left open is infinite.
struct Bounds: Equatable {
  let lower: Double
  let upper: Double

  /// NaN and infinity lie in no range.
  func contains(_ figure: Figure) -> Bool {
    guard figure.isFinite else { return false }
    switch figure {
    case .real(let value): return lower <= value && value <= upper
    case .magnitude(let value):
      return (lower <= 0 || Magnitude(lower) <= value) && value <= Magnitude(upper)
    }
  }

  /// As it is typed: `0.5:0.8`, `:0.8`.
  var description: String {
    [lower, upper].map { $0.isFinite ? $0.shortest : "" }.joined(separator: ":")
  }
}

/// What the first reported layer that breaks an expectation shows.
struct BrokenExpectation: Equatable {
  let expectation: Expectation
  let place: TrialLayer
  let value: Figure
}

extension Expectation {
  /// The first break in the order of the trials, then of the layers; the input is not a reported layer.
  func firstBreak(in trials: [Trial]) -> BrokenExpectation? {
    for trial in trials {
      for record in trial.records where record.layer > 0 {
        guard let value = quantity.value(in: record), !bounds.contains(value) else { continue }
        return BrokenExpectation(
          expectation: self, place: TrialLayer(trial, record), value: value)
      }
    }
    return nil
  }
}

extension [Expectation] {
  /// Throws where any of them is broken.
  func check(_ trials: [Trial]) throws(Failure) {
    let breaks = compactMap { $0.firstBreak(in: trials) }
    if !breaks.isEmpty { throw .brokenExpectations(breaks, trials: trials.count) }
  }
}
