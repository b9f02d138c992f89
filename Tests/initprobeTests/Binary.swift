import Foundation
import Testing

/// The project's folder, found from where this file stands in it.
let projectFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// What a process left behind.
struct Outcome: Equatable {
  let output: String
  let errors: String
  let status: Int32
}

/// The program itself, as the tests' own build has left it.
enum Binary {
  static let path: String = {
    let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
    let here = URL(fileURLWithPath: CommandLine.arguments[0])
    let directories =
      ([here] + bundles).map { $0.deletingLastPathComponent() } + [Bundle.main.bundleURL]
    let candidates = directories.map { $0.appendingPathComponent("initprobe").path }
    guard let path = candidates.first(where: FileManager.default.isExecutableFile) else {
      fatalError("no initprobe in \(candidates)")
    }
    return path
  }()

  /// Runs initprobe with exactly these arguments.
  static func run(_ arguments: [String], in directory: URL? = nil) throws -> Outcome {
    try launch(path, arguments, in: directory)
  }

  /// Runs initprobe with the words of a line.
  static func run(_ line: String, in directory: URL? = nil) throws -> Outcome {
    try run(line.words, in: directory)
  }

  /// Runs a line of bash, in which `$initprobe` is the program.
  static func shell(_ line: String, in directory: URL? = nil) throws -> Outcome {
    try launch("/bin/bash", ["-c", "ulimit -t 60; \(line)"], in: directory)
  }

  /// A process that does not end is ended, so that no test hangs.
  private static func launch(
    _ program: String, _ arguments: [String], in directory: URL?
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment
      .merging(["initprobe": path, "LC_ALL": "C.UTF-8"]) { $1 }
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try withoutBlockedSignals { try process.run() }
    // The queue keeps a cancelled item until its time: held by it, hundreds of processes would leave
    // their pipes open.
    let deadline = DispatchWorkItem { [weak process] in process?.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: deadline)
    defer { deadline.cancel() }
    // The messages are short enough for a pipe to hold them while the output is read.
    let outputText = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let errorText = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Outcome(output: outputText, errors: errorText, status: process.terminationStatus)
  }
}

extension String {
  /// What stands between spaces.
  var words: [String] { split(separator: " ").map(String.init) }
}

/// A test's thread has most signals blocked, and a process inherits that from the thread that starts it.
private func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
  var none = sigset_t()
  var previous = sigset_t()
  sigemptyset(&none)
  pthread_sigmask(SIG_SETMASK, &none, &previous)
  defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
  try body()
}

/// Runs `body` with an empty directory that is removed afterwards.
func withTemporaryDirectory(_ body: (URL) throws -> Void) throws {
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("initprobe-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(at: directory) }
  try body(directory)
}

/// The names in a directory, hidden ones included.
func names(in directory: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
}

/// Arguments of a run that takes no time.
let smallRun = ["tanh", "1.1", "--width", "16", "--batch", "16", "--depth", "20"]
