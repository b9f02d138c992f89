/// The points of a sweep, and what of the grid is none.
package struct SweepPoints: Equatable, Sendable {
  /// What is to be run, in order, each with a gain that is a number and no two of them equal.
  package internal(set) var runs: [Experiment] = []
  /// Names that stand for no gain, each with the number of points that are missing for it.
  package internal(set) var missing: [Missing] = []

  /// Points that cannot be run.
  package struct Missing: Equatable, Sendable {
    /// Why not.
    package let error: GainError
    /// How many they are.
    package internal(set) var count: Int
  }

  /// Every `count`-th point from the `index`-th, which counts from 1.
  package func shard(_ index: Int, of count: Int) -> [Experiment] {
    count == 1 ? runs : stride(from: index - 1, to: runs.count, by: count).map { runs[$0] }
  }
}

extension Sweep {
  /// Lists the points, and finds the number of each named gain.
  ///
  /// A name often stands for a number that is on the axis already, as `pytorch` for tanh's 5/3: such a
  /// point appears once, in its first place.
  ///
  /// The grid must not be larger than a list of it may be.
  package func points() -> SweepPoints {
    var points = SweepPoints()
    // A list that grows by doubling is there twice each time.
    points.runs.reserveCapacity(gridCount ?? 0)
    var gains = GainsOfSweep(self)
    for number in 0..<(gridCount ?? 0) {
      do throws(GainError) {
        guard let gain = try gains.gainUnlessRepeated(number) else { continue }
        points.runs.append(draft(number, of: gains.grid).with(gain: gain))
      } catch {
        points.count(error)
      }
    }
    return points
  }
}

extension SweepPoints {
  fileprivate mutating func count(_ error: GainError) {
    if let known = missing.firstIndex(where: { $0.error == error }) {
      missing[known].count += 1
    } else {
      missing.append(Missing(error: error, count: 1))
    }
  }
}

/// The gains of a sweep's points, the number of a name found once.
private struct GainsOfSweep {
  private let sweep: Sweep
  let grid: MixedRadix
  /// The axis that has names, and the places of these on it.
  private let named: (axis: Int, places: [Int])?
  /// The digits that the number behind a name does not depend on, the seed's among them.
  private let idle: [Int]
  private var known: [Int: Result<Double, GainError>] = [:]

  init(_ sweep: Sweep) {
    self.sweep = sweep
    grid = sweep.grid
    idle = sweep.axes.indices.filter { !sweep.axes[$0].movesNamedGains } + [sweep.axes.count]
    let places = sweep.axes.map { axis in
      axis.settings.indices.filter {
        if case .named = sweep.base.applying(axis.settings[$0]).gain { true } else { false }
      }
    }
    named = places.firstIndex { !$0.isEmpty }.map { ($0, places[$0]) }
  }

  /// The gain of a point; `nil` where an earlier point of the same parameters has it.
  mutating func gainUnlessRepeated(_ number: Int) throws(GainError) -> Double? {
    let gain = try gain(number).get()
    guard let named else { return gain }
    let place = grid.digit(named.axis, of: number)
    // Numbers are distinct among themselves.
    let rivals = named.places.contains(place) ? Array(0..<place) : named.places
    for rival in rivals where rival < place {
      let other = grid.replacing(named.axis, of: number, by: rival)
      if case .success(gain) = self.gain(other) { return nil }
    }
    return gain
  }

  private mutating func gain(_ number: Int) -> Result<Double, GainError> {
    let draft = sweep.draft(number, of: grid)
    if case .number(let gain) = draft.gain { return .success(gain) }
    let key = idle.reduce(number) { grid.replacing($1, of: $0, by: 0) }
    if let gain = known[key] { return gain }
    // A layer that cannot be built has no gain to look for, and its point is refused at any.
    let isSound = (try? Network(draft.experiment)) != nil
    let gain = Result { () throws(GainError) in isSound ? try draft.resolved().gain : 1 }
    known[key] = gain
    return gain
  }
}
