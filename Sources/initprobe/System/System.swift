import Platform

/// The text of a small file, read until `isEnough`; `nil` where there is no such file to read.
func readText(_ path: String, until isEnough: (String) -> Bool = { _ in false }) -> String? {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return nil }
  defer { close(file) }
  var text = ""
  var buffer = [UInt8](repeating: 0, count: 4096)
  while !isEnough(text) {
    let count = read(file, &buffer, buffer.count)
    guard count >= 0 else { return nil }
    if count == 0 { break }
    text += String(decoding: buffer.prefix(count), as: UTF8.self)
  }
  return text
}

/// The cores that this process may use: fewer than the machine has under `taskset` or a scheduler.
func availableCores() -> Int {
  if let status = readText("/proc/self/status"), let cores = allowedCores(status) { return cores }
  return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}

/// The threads that work where this many are asked for: more than there are cores would wait for one another.
func workers(_ threads: Int) -> Int { min(threads, availableCores()) }

/// Counts a list such as `0-3,8` in the text of `/proc/self/status`.
func allowedCores(_ status: String) -> Int? {
  guard let list = field("Cpus_allowed_list:", in: status) else { return nil }
  let counts = list.split(separator: ",").map { item -> Int in
    let ends = item.split(separator: "-").compactMap { Int($0) }
    return ends.isEmpty ? 0 : ends[ends.count - 1] - ends[0] + 1
  }
  let cores = counts.reduce(0, +)
  return cores > 0 ? cores : nil
}

/// The first word after `label` on the line that begins with it.
func field(_ label: String, in text: String) -> Substring? {
  text.split(separator: "\n").first { $0.hasPrefix(label) }?
    .dropFirst(label.count).split { $0 == " " || $0 == "\t" }.first
}

/// What the system says of the error in `errno`.
func reason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

/// Returns after so many seconds, or a little later.
func sleep(seconds: Double) {
  let end = monotonicSeconds() + seconds
  while case let rest = end - monotonicSeconds(), rest > 0 {
    usleep(useconds_t(min(rest, 100) * 1e6) + 1)
  }
}

/// Seconds on a clock that is never set.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
