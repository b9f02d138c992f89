/// The word that a mistyped one was most likely meant to be.
package enum Suggestion {
  /// The candidate nearest to `text`, if one is close.
  package static func nearest(to text: String, in candidates: [String]) -> String? {
    let distances = candidates.map { ($0, editDistance(text, $0)) }
    guard let best = distances.min(by: { $0.1 < $1.1 }) else { return nil }
    return best.1 <= max(1, text.count / 4) ? best.0 : nil
  }

  /// ` Did you mean 'tanh'?`, or nothing; follows the end of a sentence.
  package static func question(_ near: String?) -> String {
    near.map { " Did you mean '\($0)'?" } ?? ""
  }

  /// The fewest insertions, deletions, replacements and swaps of neighbouring characters that turn one
  /// into the other (optimal string alignment).
  static func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var distance = min(
          previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          distance = min(distance, beforePrevious[j - 1] + 1)
        }
        row.append(distance)
      }
      (beforePrevious, previous) = (previous, row)
    }
    return previous[b.count]
  }
}
