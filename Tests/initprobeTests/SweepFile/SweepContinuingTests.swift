import Foundation
import Testing

@testable import initprobe

/// A sweep that is always still at work when it is to be killed, and what became of it then.
private struct EndlessSweep {
  let directory: URL
  var name = "sweep.csv"
  /// The layers that are reported of each point.
  static let rowsOfPoint = 11

  var file: URL { directory.appendingPathComponent(name) }

  /// - Parameter trials: The points that come first are the same for any number of them.
  func arguments(trials: Int = 20_000, output: String? = nil) -> [String] {
    ["sweep", "tanh", "--gain", "1", "--trials", "\(trials)", "--width", "8", "--batch", "8"]
      + ["--output", output ?? name]
  }

  /// Starts it, or goes on, and sends these signals when it has written 5000 bytes more.
  func kill(by signals: Int32..., errors: Pipe? = nil) throws -> Process {
    let size = length(of: file) + 5000
    let process = try start(arguments(), errors: errors, in: directory)
    wait(for: process, until: size, of: file)
    for signal in signals { Foundation.kill(process.processIdentifier, signal) }
    return process
  }

  /// The points of its file, which must be those of an undisturbed sweep of so many.
  func pointsDone() throws -> Int {
    let text = try contents(name, in: directory)
    let header = name.hasSuffix(".csv") ? 1 : 0
    let points = (text.utf8.count { $0 == UInt8(ascii: "\n") } - header) / Self.rowsOfPoint
    let same = arguments(trials: points, output: "whole-\(name)")
    #expect(try Binary.run(same, in: directory) == Outcome(output: "", errors: "", status: 0))
    #expect(try contents("whole-\(name)", in: directory) == text)
    return points
  }
}

/// Starts initprobe with nothing to read and nowhere to print.
private func start(_ arguments: [String], errors: Pipe? = nil, in directory: URL) throws -> Process
{
  let process = Process()
  process.executableURL = URL(fileURLWithPath: Binary.path)
  process.arguments = arguments
  process.currentDirectoryURL = directory
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = FileHandle.nullDevice
  process.standardError = errors ?? FileHandle.nullDevice
  try process.run()
  return process
}

/// Returns when the file has this size or the process has ended.
private func wait(for process: Process, until size: Int, of file: URL) {
  while process.isRunning, length(of: file) < size { usleep(200) }
}

private func length(of file: URL) -> Int {
  var status = stat()
  return stat(file.path, &status) == 0 ? Int(status.st_size) : 0
}

@Suite(.serialized) struct `A sweep that was killed` {
  /// Where in its file a kill may leave it is for the scan's tests, and each of its calls for `check-faults`.
  @Test(arguments: ["sweep.csv", "sweep.jsonl"])
  func `goes on from what it has written, as if nothing had happened`(name: String) throws {
    try withTemporaryDirectory { directory in
      let sweep = EndlessSweep(directory: directory, name: name)
      for signal in [SIGKILL, SIGKILL, SIGTERM] {
        try sweep.kill(by: signal).waitUntilExit()
      }
      #expect(try sweep.pointsDone() >= 3)
    }
  }

  @Test(arguments: ["csv", "jsonl"])
  func `in the middle of a write ends as if nothing had happened`(suffix: String) throws {
    try withTemporaryDirectory { directory in
      let arguments = smallSweep + ["--output", "sweep.\(suffix)"]
      #expect(try Binary.run(arguments, in: directory).status == 0)
      let whole = try contents("sweep.\(suffix)", in: directory)
      let file = directory.appendingPathComponent("sweep.\(suffix)")
      for cut in stride(from: 0, through: whole.utf8.count, by: whole.utf8.count / 23) {
        try Data(whole.utf8.prefix(cut)).write(to: file)
        #expect(try Binary.run(arguments + ["--quiet"], in: directory).errors == "")
        #expect(try contents("sweep.\(suffix)", in: directory) == whole)
      }
    }
  }

  /// What a crash of the machine leaves of a file that was being written.
  @Test(arguments: [1, 65_535, 65_536, 300_000])
  func `by a crash that filled it with zeros ends as if nothing had happened`(zeros: Int) throws {
    try withTemporaryDirectory { directory in
      let arguments = smallSweep + ["--output", "sweep.csv", "--quiet"]
      #expect(try Binary.run(arguments, in: directory).status == 0)
      let whole = try contents("sweep.csv", in: directory)
      let file = directory.appendingPathComponent("sweep.csv")
      for kept in [0, 1000, whole.utf8.count / 2] {
        // Zeros may stand between rows, too, where the later ones came to the disk first.
        for rest in [0, whole.utf8.count / 3] where kept > 0 || rest == 0 {
          let left = Data(whole.utf8.prefix(kept)) + Data(count: zeros)
          try (left + Data(whole.utf8.suffix(rest))).write(to: file)
          #expect(try Binary.run(arguments, in: directory).errors == "")
          #expect(try contents("sweep.csv", in: directory) == whole)
        }
      }
    }
  }

  @Test func `with nobody reading its messages still ends as interrupted`() throws {
    try withTemporaryDirectory { directory in
      let errors = Pipe()
      let end = errors.fileHandleForWriting.fileDescriptor
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      while write(end, [0], 1) == 1 {}
      _ = fcntl(end, F_SETFL, 0)
      let sweep = EndlessSweep(directory: directory)
      let process = try sweep.kill(by: SIGTERM, errors: errors)
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
      #expect(try sweep.pointsDone() > 0)
    }
  }

  @Test func `by the removal of its file says so`() throws {
    try withTemporaryDirectory { directory in
      let errors = Pipe()
      let sweep = EndlessSweep(directory: directory)
      let process = try sweep.kill(errors: errors)
      try FileManager.default.removeItem(at: sweep.file)
      process.waitUntilExit()
      #expect(process.terminationStatus == 74)
      #expect(
        String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
          == "Error: writing to 'sweep.csv' failed: it was removed while the sweep ran.\n")
    }
  }

  /// Else the file gets the descriptor of standard error, and the messages go into it.
  @Test func `writes no message into its file where standard error is closed`() throws {
    try withTemporaryDirectory { directory in
      let command = "$initprobe \(smallSweep.joined(separator: " ")) --output sweep.csv"
      let twice = try Binary.shell("\(command) 2>&- && \(command) 0<&- 1>&- 2>&-", in: directory)
      #expect(twice == Outcome(output: "", errors: "", status: 0))
      #expect(try Binary.run(smallSweep + ["--output", "whole.csv"], in: directory).status == 0)
      #expect(
        try contents("sweep.csv", in: directory) == contents("whole.csv", in: directory))
    }
  }

  /// JSON has one null for what was not asked for and for what is no number.
  @Test(arguments: [
    "relu --gain 3e38 --input-std 1e-30 --width 8 --batch 4 --depth 1",
    "exp --gain 1 --input-std 1000 --width 3 --batch 1 --depth 6 --every 5",
    "tanh --gain 1 --input-std 1e200 --width 3 --batch 2 --depth 2 --theory",
    "'log(x)' --gain 1 --width 3 --batch 2 --depth 3 --every 2 --spectrum",
  ])
  func `takes its own file again where no figure is a number`(sweep: String) throws {
    try withTemporaryDirectory { directory in
      let command = "$initprobe sweep \(sweep) --quiet --output sweep.jsonl"
      let twice = try Binary.shell("\(command) && \(command)", in: directory)
      #expect(twice == Outcome(output: "", errors: "", status: 0))
      let last = "--\(sweep.split(separator: "-").last!)"
      let option = ["--theory", "--spectrum"].contains(last) ? last : "--no-grad"
      let other = try Binary.shell(
        option == last
          ? command.replacingOccurrences(of: " \(last)", with: "")
          : "\(command) --no-grad", in: directory)
      #expect(other.errors.contains(" differs in '\(option)'; "))
    }
  }

  @Test func `says where it goes on`() throws {
    try withTemporaryDirectory { directory in
      let arguments = smallSweep + ["--output", "sweep.csv"]
      #expect(try Binary.run(arguments, in: directory).errors == "")
      let file = directory.appendingPathComponent("sweep.csv")
      let torn = String(try contents("sweep.csv", in: directory).dropLast(10))
      try torn.write(to: file, atomically: false, encoding: .utf8)
      #expect(
        try Binary.run(arguments, in: directory).errors
          == "Note: continuing 'sweep.csv' after 31 of 32 points.\n")
      #expect(
        try Binary.run(arguments, in: directory).errors
          == "Note: 'sweep.csv' already holds all 32 points.\n")
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `by an interrupt says what is done and how to go on`(number: Int32) throws {
    try withTemporaryDirectory { directory in
      let errors = Pipe()
      let sweep = EndlessSweep(directory: directory)
      // `timeout`, for one, sends each signal twice.
      let process = try sweep.kill(by: number, number, errors: errors)
      let text = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      if number == SIGINT {
        #expect(process.terminationReason == .uncaughtSignal)
        #expect(process.terminationStatus == SIGINT)
      } else {
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 130)
      }
      let points = try sweep.pointsDone()
      #expect(points > 0)
      #expect(
        text
          == "Interrupted after \(points) of 20000 points; run the same command again to go on.\n"
      )
    }
  }

  @Test func `leaves ignored signals ignored`() throws {
    try withTemporaryDirectory { directory in
      let arguments = EndlessSweep(directory: directory).arguments(trials: 200)
      let outcome = try Binary.shell(
        """
        trap '' HUP
        $initprobe \(arguments.joined(separator: " ")) &
        until [[ -s sweep.csv ]]; do :; done; kill -HUP $!; wait $!
        """, in: directory)
      #expect(outcome.status == 0)
    }
  }
}
