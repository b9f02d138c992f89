import SignalPropagation
import Platform

/// The line on the terminal that says how far a sweep is.
final class SweepProgress: Sendable {
  private struct State {
    var points: Int
    var work = 0.0
    /// Work of the point that runs alone.
    var workAlone = 0.0
  }

  private let line: ProgressLine
  private let points: Int
  private let done: Int
  /// The work of each point; none where nothing is shown, as it takes a compilation of their layers.
  private let works: [Double]
  private let work: Double
  private let state: Mutex<State>

  /// Progress through `points`, the first `done` of which are there already.
  init(_ points: [Experiment], done: Int, quiet: Bool) {
    line = ProgressLine(quiet: quiet)
    self.points = points.count
    self.done = done
    works = line.isShown ? SweepSchedule.works(of: points) : []
    work = works.dropFirst(done).reduce(0, +)
    state = Mutex(State(points: done))
  }

  /// A point that runs alone has come this far.
  func update(_ index: Int, _ fraction: Double) {
    guard line.isShown else { return }
    state.withLock { $0.workAlone = fraction * works[index] }
    show()
  }

  /// A point is finished.
  func finishPoint(_ index: Int) {
    guard line.isShown else { return }
    state.withLock { state in
      state.points += 1
      state.work += works[index]
      state.workAlone = 0
    }
    show()
  }

  /// Takes the line away.
  func finish() { line.finish() }

  private func show() {
    line.show { elapsed in
      let state = state.withLock(\.self)
      return sweepLine(
        done: state.points, of: points, here: state.points - done,
        fraction: (state.work + state.workAlone) / work, elapsed: elapsed)
    }
  }
}

/// `12 of 40 points, 3.1 points/s, 9 s left`, where `here` points are of this run.
func sweepLine(done: Int, of count: Int, here: Int, fraction: Double, elapsed: Double) -> String {
  var parts = ["\(done) of \(count) points"]
  if here > 0 {
    let rate = Double(here) / elapsed
    parts.append(
      rate < 1
        ? "\((1 / rate).fixed(decimals: 1)) s/point" : "\(rate.fixed(decimals: 1)) points/s")
  }
  if fraction > 0 { parts.append("\(duration(elapsed / fraction - elapsed)) left") }
  return parts.joined(separator: ", ")
}

/// `9 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`, rounded up.
func duration(_ seconds: Double) -> String {
  guard seconds < 1e15 else { return "ages" }
  let whole = Int(max(0, seconds).rounded(.up))
  switch whole {
  case ..<60: return "\(whole) s"
  case ..<3600: return "\(whole / 60) min \(whole % 60) s"
  case ..<86400: return "\(whole / 3600) h \(whole / 60 % 60) min"
  default: return "\(whole / 86400) d \(whole / 3600 % 24) h"
  }
}
