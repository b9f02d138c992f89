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
    stride(from: index - 1, to: runs.count, by: count).map { runs[$0] }
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
    var names = NamedGains(self)
    for number in 0..<(gridCount ?? 0) {
      let place = place(number)
      do throws(GainError) {
        guard let gain = try names.gainUnlessRepeated(at: place) else { continue }
        points.runs.append(experiment(at: place).with(gain: gain))
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

/// The numbers of a sweep's named gains, each found once.
private struct NamedGains {
  private let sweep: Sweep
  private let named: [Int]
  private var known: [GridPlace: Result<Double, GainError>] = [:]

  init(_ sweep: Sweep) {
    self.sweep = sweep
    named = sweep.gains.indices.filter {
      if case .named = sweep.gains[$0] { true } else { false }
    }
  }

  /// The gain of a point; `nil` where an earlier point of the same parameters has it.
  mutating func gainUnlessRepeated(at place: GridPlace) throws(GainError) -> Double? {
    let gain = try gain(at: place).get()
    guard !named.isEmpty else { return gain }
    // Numbers are distinct among themselves.
    let rivals = named.contains(place.gain) ? Array(0..<place.gain) : named
    for rival in rivals where rival < place.gain {
      var other = place
      other.gain = rival
      if case .success(gain) = self.gain(at: other) { return nil }
    }
    return gain
  }

  private mutating func gain(at place: GridPlace) -> Result<Double, GainError> {
    switch sweep.gains[place.gain] {
    case .number(let number): return .success(number)
    case .named(let name):
      var key = place
      (key.batch, key.trial) = (0, 0)
      if let gain = known[key] { return gain }
      let experiment = sweep.experiment(at: place)
      let gain = Result { () throws(GainError) in try name.value(for: experiment) }
      known[key] = gain
      return gain
    }
  }
}
