import Foundation
import SignalPropagation
import Testing

@testable import initprobe

/// A small sweep's experiments and the file they make.
private struct Sample {
  let format: RowFormat
  let points: [Experiment]
  let theory: Bool
  let bytes: [UInt8]
  /// Where the header and each point end.
  let ends: [Int]

  /// - Parameter options: Take the place of those with the same name.
  init(_ format: RowFormat, theory: Bool = false, _ options: [String: String] = [:]) throws {
    let usual = [
      "--gain": "0.5,1", "--init": "xavier_normal,variance_scaling:scale=2,mode=fan_out",
      "--layers": "1,2", "--width": "6", "--batch": "5", "--depth": "2",
    ]
    let all = usual.merging(options) { $1 }.filter { $0.value != "-" }
    let words = all.flatMap { $1.isEmpty ? [$0] : $0 == "" ? [$1] : [$0, $1] }
    let request = try SweepRequest(
      parsing: (options[""] == nil ? ["tanh"] : []) + words + ["--dry-run"])
    let sweep = request.sweep
    self.format = format
    self.theory = theory
    points = sweep.points().runs
    var text = format.header(settings: [])
    var ends = [text.utf8.count]
    for point in points {
      var records = try point.measure(threads: 1)
      if theory { records = records.beside(predictions: try point.theory().predict()) }
      text += format.rows(Trial(experiment: point, records: records)).joined()
      ends.append(text.utf8.count)
    }
    bytes = Array(text.utf8)
    self.ends = ends
  }

  /// The scan of a file that is still empty.
  var start: SweepScan { SweepScan(SweepContents(format: format, points: points, theory: theory)) }

  func scan(_ bytes: [UInt8]) throws(ForeignLine) -> SweepScan {
    try scan(bytes[...], after: start)
  }

  /// - Parameter before: The scan of the lines that come before these bytes.
  func scan(_ bytes: ArraySlice<UInt8>, after before: SweepScan) throws(ForeignLine) -> SweepScan {
    var scan = before
    var rest = bytes
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      try scan.take(rest[..<end])
      rest = rest[(end + 1)...]
    }
    try scan.takeTorn(rest)
    return scan
  }

  /// Each line with its end, and the scan of those before it; last what follows the last line: nothing.
  func lines() throws -> [(line: Range<Int>, before: SweepScan)] {
    var (before, first) = (start, 0)
    var lines: [(Range<Int>, SweepScan)] = []
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      lines.append((first..<(index + 1), before))
      try before.take(bytes[first..<index])
      first = index + 1
    }
    return lines + [(first..<first, before)]
  }

  func problem(_ text: String) -> ForeignLine? {
    #expect(throws: ForeignLine.self) { _ = try self.scan(Array(text.utf8)) }
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}

@Suite struct `What a sweep finds in its file` {
  @Test(arguments: [RowFormat.csv, .jsonl], [[:], ["--spectrum": "", "--width": "3"]])
  func `is all points that were complete when it was cut anywhere`(
    format: RowFormat, options: [String: String]
  ) throws {
    let sample = try Sample(format, options)
    for (line, before) in try sample.lines() {
      let complete = sample.ends.filter { $0 <= line.lowerBound }
      for cut in line.isEmpty ? [line.lowerBound] : Array(line) {
        for zeros in [0, 3] {
          let torn = sample.bytes[line.lowerBound..<cut] + Array(repeating: 0, count: zeros)
          let scan = try sample.scan(torn, after: before)
          #expect(scan.points == max(0, complete.count - 1))
          #expect(scan.end == complete.last ?? 0)
        }
      }
    }
  }

  @Test func `is all points where a row has thousands of singular values`() throws {
    let sample = try Sample(.jsonl, ["--spectrum": "", "--width": "3"])
    let values = Array(repeating: "1.0000000000000002e-10", count: 9000).joined(separator: ", ")
    let text = sample.text.replacing("\"width\": 3,", with: "\"width\": 9000,")
      .replacing(/\[[^\]]*\]/, with: "[\(values)]")
    let points = sample.points.map { point in
      var point = point
      point.shape = .square(width: 9000, depth: 2)
      return point
    }
    try withTemporaryDirectory { directory in
      let path = directory.appending(path: "s.jsonl").path
      try Data(text.utf8).write(to: URL(filePath: path))
      let contents = SweepContents(format: .jsonl, points: points, theory: false)
      #expect(try SweepFile.pointsDone(path, contents) == points.count)
    }
  }

  @Test(arguments: [RowFormat.csv, .jsonl], [[:], ["--spectrum": "", "--width": "3"]])
  func `is refused where any byte but a digit is another`(
    format: RowFormat, options: [String: String]
  ) throws {
    let sample = try Sample(format, options)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    for (line, before) in try sample.lines() {
      // Without its last line end the file is torn, and no other.
      for index in line
      where !digits.contains(sample.bytes[index]) && index < sample.bytes.count - 1 {
        var changed = sample.bytes[line.lowerBound...]
        changed[index] = UInt8(ascii: "z")
        #expect(throws: ForeignLine.self, "byte \(index)") {
          _ = try sample.scan(changed, after: before)
        }
      }
    }
  }

  @Test(arguments: [RowFormat.csv, .jsonl])
  func `belongs to no other sweep`(format: RowFormat) throws {
    let sample = try Sample(format)
    let others: [[String: String]] = [
      ["": "relu"], ["--gain": "0.25"], ["--gain": "1,0.5"],
      ["--init": "variance_scaling:scale=2,mode=fan_out"], ["--skip": "1"], ["--input-std": "2"],
      ["--width": "60"], ["--batch": "4"], ["--depth": "2,13"], ["--depth": "12"],
      ["--seed": "1"], ["--trials": "2"], ["--layers": "-", "--every": "5"], ["--layers": "1"],
      ["--layers": "2"], ["--no-grad": ""], ["--spectrum": ""],
    ]
    for change in others {
      let other = try Sample(format, change)
      #expect(throws: ForeignLine.self) { _ = try sample.scan(other.bytes) }
      #expect(throws: ForeignLine.self) { _ = try other.scan(sample.bytes) }
    }
    let predicted = try Sample(format, theory: true)
    #expect(try predicted.scan(predicted.bytes).points == predicted.points.count)
    #expect(predicted.problem(sample.text) == .otherOption("--theory"))
    #expect(sample.problem(predicted.text) == .otherOption("--theory"))
    let spectral = try Sample(format, ["--spectrum": ""])
    #expect(spectral.problem(sample.text) == .otherOption("--spectrum"))
    #expect(sample.problem(spectral.text) == .otherOption("--spectrum"))
  }

  @Test func `may be less than the sweep but not more`() throws {
    let sample = try Sample(.csv)
    let line = sample.text.split(separator: "\n").last!
    #expect(sample.problem("\(sample.text)\(line)\n") == .beyondTheEnd)
    #expect(sample.problem("\(sample.text)t") == .beyondTheEnd)
    #expect(try sample.scan([]).end == 0)
  }

  @Test func `is told from what merely begins alike`() throws {
    let sample = try Sample(.csv)
    #expect(sample.problem("a,b\n") == .notTheHeader)
    #expect(sample.problem("hello") == .notTheHeader)
    #expect(sample.problem(LayerRow.table.header + LayerRow.table.header) == otherParameters)
    #expect(sample.problem(LayerRow.table.header + "tanh,0.25") == otherParameters)
    #expect(sample.problem(LayerRow.table.header + "\n") == otherParameters)
    #expect(
      sample.problem(LayerRow.table.header + "tanh,0.5,xavier_normal,,1,0,sum,each,6,5,2,0,0,1\n")
        == .otherColumns)
    #expect(try Sample(.jsonl).problem(LayerRow.table.header) == otherParameters)
  }

  private var otherParameters: ForeignLine {
    .otherParameters(expected: "tanh,0.5,xavier_normal,,1,0,sum,each,6,5,2,0,0")
  }

  /// JSON has no number for the standard deviation of one value, nor for a gradient through infinities.
  @Test(arguments: [RowFormat.csv, .jsonl])
  func `may have figures that are no numbers`(format: RowFormat) throws {
    let sample = try Sample(format, ["--width": "1", "--batch": "1", "--gain": "1e39"])
    #expect(try sample.scan(sample.bytes).points == sample.points.count)
    let overflowing = try Sample(format, theory: true, ["": "exp", "--gain": "100"])
    #expect(try overflowing.scan(overflowing.bytes).points == overflowing.points.count)
  }
}
