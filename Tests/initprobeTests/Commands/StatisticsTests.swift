import SignalPropagation
import Testing

@testable import initprobe

/// 403 rows are several slices, so that bins are added up.
private let run = [
  "tanh", "5/3", "--width", "20", "--batch", "403", "--depth", "11", "--quiet",
]

private func lines(_ options: [String]) throws -> [Substring] {
  let outcome = try Binary.run(run + options)
  #expect(outcome.status == 0 && outcome.errors == "")
  return outcome.output.split(separator: "\n")
}

/// The members of a JSON line that are lists of numbers.
private func list(_ name: String, in line: Substring) throws -> [Double] {
  let match = try #require(line.firstMatch(of: try Regex("\"\(name)\": \\[([^\\]]*)\\]")))
  return match[1].substring!.split(separator: ", ").map { Double($0)! }
}

@Suite struct `A measurement with statistics` {
  @Test func `shows on each line what the rows hold`() throws {
    let text = try lines(["--stats"])
    let plain = try lines([])
    let rows = try lines(["--format", "csv", "--no-header"]).map {
      $0.cells
    }
    #expect(text.count == 3)
    for (index, row) in rows.enumerated() {
      func cell(_ name: String) -> Double? { Double(row[LayerRow.table.index(name)]) }
      let saturated = cell("saturated").map { " saturated: \($0.share)" } ?? ""
      let (mean, largest) = (cell("out_mean")!.figure, cell("out_abs_max")!.figure)
      #expect(
        text[index]
          == "\(plain[index]) mean: \(mean) max: \(largest)\(saturated)"
          + " similarity: \(cell("similarity")!.share)")
    }
  }
}

@Suite struct `A measurement with histograms` {
  @Test func `has a line of blocks under each line, the same on any number of threads`() throws {
    let text = try lines(["--histogram", "--threads", "1"])
    #expect(try lines(["--histogram", "--threads", "3"]) == text)
    #expect(text.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) == (try lines([])))
    for line in text.enumerated().filter({ $0.offset % 2 == 1 }).map(\.element) {
      let found = line.wholeMatch(of: /\ \ (-\d\.\d{4}) ([▁▂▃▄▅▆▇█ ]+) (\d\.\d{4})/)
      let match = try #require(found)
      let width = (Double(match.3)! - Double(match.1)!) / Double(match.2.count)
      #expect(width.significand == 1 && match.2.contains("█") && match.2.count <= 50)
    }
    // tanh fills its range and saturates at the ends.
    #expect(text[3].wholeMatch(of: /\ \ -1\.0000 █.*█ 1\.0000/) != nil)
  }

  @Test func `has edges and counts in JSON Lines, which its text draws`() throws {
    let json = try lines(["--histogram", "--format", "jsonl"])
    let text = try lines(["--histogram"])
    let plain = try lines(["--format", "jsonl"])
    for (index, line) in json.enumerated() {
      let (edges, counts) = (try list("bin_edges", in: line), try list("bin_counts", in: line))
      #expect(edges.count == counts.count + 1)
      #expect(counts.reduce(0, +) == 20 * 403)
      #expect(line.hasPrefix(plain[index].dropLast()))
      let blocks = " ▁▂▃▄▅▆▇█".map(String.init)
      let bars = counts.map { blocks[Int(($0 * 8 / counts.max()!).rounded(.up))] }.joined()
      #expect(text[2 * index + 1] == "  \(edges[0].figure) \(bars) \(edges.last!.figure)")
    }
    #expect(plain.allSatisfy { !$0.contains("bin_") })
  }

  @Test func `of nothing finite is null`() throws {
    let run =
      "square 1e30 --width 2 --batch 2 --depth 3 --layers 3 --histogram --format jsonl --quiet"
    let outcome = try Binary.run(run)
    let last = try #require(outcome.output.split(separator: "\n").last)
    #expect(last.contains("\"out_std\": null"))
    #expect(last.hasSuffix("\"bin_edges\": null, \"bin_counts\": null}"), "\(last)")
  }

  @Test func `adds up the trials`() throws {
    let trials = try lines(["--histogram", "--trials", "2"])
    let rows = try lines(["--histogram", "--trials", "2", "--format", "jsonl"])
    #expect(rows.count == 6)
    for index in 0..<3 {
      let ends = try [rows[index], rows[index + 3]].map { try list("bin_edges", in: $0) }
      let line = trials[2 * index + 1].split(separator: " ")
      #expect(Double(line[0])! <= min(ends[0][0], ends[1][0]))
      #expect(Double(line.last!)! >= max(ends[0].last!, ends[1].last!))
    }
  }

  @Test func `combines with everything that text shows`() throws {
    let all = ["--histogram", "--stats", "--theory", "--trials", "2", "--skip", "1/2"]
    let output = try lines(all + ["--init", "orthogonal", "--input-std", "2", "--no-grad"])
    #expect(output.count == 6)
    #expect(
      output[2].wholeMatch(
        of: /out: [^:]* ± [^:]* \(.*\) mean: .* max: .* saturated: .* similarity: .* \(.*\)/)
        != nil,
      "\(output[2])")
  }
}
