import Platform

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
    availableMemory(stacks: (threads - 1) * threadStackSize + heapReserve) { readText($0) }
  #endif
}

/// Address space that the C library's heap and a program's libraries take beside what is asked of them.
private let heapReserve = 16 << 20

/// The same for any set of files in place of `/proc` and `/sys`.
///
/// Of a limit an eighth is left for what nobody has counted: beyond it there is no way back, as the kernel kills
/// what takes more than its control group may, and an allocation that fails ends the program.
func availableMemory(stacks: Int = 0, read: (String) -> String?) -> Int? {
  let free = read("/proc/meminfo").flatMap { field("MemAvailable:", in: $0) }.flatMap { Int($0) }
  let groups = read("/proc/self/cgroup").map(memoryGroups) ?? []
  let limits =
    (groups.compactMap { $0.available(read: read) }
    + resourceLimits(read: read).map { max(0, $0 - stacks) }).map { $0 / 8 * 7 }
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
