import Kernels

/// Columns of the batch that one thread takes through the whole network.
struct Slice: Equatable {
  /// The first row of the batch.
  let start: Int
  /// Rows of the batch; the last panel may be padded.
  let count: Int

  /// The widths of the panels.
  var widths: [Int] { Panels.widths(forColumns: count) }
}

extension Slice {
  /// Groups of lanes, few enough that threads of unequal speed end together.
  private static let usualGroups = Panels.groupsAtOnce
  /// Columns of a slice of the usual size.
  static let usualColumns = usualGroups * Panels.lanes
  /// Columns of the largest slice on any CPU: a remainder of less than a panel goes with the last one.
  static let maxColumns = (Panels.mostGroupsAtOnce + 2) * Panels.lanes

  /// Cuts rows `start ..< start + count` into slices that `threads` threads finish together.
  ///
  /// The small slices come last, so that a thread that was slowed down leaves little for the others to
  /// wait for.
  static func cut(start: Int, count: Int, threads: Int) -> [Slice] {
    let lanes = Panels.lanes
    let groups = (count + lanes - 1) / lanes
    let shares = min(threads, groups)
    var sizes: [Int] = []
    for share in 0..<shares {
      let size = groups * (share + 1) / shares - groups * share / shares
      sizes += cut(groups: size)
    }
    sizes.sort(by: >)
    var first = 0
    return sizes.map { size in
      defer { first += size * lanes }
      return Slice(start: start + first, count: min(size * lanes, count - first))
    }
  }

  /// A thread's share: slices of the usual size, and what is left as a slice of its own if it fills a panel.
  private static func cut(groups: Int) -> [Int] {
    var sizes = Array(repeating: usualGroups, count: groups / usualGroups)
    let rest = groups % usualGroups
    if rest >= 3 || sizes.isEmpty && rest > 0 {
      sizes.append(rest)
    } else if rest > 0 {
      sizes[sizes.count - 1] += rest
    }
    return sizes
  }
}
