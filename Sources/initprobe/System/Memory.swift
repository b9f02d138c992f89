import Platform
import SignalPropagation

extension Measurement {
  /// Throws where the run needs more memory than there is, before any of it is taken. A prediction, for
  /// which `threads` is `nil`, takes none but for its records.
  func checkMemory(threads: Int?) throws(ArgumentError) {
    guard let available = availableMemory(threads: threads ?? 1) else { return }
    let needed = memoryNeeded(threads: threads)
    if let needed, needed <= available { return }
    let fitsOneThread = threads != 1 && fits(memoryNeeded(threads: 1))
    let sizes =
      threads == nil ? ["'--depth'"] : sizeOptions + (fitsOneThread ? ["'--threads'"] : [])
    throw .tooMuchMemory(needed: needed, available: available, sizes: sizes)
  }

  /// The options that the memory of the run depends on.
  private var sizeOptions: [String] {
    let shape =
      switch experiment.shape {
      case .square: ["'--width'", "'--batch'", "'--depth'"]
      case .widths: ["'--widths'", "'--batch'"]
      }
    return shape + (trials > 1 ? ["'--trials'"] : [])
  }

  /// The experiment's own memory, and that of its records and their text; `nil` beyond an `Int`.
  func memoryNeeded(threads: Int?) -> Int? {
    let simulation = threads.map { experiment.memoryNeeded(threads: $0) } ?? 0
    guard let run = simulation else { return nil }
    // A histogram has up to 51 edges and 50 counts, in memory and in text.
    let bytesPerRecord =
      format.bytesPerRecord(measured: threads != nil, predicted: theory || threads == nil)
      + (experiment.histogram ? 4096 : 0)
    let (lines, endless) = experiment.reportCount.addingReportingOverflow(1)
    let (records, tooMany) = trials.multipliedReportingOverflow(by: lines)
    let (reports, tooLong) = records.multipliedReportingOverflow(by: bytesPerRecord)
    let (sum, overflow) = run.addingReportingOverflow(reports)
    return endless || tooMany || tooLong || overflow ? nil : sum
  }
}

extension SweepRequest {
  /// Throws where the list of points, or the largest of them, needs more memory than there is.
  func checkMemory(threads: Int) throws(ArgumentError) {
    guard let available = availableMemory(threads: threads) else { return }
    let list = sweep.gridCount.map { bytesOfList($0) + 16 << 20 } ?? .max
    guard list <= available else {
      throw .tooMuchMemory(needed: list, available: available, sizes: ["the number of points"])
    }
    func needed(_ threads: Int) -> Int? {
      guard let point = bytesOfPoint(sweep.largest, threads: threads) else { return nil }
      let (sum, overflow) = point.addingReportingOverflow(list)
      return overflow ? nil : sum
    }
    if isDryRun || fits(needed(threads), available) { return }
    let fitsOneThread = threads > 1 && fits(needed(1), available)
    throw .tooMuchMemory(
      needed: needed(threads), available: available,
      sizes: ["'--width'", "'--batch'", "'--depth'"] + (fitsOneThread ? ["'--threads'"] : []))
  }

  /// The list of this many points, of which a shard takes a copy, and the values that they are made of.
  func bytesOfList(_ points: Int) -> Int {
    let bytes = 2 * MemoryLayout<Experiment>.stride + 64
    return points.multipliedReportingOverflow(by: bytes).partialValue
  }

  /// A point's own memory, and that of its records and rows; `nil` beyond an `Int`.
  private func bytesOfPoint(_ point: Experiment, threads: Int) -> Int? {
    let format: Format = output.flatMap { RowFormat(path: $0) } == .jsonl ? .jsonl : .csv
    let (rows, tooLong) = (point.reportCount &+ 1).multipliedReportingOverflow(
      by: format.bytesPerRecord(measured: true, predicted: theory))
    guard !tooLong, let run = point.memoryNeeded(threads: threads) else { return nil }
    let (sum, overflow) = run.addingReportingOverflow(rows)
    return overflow ? nil : sum
  }
}

/// Whether a need that may be beyond an `Int` can be met; always where nobody knows what there is.
private func fits(_ needed: Int?, _ available: Int? = availableMemory(threads: 1)) -> Bool {
  guard let available else { return true }
  return needed.map { $0 <= available } ?? false
}

extension Format {
  /// The bytes that a record takes in memory: twice its own while lists are joined, then once with its text,
  /// which is there as a line, in a string that grows by doubling, and in its copy.
  func bytesPerRecord(measured: Bool, predicted: Bool) -> Int {
    let empty = Trial(
      experiment: Experiment(activation: Activation(.identity), gain: 1),
      records: [LayerRecord(layer: 0)])
    let predictions = Column.figures.count { $0.name.hasPrefix("predicted_") }
    let figures =
      (measured ? Column.figures.count - predictions : 0) + (predicted ? predictions : 0)
    let text =
      switch self {
      case .text: 32
      case .csv: csvRows([empty]).utf8.count + 18 * figures
      // A figure of 18 characters takes the place of `null`.
      case .jsonl: jsonLines([empty]).utf8.count + 14 * figures
      }
    let record = MemoryLayout<LayerRecord>.stride
    return max(2 * record, record + 48 + 17 * text / 5)
  }
}

/// The bytes that this process can take: what the machine has free, or its control group or its own limits
/// leave; `nil` where the system does not say.
///
/// - Parameter threads: Those that there will be, each of which takes address space for its stack.
func availableMemory(threads: Int) -> Int? {
  #if canImport(Darwin)
    var bytes: UInt64 = 0
    var size = MemoryLayout<UInt64>.size
    return sysctlbyname("hw.memsize", &bytes, &size, nil, 0) == 0 ? Int(bytes) : nil
  #else
    availableMemory(stacks: (threads - 1) * threadStackSize) { readText($0) }
  #endif
}

/// The same for any set of files in place of `/proc` and `/sys`.
func availableMemory(stacks: Int = 0, read: (String) -> String?) -> Int? {
  let free = read("/proc/meminfo").flatMap { field("MemAvailable:", in: $0) }.flatMap { Int($0) }
  let groups = read("/proc/self/cgroup").map(memoryGroups) ?? []
  let limits =
    groups.compactMap { $0.available(read: read) }
    + resourceLimits(read: read).map { max(0, $0 - stacks) }
  return ([free.map { $0 * 1024 }].compactMap(\.self) + limits).min()
}

/// What the limits of `ulimit -v` and `ulimit -d` leave of address space and of data.
private func resourceLimits(read: (String) -> String?) -> [Int] {
  guard let limits = read("/proc/self/limits"), let status = read("/proc/self/status") else {
    return []
  }
  return [("Max address space", "VmSize:"), ("Max data size", "VmData:")].compactMap { name, used in
    guard let limit = field(name, in: limits).flatMap({ Int($0) }),
      let used = field(used, in: status).flatMap({ Int($0) })
    else { return nil }
    return max(0, limit - used * 1024)
  }
}

/// A directory of the control group file system, with the names that its version gives to the files.
private struct MemoryGroup {
  let directory: String
  let limit: String
  let usage: String
  let reclaimable: String

  /// `nil` where there is no limit. File cache gives way, so it counts as free.
  func available(read: (String) -> String?) -> Int? {
    guard let limit = read("\(directory)/\(limit)").flatMap(leadingInteger),
      let usage = read("\(directory)/\(usage)").flatMap(leadingInteger)
    else { return nil }
    let statistics = read("\(directory)/memory.stat") ?? ""
    let cache = field("\(reclaimable) ", in: statistics).flatMap { Int($0) } ?? 0
    return max(0, limit - max(0, usage - cache))
  }

  private func leadingInteger(_ text: String) -> Int? {
    text.split(separator: "\n").first.flatMap { Int($0) }
  }
}

/// The groups that limit this process, its own and all above it, from `/proc/self/cgroup`.
private func memoryGroups(_ text: String) -> [MemoryGroup] {
  text.split(separator: "\n").flatMap { line -> [MemoryGroup] in
    let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return [] }
    if parts[0] == "0", parts[1].isEmpty {
      return ancestors(of: parts[2]).map {
        MemoryGroup(
          directory: "/sys/fs/cgroup\($0)", limit: "memory.max", usage: "memory.current",
          reclaimable: "inactive_file")
      }
    }
    guard parts[1].split(separator: ",").contains("memory") else { return [] }
    return ancestors(of: parts[2]).map {
      MemoryGroup(
        directory: "/sys/fs/cgroup/memory\($0)", limit: "memory.limit_in_bytes",
        usage: "memory.usage_in_bytes", reclaimable: "total_inactive_file")
    }
  }
}

/// `/a/b` → `/a/b`, `/a` and the empty root.
private func ancestors(of path: Substring) -> [String] {
  let names = path.split(separator: "/")
  return (0...names.count).reversed().map { count in
    names.prefix(count).map { "/\($0)" }.joined()
  }
}
