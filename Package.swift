// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// The instruction set that the kernels are compiled for.
///
/// Swift has no condition on CPU features, so the manifest chooses: the newest level of this machine,
/// or `INITPROBE_TARGET_CPU` for a binary that will run elsewhere. Other architectures need no choice:
/// every arm64 CPU has the fused multiply-add that the kernels live on.
enum TargetCPU: String {
  case baseline = "x86-64"
  case avx2 = "x86-64-v3"
  case avx512 = "x86-64-v4"

  static func chosen() -> TargetCPU? {
    #if arch(x86_64)
      guard let name = Context.environment["INITPROBE_TARGET_CPU"], name != "native" else {
        return ofThisMachine()
      }
      guard let cpu = TargetCPU(rawValue: name) else {
        fatalError("INITPROBE_TARGET_CPU is '\(name)'; use native, x86-64, x86-64-v3 or x86-64-v4")
      }
      return cpu
    #else
      return nil
    #endif
  }

  /// What the program itself asks a CPU for when it starts, see `Processor`.
  static let avx2Features = ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"]
  static let avx512Features = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]

  /// Intel Macs have no `/proc/cpuinfo`; all that run a supported macOS have AVX2.
  static func ofThisMachine() -> TargetCPU {
    guard let info = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
      return .avx2
    }
    let line = info.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
    let flags = Set(line.split(separator: " ").map(String.init))
    guard flags.isSuperset(of: avx2Features) else { return .baseline }
    return flags.isSuperset(of: avx512Features) ? .avx512 : .avx2
  }

  var condition: String {
    switch self {
    case .baseline: "TARGET_BASELINE"
    case .avx2: "TARGET_AVX2"
    case .avx512: "TARGET_AVX512"
    }
  }
}

let cpu = TargetCPU.chosen()
let targetCondition: [SwiftSetting] = cpu.map { [.define($0.condition)] } ?? []

// `-fno-math-errno` turns a square root into one instruction.
let kernelFlags =
  ["-Xcc", "-fno-math-errno"] + (cpu.map { ["-Xcc", "-march=\($0.rawValue)"] } ?? [])

// `-O` keeps debug builds, and so `swift test`, almost as fast as release. Neither module is used, and
// each would be one more library to load when the program starts.
let common = SwiftSetting.unsafeFlags([
  "-O",
  "-Xfrontend", "-disable-implicit-concurrency-module-import",
  "-Xfrontend", "-disable-implicit-string-processing-module-import",
])

let package = Package(
  name: "initprobe",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "initprobe", targets: ["initprobe"])],
  targets: [
    .target(name: "Platform", swiftSettings: [common]),
    .target(name: "Arguments", swiftSettings: [common]),
    .target(
      name: "Kernels", dependencies: ["Platform"],
      swiftSettings: targetCondition + [.unsafeFlags(kernelFlags), common]),
    .target(
      name: "SignalPropagation", dependencies: ["Kernels", "Platform"], swiftSettings: [common]),
    .executableTarget(
      name: "initprobe", dependencies: ["Arguments", "SignalPropagation", "Platform"],
      swiftSettings: targetCondition + [common]),
    .testTarget(name: "PlatformTests", dependencies: ["Platform"]),
    .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"]),
    .target(name: "NamedActivations", dependencies: ["Kernels"], path: "Tests/NamedActivations"),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels", "NamedActivations"],
      resources: [.copy("Reference")]),
    .testTarget(
      name: "SignalPropagationTests", dependencies: ["SignalPropagation", "NamedActivations"],
      resources: [.copy("Reference")]),
    .testTarget(
      name: "initprobeTests",
      dependencies: ["initprobe", "Arguments", "SignalPropagation", "Kernels", "NamedActivations"],
      exclude: ["Snapshots"]),
  ]
)
