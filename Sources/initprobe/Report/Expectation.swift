import SignalPropagation

/// The range that a reported figure has to stay in.
struct Expectation: Equatable {
  let figure: Figure
  let bounds: Bounds
}

/// A finite range; a side that is left open is infinite.
struct Bounds: Equatable {
  let lower: Double
  let upper: Double

  /// NaN and infinity lie in no range.
  func contains(_ value: Magnitude) -> Bool {
    guard value.significand.isFinite else { return false }
    return (lower <= 0 || Magnitude(lower) <= value) && value <= Magnitude(upper)
  }

  /// As it is typed: `0.5:0.8`, `:0.8`.
  var description: String {
    [lower, upper].map { $0.isFinite ? shortest($0) : "" }.joined(separator: ":")
  }
}

/// The figures that text shows of a layer.
enum Figure: String, CaseIterable {
  case out, grad

  func measured(in record: LayerRecord) -> Magnitude? {
    switch self {
    case .out: record.outStd
    case .grad: record.gradMeanAbs
    }
  }

  func predicted(in record: LayerRecord) -> Magnitude? {
    switch self {
    case .out: record.predictedOutStd
    case .grad: record.predictedGradMeanAbs
    }
  }

  /// What was measured, or predicted where nothing was measured.
  func value(in record: LayerRecord) -> Magnitude? { measured(in: record) ?? predicted(in: record) }
}

/// What the first reported layer that breaks an expectation shows.
struct BrokenExpectation: Equatable {
  let expectation: Expectation
  let seed: UInt64
  let layer: Int
  let value: Magnitude
}

extension Expectation {
  /// The first break in the order of the trials, then of the layers; the input is not a reported layer.
  func firstBreak(in trials: [Trial]) -> BrokenExpectation? {
    for trial in trials {
      for record in trial.records where record.layer > 0 {
        guard let value = figure.value(in: record), !bounds.contains(value) else { continue }
        return BrokenExpectation(
          expectation: self, seed: trial.experiment.seed, layer: record.layer, value: value)
      }
    }
    return nil
  }
}
