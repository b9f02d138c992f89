/// Whether this CPU has the instructions that the kernels were compiled to.
enum Processor {
  /// An instruction set level that the manifest can choose for the kernels.
  struct Target: Equatable {
    let name: String
    /// As `/proc/cpuinfo` calls them.
    let features: [String]
    /// The values of `INITPROBE_TARGET_CPU` that ask less of a CPU.
    let simpler: [String]

    static let baseline = Target(name: "x86-64", features: [], simpler: [])
    static let avx2 = Target(
      name: "AVX2 (x86-64-v3)",
      features: ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"],
      simpler: ["x86-64"])
    static let avx512 = Target(
      name: "AVX-512 (x86-64-v4)",
      features: avx2.features + ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
      simpler: ["x86-64-v3", "x86-64"])
  }

  #if TARGET_AVX512
    static let target = Target.avx512
  #elseif TARGET_AVX2
    static let target = Target.avx2
  #else
    static let target = Target.baseline
  #endif

  /// Throws on a CPU on which the kernels would die of an illegal instruction.
  ///
  /// Where there is no `/proc/cpuinfo`, on a Mac, nothing is known and nothing refused.
  static func check() throws(Failure) {
    guard !target.features.isEmpty,
      let info = readText("/proc/cpuinfo", until: { flags(in: $0) != nil })
    else { return }
    let missing = missingFeatures(of: target, cpuinfo: info)
    guard missing.isEmpty else { throw .wrongProcessor(target, missing: missing) }
  }

  /// The features of `target` that the first CPU of `cpuinfo` lacks; none where it tells no flags.
  static func missingFeatures(of target: Target, cpuinfo: String) -> [String] {
    guard let flags = flags(in: cpuinfo) else { return [] }
    let present = Set(flags.split { $0 == " " || $0 == "\t" || $0 == ":" })
    return target.features.filter { !present.contains(Substring($0)) }
  }

  /// The first line of flags, once it is there to its end.
  private static func flags(in cpuinfo: String) -> Substring? {
    let lines = cpuinfo.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.dropLast().first { $0.hasPrefix("flags") }
  }
}
