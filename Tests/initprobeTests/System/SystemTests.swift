import Arguments
import Foundation
import SignalPropagation
import Testing

@testable import initprobe

@Suite struct `The memory there is` {
  private func available(_ files: [String: String]) -> Int? { availableMemory { files[$0] } }

  private let meminfo = "MemTotal:  2000 kB\nMemFree:  100 kB\nMemAvailable:    1000 kB\n"

  @Test func `is what the machine has available`() {
    #expect(available(["/proc/meminfo": meminfo]) == 1_024_000)
    #expect(available([:]) == nil)
  }

  @Test func `is limited by the control group and those above it`() {
    let files = [
      "/proc/meminfo": meminfo, "/proc/self/cgroup": "0::/outer/inner\n",
      "/sys/fs/cgroup/outer/inner/memory.max": "max\n",
      "/sys/fs/cgroup/outer/inner/memory.current": "5\n",
      "/sys/fs/cgroup/outer/memory.max": "500000\n",
      "/sys/fs/cgroup/outer/memory.current": "300000\n",
      "/sys/fs/cgroup/outer/memory.stat": "anon 1\ninactive_file 250000\nactive_file 9\n",
    ]
    // An eighth is left for what is not counted.
    #expect(available(files) == 450_000 / 8 * 7)
  }

  @Test func `is limited by a control group of the first version`() {
    let files = [
      "/proc/meminfo": meminfo, "/proc/self/cgroup": "3:cpu,cpuacct:/x\n2:memory:/x\n0::/\n",
      "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "400000\n",
      "/sys/fs/cgroup/memory/x/memory.usage_in_bytes": "300000\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "300000\n",
    ]
    #expect(available(files) == 100_000 / 8 * 7)
  }

  @Test func `is limited by address space and data`() {
    let limits = { (space: String, data: String) in
      """
      Limit                     Soft Limit           Hard Limit           Units
      Max data size             \(data)            unlimited            bytes
      Max address space         \(space)            unlimited            bytes

      """
    }
    let status = "Name:\tx\nVmSize:\t     100 kB\nVmData:\t      10 kB\n"
    func available(_ space: String, _ data: String, stacks: Int = 0) -> Int? {
      let files = [
        "/proc/meminfo": meminfo, "/proc/self/limits": limits(space, data),
        "/proc/self/status": status,
      ]
      return availableMemory(stacks: stacks) { files[$0] }
    }
    #expect(available("unlimited", "unlimited") == 1_024_000)
    // An eighth is left for the heap.
    #expect(available("500000", "unlimited") == 397_600 / 8 * 7)
    #expect(available("unlimited", "500000") == 489_760 / 8 * 7)
    #expect(available("500000", "unlimited", stacks: 97_600) == 300_000 / 8 * 7)
    #expect(available("5000", "unlimited") == 0)
  }

  /// An allocation that fails in the middle ends in 1, or in 134 with a backtrace.
  @Test(arguments: [
    "tanh 1 --depth 11", "tanh 1 --depth 5 --threads 8", "tanh 1 --width 8 --batch 8",
    "tanh 1 --width 300 --batch 300 --depth 3 --trials 8 --threads 2",
    "tanh 1 --width 8 --batch 8 --depth 1000000 --layers 1-1000000",
    "predict tanh 1 --depth 20000 --every 1 --format jsonl --quiet",
    "predict tanh 1 --depth 20000 --every 1 --format table --quiet",
    "predict tanh 1 --depth 20000 --every 1 --backward last --quiet",
    "sweep tanh --gain 0:0.1:0.00001 --dry-run", "sweep tanh --gain 0:0.5:0.000001 --dry-run",
    "list",
  ])
  func `is refused or enough under any limit of address space`(command: String) throws {
    for limit in [35_000, 40_000, 45_000, 55_000, 65_000, 75_000, 100_000, 130_000, 160_000] {
      let outcome = try Binary.shell(
        "ulimit -c 0 -v \(limit); $initprobe \(command) > /dev/null")
      #expect([0, 64].contains(outcome.status), "\(limit): \(outcome.errors)")
      #expect((outcome.status == 0) == outcome.errors.isEmpty)
    }
  }

  /// Their memory is beyond any machine, and must be found out before anything is counted layer by layer.
  @Test(arguments: [
    "tanh 1 --spectrum --depth 4611686018427387904",
    "tanh 1 --spectrum --depth 4611686018427387904 --every 1 --backward last",
    "tanh unit --depth 9223372036854775807 --layers 1,9223372036854775807",
    "predict tanh 1 --spectrum --depth 4611686018427387904",
    "predict tanh 1 --depth 9223372036854775807 --every 1 --format table",
    "sweep tanh --gain 1,unit --spectrum --depth 10,4611686018427387904 --output x.csv",
    "sweep tanh --gain 1 --trials 9223372036854775807 --dry-run",
  ])
  func `is refused at once for any number of layers`(command: String) throws {
    let outcome = try Binary.shell("ulimit -t 10; $initprobe \(command)")
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("Error: "))
    #expect(outcome.output == "")
  }

  private func memory(
    depth: Int, trials: Int = 1, format: Format = .csv, theory: Bool = false
  ) -> RunMemory {
    RunMemory(
      experiment: Experiment(
        activation: Activation(.tanh), gain: 1, shape: .square(width: 100, depth: depth),
        batch: 100, reports: .every(1)),
      trials: trials, format: format, theory: theory)
  }

  /// Each record is there once.
  @Test(arguments: Format.allCases)
  func `of a prediction is that of its records, whatever their text`(format: Format) throws {
    func bytes(_ depth: Int) throws -> Int {
      try #require(
        memory(depth: depth, format: format, theory: true).bytes(threads: nil, within: nil))
    }
    let record = MemoryLayout<LayerRecord>.stride
    #expect(try bytes(2000) - bytes(1000) == 1000 * (record + MemoryLayout<Int>.stride))
  }

  @Test func `of trials is that of as many at the same time as fit`() throws {
    let trials = memory(depth: 10, trials: 20)
    let alone = try #require(trials.bytes(threads: 4, within: 0))
    let all = try #require(trials.bytes(threads: 4, within: nil))
    #expect(all > alone)
    for available in stride(from: alone, through: all, by: (all - alone) / 50) {
      #expect(try #require(trials.bytes(threads: 4, within: available)) <= available)
    }
    // With one record more, all of them are.
    let record = 20 * MemoryLayout<LayerRecord>.stride
    let longer = try #require(memory(depth: 11, trials: 20).bytes(threads: 1, within: nil))
    #expect(try longer - #require(trials.bytes(threads: 1, within: nil)) >= record)
  }

  @Test func `is told for parts side by side and for one at a time`() {
    func message(_ needed: Int, _ alone: Int) -> String {
      ArgumentError.tooMuchMemory(
        needed: needed, alone: (alone, "trial"), available: 1_000_000, sizes: ["'--width'"]
      ).message
    }
    #expect(
      message(34_300_000, 20_500_000)
        == "this run needs 34.3 MB of memory (20.5 MB with one trial at a time) and 1.0 MB is"
        + " available; lower '--width'.")
    #expect(
      message(34_300_000, 34_300_000)
        == "this run needs 34.3 MB of memory and 1.0 MB is available; lower '--width'.")
  }

  @Test func `is never negative`() {
    let files = [
      "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "10\n",
      "/sys/fs/cgroup/memory.current": "20\n",
    ]
    #expect(available(files) == 0)
  }

  @Test(arguments: [
    (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (14_200_000_000, "14.2 GB"),
    (Int.max, "9.2 EB"),
  ])
  func `is told in decimal units`(bytes: Int, text: String) {
    #expect(byteCount(bytes) == text)
  }
}

@Suite struct `The cores there are` {
  @Test(arguments: [("0-1", 2), ("0-3,8", 5), ("7", 1), ("0,2,4-5", 4)])
  func `are those this process may use`(list: String, count: Int) {
    #expect(allowedCores("Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t\(list)\n") == count)
  }

  @Test func `are unknown where the system does not tell`() {
    #expect(allowedCores("Name:\tx\n") == nil)
  }

  @Test func `are at least one here`() { #expect(availableCores() >= 1) }
}

@Suite struct `The processor` {
  private let haswell =
    "processor\t: 0\nflags\t\t: fpu sse2 avx avx2 bmi1 bmi2 f16c fma abm movbe\nbugs\t: x\n"
    + "processor\t: 1\nflags\t\t: fpu\n"

  /// Else the manifest would choose a level that the program then refuses to run at.
  @Test func `is asked for the same features by the manifest`() throws {
    let file = projectFolder.appendingPathComponent("Package.swift")
    let manifest = try String(contentsOf: file, encoding: .utf8)
    let lists = manifest.matches(of: /static let avx\w+Features = \[([^\]]*)\]/).map { match in
      match.1.split(separator: ", ").map { String($0.dropFirst().dropLast()) }
    }
    #expect(lists.count == 2)
    #expect(lists.first == Processor.Target.avx2.features)
    #expect(lists.joined().elementsEqual(Processor.Target.avx512.features))
  }

  @Test func `has what it needs`() {
    #expect(Processor.missingFeatures(of: .avx2, cpuinfo: haswell) == [])
    #expect(Processor.missingFeatures(of: .baseline, cpuinfo: haswell) == [])
  }

  @Test func `is told what it lacks`() {
    #expect(
      Processor.missingFeatures(of: .avx512, cpuinfo: haswell)
        == ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"])
    let old = "flags\t\t: fpu sse2 avx\n"
    #expect(
      Processor.missingFeatures(of: .avx2, cpuinfo: old)
        == ["avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"])
  }

  @Test func `is not refused where the system does not tell`() {
    #expect(Processor.missingFeatures(of: .avx512, cpuinfo: "Features\t: asimd\n") == [])
  }

  @Test func `is refused in one line with a remedy`() {
    let failure = Failure.wrongProcessor(.avx512, missing: ["avx512f", "avx512bw"])
    #expect(failure.status.rawValue == 1)
    #expect(
      failure.message == """
        Error: this initprobe was built for AVX-512 (x86-64-v4), and this CPU lacks avx512f, avx512bw; \
        rebuild it with INITPROBE_TARGET_CPU=x86-64-v3 or x86-64.

        """)
    let older = Failure.wrongProcessor(.avx2, missing: ["fma"])
    #expect(older.message.hasSuffix("; rebuild it with INITPROBE_TARGET_CPU=x86-64.\n"))
  }
}
