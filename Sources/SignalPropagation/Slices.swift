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
  /// Four of the widest panels: enough to read each weight once for many columns, and little enough
  /// for the activations of a thousand features to stay in the L2 cache.
  static let maxGroups = 12
  static let maxColumns = maxGroups * Panels.lanes

  /// Cuts rows `start ..< start + count` into slices that `threads` threads finish together.
  ///
  /// Each thread's share is cut into slices of the full size and one smaller; the small ones come last,
  /// so that a thread that was slowed down leaves little for the others to wait for.
  static func cut(start: Int, count: Int, threads: Int) -> [Slice] {
    let lanes = Panels.lanes
    let groups = (count + lanes - 1) / lanes
    let shares = min(threads, groups)
    var sizes: [Int] = []
    for share in 0..<shares {
      let size = groups * (share + 1) / shares - groups * share / shares
      sizes += Array(repeating: maxGroups, count: size / maxGroups)
      if size % maxGroups > 0 { sizes.append(size % maxGroups) }
    }
    sizes.sort(by: >)
    var first = 0
    return sizes.map { size in
      defer { first += size * lanes }
      return Slice(start: start + first, count: min(size * lanes, count - first))
    }
  }
}
