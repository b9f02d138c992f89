/// A grid of experiments: the cross product of the values on each axis.
///
/// The points come in the order of nested loops over the axes, the first outermost, and the seeds
/// innermost. A point is one run: one combination of values with one seed.
package struct Sweep: Equatable, Sendable {
  /// A parameter that is varied.
  package struct Axis: Equatable, Sendable {
    /// Its values, at least one, no two of them equal.
    package let settings: [ParameterValue]
    /// Whether the number behind the name of a gain depends on the parameter.
    package let movesNamedGains: Bool

    /// An axis.
    package init(_ settings: [ParameterValue], movesNamedGains: Bool = true) {
      self.settings = settings
      self.movesNamedGains = movesNamedGains
    }
  }

  /// What no axis changes, with the seed of the first trial.
  package var base: ExperimentDraft
  /// The axes, outermost first.
  package var axes: [Axis]
  /// How many seeds each combination is run with, counted up from the base's.
  package var trials: Int

  /// A sweep.
  package init(base: ExperimentDraft, axes: [Axis], trials: Int = 1) {
    self.base = base
    self.axes = axes
    self.trials = trials
  }

  /// The size of the grid; `nil` where it is more than an `Int` holds.
  package var gridCount: Int? { grid.count }

  /// The first point.
  package var first: ExperimentDraft { axes.reduce(base) { $0.applying($1.settings[0]) } }

  /// The point that needs the most memory, with the gain 1 where that is a name.
  ///
  /// What a value adds does not depend on the other axes in a way that would make another value the largest,
  /// so the axes are looked at one by one.
  package var largest: Experiment {
    var draft = first
    var sizes = SizeTable { $0.memoryNeeded(threads: 1) ?? .max }
    for axis in axes where axis.settings.count > 1 {
      var most = -1
      let others = draft
      for setting in axis.settings {
        let candidate = others.applying(setting)
        let bytes = sizes[candidate.experiment]
        if bytes > most { (draft, most) = (candidate, bytes) }
      }
    }
    guard case .number(let gain) = draft.gain else { return draft.with(gain: 1) }
    return draft.with(gain: gain)
  }

  /// The places of the points as numbers.
  var grid: MixedRadix { MixedRadix(axes.map(\.settings.count) + [trials]) }

  /// The point with this number in the order of the sweep, whose `grid` this is.
  func draft(_ number: Int, of grid: MixedRadix) -> ExperimentDraft {
    var draft = base
    for (index, axis) in axes.enumerated() {
      axis.settings[grid.digit(index, of: number)].apply(&draft)
    }
    draft.experiment.seed &+= UInt64(grid.digit(axes.count, of: number))
    return draft
  }
}

/// Numbers whose digits each have a base of their own, the first digit counting most.
struct MixedRadix: Sendable {
  private let bases: [Int]
  /// What one step of each digit is worth; not used where `count` is `nil`.
  private let weights: [Int]
  /// How many numbers there are; `nil` where that is more than an `Int` holds.
  let count: Int?

  init(_ bases: [Int]) {
    self.bases = bases
    var weights: [Int] = []
    var weight: Int? = 1
    for base in bases.reversed() {
      weights.append(weight ?? 0)
      weight = weight.flatMap {
        let (product, overflow) = $0.multipliedReportingOverflow(by: base)
        return overflow ? nil : product
      }
    }
    self.weights = weights.reversed()
    count = weight
  }

  /// A digit of a number.
  func digit(_ index: Int, of number: Int) -> Int { number / weights[index] % bases[index] }

  /// The number with another digit in this place.
  func replacing(_ index: Int, of number: Int, by digit: Int) -> Int {
    number + (digit - self.digit(index, of: number)) * weights[index]
  }
}
