import Arguments

/// Why shards do not make a sweep.
enum MergeProblem: Equatable {
  case unreadable(shard: String, reason: String)
  case otherFormat(shard: String, format: RowFormat)
  case isOutput(shard: String)
  /// Two names of one file.
  case repeated(shard: String, other: String)
  /// The last line has no end.
  case unfinished(shard: String)
  case foreign(shard: String, line: Int, ForeignLine)
  /// A point without all of its rows.
  case torn(shard: String, line: Int, parameters: String)
  case noPoint(shard: String, line: Int, parameters: String)
  case twice(String, line: Int, other: String, parameters: String)
  case missing(Int, of: Int, first: String)
  case unnamed(shard: String)
  case sameNumber(shard: String, other: String)
  case missingShards([Int], of: Int)
  case uneven(shard: String, points: Int, expected: Int)
  case noGrid(points: Int)

  static func twice(_ block: ShardFile.Block, _ other: ShardFile.Block) -> MergeProblem {
    .twice(
      block.shard, line: block.line, other: other.shard, parameters: String(block.parameters))
  }

  /// A sentence that names the shard and what to do.
  var message: String {
    switch self {
    case .unreadable(let shard, let reason): "the shard \(shard.quoted) cannot be read: \(reason)."
    case .otherFormat(let shard, let format):
      "the shard \(shard.quoted) is no .\(format.rawValue) file as the output is; give '--output' the"
        + " ending of the shards."
    case .isOutput(let shard):
      "the shard \(shard.quoted) is the output itself; give '--output' another path."
    case .repeated(let shard, let other):
      shard == other
        ? "the shard \(shard.quoted) is named twice; name it once."
        : "the shards \(other.quoted) and \(shard.quoted) are one file; name it once."
    case .unfinished(let shard):
      "the shard \(shard.quoted) is not finished: its last line has no end; run the shard again."
    case .foreign(let shard, let line, let problem):
      "the shard \(shard.quoted) does not belong to this sweep: line \(line) \(problem.message)."
    case .torn(let shard, let line, let parameters):
      "the shard \(shard.quoted) is not finished: from line \(line), the point \(parameters.quoted)"
        + " lacks rows; run the shard again."
    case .noPoint(let shard, let line, let parameters):
      "the shard \(shard.quoted) does not belong to this sweep: line \(line) is of no point of it,"
        + " but of \(parameters.quoted)."
    case .twice(let shard, let line, let other, let parameters):
      "the point \(parameters.quoted) is in \(other.quoted) and again in \(shard.quoted), line \(line);"
        + " leave out one of them."
    case .missing(let count, let all, let first):
      "\(count) of \(all) points are missing, the first of them \(first.quoted); name all shards,"
        + " and run again those that are not finished."
    case .unnamed(let shard):
      "the name of \(shard.quoted) does not tell which shard of how many it is, as sweep.3-of-8.csv"
        + " does; rename it, or give the arguments of the sweep after '--'."
    case .sameNumber(let shard, let other):
      "the names of \(other.quoted) and \(shard.quoted) tell the same shard; name one of them."
    case .missingShards(let numbers, let count):
      "of \(count) shards, \(numbers.count == 1 ? "number" : "numbers") \(MergeProblem.list(numbers))"
        + " \(numbers.count == 1 ? "is" : "are") missing; name the files of all."
    case .uneven(let shard, let points, let expected):
      "the shard \(shard.quoted) has \(points) points where \(expected) would make a sweep; run again"
        + " those that are not finished."
    case .noGrid(let points):
      "the \(points) points are no whole grid; run again the shards that are not finished, or, where names"
        + " of gains stand for fewer points, give the arguments of the sweep after '--'."
    }
  }

  private static func list(_ numbers: [Int]) -> String {
    let shown = numbers.prefix(5).map(String.init).joined(separator: ", ")
    return numbers.count > 5 ? "\(shown) and \(numbers.count - 5) more" : shown
  }
}
