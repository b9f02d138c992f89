import Arguments
import Platform

extension Operand {
  /// A seed in the range of `torch.manual_seed`, where a negative one means 2⁶⁴ more.
  func seed() throws(ArgumentError) -> UInt64 {
    if let seed = UInt64(text) { return seed }
    guard let seed = Int64(text) else { throw .value(self, .notASeed) }
    return UInt64(bitPattern: seed)
  }

  /// The layers of a list such as `1,2,5-10`, ascending and distinct, all within `depth`.
  func layers(depth: Int) throws(ArgumentError) -> [Int] {
    var ranges: [ClosedRange<Int>] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let range = try layerRange(item)
      guard range.upperBound <= depth else {
        throw .value(self, .beyondDepth(layer: range.upperBound, depth: depth))
      }
      ranges.append(range)
    }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var last = 0
    let parts = ranges.compactMap { range in
      defer { last = max(last, range.upperBound) }
      return range.upperBound > last ? max(range.lowerBound, last + 1)...range.upperBound : nil
    }
    let count = parts.reduce(0) { $0 + min($1.count, Operand.mostLayers + 1) }
    guard count <= Operand.mostLayers else {
      throw .value(self, .tooManyLayers(most: Operand.mostLayers))
    }
    try Operand.checkMemory(forLayers: count)
    var layers: [Int] = []
    layers.reserveCapacity(count)
    for part in parts { layers += part }
    return layers
  }

  /// A list is kept in memory before its size can be weighed with the rest of the run.
  private static let mostLayers = 1_000_000

  private func layerRange(_ item: Substring) throws(ArgumentError) -> ClosedRange<Int> {
    var ends: [Int] = []
    for end in item.split(separator: "-", omittingEmptySubsequences: false) {
      guard let layer = try? with(end).count() else { throw .value(self, .notLayers) }
      ends.append(layer)
    }
    guard ends.count <= 2, let first = ends.first, let last = ends.last, first <= last else {
      throw .value(self, .notLayers)
    }
    return first...last
  }

  /// The widths of a list such as `784,500,10`: the input, then each layer.
  func widths() throws(ArgumentError) -> [Int] {
    var widths: [Int] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let width = try? with(item).count() else { throw .value(self, .notWidths) }
      widths.append(width)
    }
    guard widths.count >= 2 else { throw .value(self, .notWidths) }
    return widths
  }

  /// `LO:HI`, where either side may be empty.
  func bounds() throws(ArgumentError) -> Bounds {
    func finite(_ text: Substring) -> Double? {
      Double(argument: String(text)).flatMap { $0.isFinite ? $0 : nil }
    }
    let sides = text.split(separator: ":", omittingEmptySubsequences: false)
    guard sides.count == 2,
      let lower = sides[0].isEmpty ? -.infinity : finite(sides[0]),
      let upper = sides[1].isEmpty ? .infinity : finite(sides[1]),
      lower <= upper, upper >= 0
    else { throw .value(self, .notBounds) }
    return Bounds(lower: lower, upper: upper)
  }

  /// `I/N`, I from 1 to N, or `auto/N`.
  func shard() throws(ArgumentError) -> Shard {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = try? with(parts[1]).count() else {
      throw .value(self, .notAShard)
    }
    if parts[0].lowercased() == "auto" { return try shardOfTask(count) }
    guard let index = try? with(parts[0]).count(), index <= count else {
      throw .value(self, .notAShard)
    }
    return Shard(index: index, count: count)
  }

  /// The shard whose number a scheduler has given to this task.
  private func shardOfTask(_ count: Int) throws(ArgumentError) -> Shard {
    for (variable, first) in Shard.variables {
      guard let value = getenv(variable).map({ String(cString: $0) }), value != "undefined" else {
        continue
      }
      guard let number = Int(value), (first..<(first + count)).contains(number) else {
        throw .value(self, .taskOutOfRange(variable, value, first: first))
      }
      return Shard(index: number - first + 1, count: count)
    }
    throw .value(self, .noTask(Shard.variables.map(\.name)))
  }
}

/// One of `count` parts of a sweep, counted from 1.
struct Shard: Equatable, Sendable {
  let index: Int
  let count: Int

  /// What schedulers tell the tasks of a job array, and the number of the first: Slurm, Sun Grid Engine, PBS,
  /// LSF, AWS Batch, Kubernetes, Google Batch and Cloud Run.
  static let variables: [(name: String, first: Int)] = [
    ("SLURM_ARRAY_TASK_ID", 1), ("SGE_TASK_ID", 1), ("PBS_ARRAY_INDEX", 1), ("LSB_JOBINDEX", 1),
    ("AWS_BATCH_JOB_ARRAY_INDEX", 0), ("JOB_COMPLETION_INDEX", 0), ("BATCH_TASK_INDEX", 0),
    ("CLOUD_RUN_TASK_INDEX", 0),
  ]
}
