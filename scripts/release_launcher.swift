import Platform

// Starts the program that was compiled for the best level of x86-64 that this CPU has.
//
// INITPROBE_TARGET_CPU asks for less: x86-64-v3 or x86-64. The output is the same with all of them.

typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("initprobe_main") func baseline(_ count: Int32, _ arguments: Arguments) -> Int32
@_silgen_name("initprobe_v3_main") func avx2(_ count: Int32, _ arguments: Arguments) -> Int32
@_silgen_name("initprobe_v4_main") func avx512(_ count: Int32, _ arguments: Arguments) -> Int32

/// What the first CPU of `/proc/cpuinfo` says it has, a few thousand characters into the file.
func processorFlags() -> [Substring] {
  guard let file = fopen("/proc/cpuinfo", "r") else { return [] }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 16384)
  while fgets(&line, Int32(line.count), file) != nil {
    let text = line.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    if text.hasPrefix("flags") { return text.split { $0 == " " || $0 == "\t" || $0 == "\n" } }
  }
  return []
}

let flags = Set(processorFlags())
let asked = getenv("INITPROBE_TARGET_CPU").map { String(cString: $0) } ?? "native"
let hasAVX2 = flags.isSuperset(of: ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"])
let hasAVX512 =
  hasAVX2 && flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"])
let start =
  switch asked {
  case "x86-64": baseline
  case "x86-64-v3": hasAVX2 ? avx2 : baseline
  default: hasAVX512 ? avx512 : hasAVX2 ? avx2 : baseline
  }
exit(start(CommandLine.argc, CommandLine.unsafeArgv))
