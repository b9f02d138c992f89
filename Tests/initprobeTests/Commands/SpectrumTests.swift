import Foundation
import Testing

@testable import initprobe

@Suite struct `Singular values` {
  private static let stack = "tanh 5/3 --width 12 --depth 3 --batch 4 --every 2 --spectrum"

  @Test func `have a line of text below that of their layer`() throws {
    let text = """
      in: 0.9767
      out: 0.7663
        singular values max: 1.2744 90%: 0.8597 50%: 0.2409 10%: 0.0313 min: 2.2370e-4 mean square: 0.2765
      out: 0.6799
        singular values max: 1.2315 90%: 0.7317 50%: 0.0440 10%: 4.5843e-5 min: below 2.5427e-7 mean square: 0.2341

      """
    #expect(
      try Binary.run("\(Self.stack) --no-grad") == Outcome(output: text, errors: "", status: 0))
  }

  @Test func `have predictions in brackets, also where they are too small to be measured`() throws {
    let text = """
      in: 0.9767 (1.0000)
      out: 0.7663 (0.7594)
        singular values max: 1.2744 (2.0212) 90%: 0.8597 (1.5500) 50%: 0.2409 (0.3919) 10%: 0.0313 (0.0156) min: 2.2370e-4 (0.0014) mean square: 0.2765 (0.8398)
      out: 0.6799 (0.6685)
        singular values max: 1.2315 (2.7469) 90%: 0.7317 (1.5115) 50%: 0.0440 (0.1026) 10%: 4.5843e-5 (1.9047e-4) min: below 2.5427e-7 (1.3642e-6) mean square: 0.2341 (1.0316)

      """
    #expect(
      try Binary.run("\(Self.stack) --no-grad --theory --quiet")
        == Outcome(output: text, errors: "", status: 0))
  }

  @Test func `are predicted without a measurement`() throws {
    let text = """
      in: 1.0000
      out: 0.7594
        singular values max: 2.0212 90%: 1.5500 50%: 0.3919 10%: 0.0156 min: 0.0014 mean square: 0.8398
      out: 0.6685
        singular values max: 2.7469 90%: 1.5115 50%: 0.1026 10%: 1.9047e-4 min: 1.3642e-6 mean square: 1.0316

      Over these 3 layers: the signal is stable (×0.8803).
      Without end: the signal goes to a fixed point at out 0.6513, ten times closer every 2.7 layers.
      Chaos: near inputs part, to the cosine c* = 0.0000; χ₁ = 1.2098, ξ_q = 1.2 layers, ξ_c = 12.1 layers.
      Squared singular values after layer 3: mean 1.0316, variance by mean² 5.9564; 0 is an isometry.

      """
    #expect(
      try Binary.run("predict tanh 5/3 --width 12 --depth 3 --every 2 --spectrum --no-grad")
        == Outcome(output: text, errors: "", status: 0))
  }

  /// The mean of the two values that are not too small would say too much.
  @Test func `below the floor in one of several trials are said to be so`() throws {
    let text = """
      in: 0.9507 ± 0.0233
      out: 0.6532 ± 0.0274
        singular values max: 1.8792 ± 1.4353 90%: 1.0828 ± 0.6503 50%: 0.1040 ± 0.0742 10%: 7.2234e-4 ± 0.0011 min: below 2.5427e-7 in 1 of 3 mean square: 0.6563 ± 0.7946

      """
    let arguments = "\(Self.stack) --layers 3 --no-grad --trials 3"
      .replacingOccurrences(of: " --every 2", with: "")
    #expect(try Binary.run(arguments) == Outcome(output: text, errors: "", status: 0))
    let table = try Binary.run("\(arguments) --format table").output
    #expect(table.contains("  sv 10%  ") && table.contains("  below 2.5427e-7 in 1 of 3  "))
  }

  @Test func `of a Jacobian that is not finite are no numbers`() throws {
    let outcome = try Binary.run(
      "sqrt(x) 1 --width 4 --depth 1 --batch 3 --no-grad --spectrum --quiet")
    #expect(
      outcome.output.hasSuffix(
        "singular values max: nan 90%: nan 50%: nan 10%: nan min: nan mean square: nan\n"))
  }

  @Test func `are columns of a predicted table under their own names`() throws {
    let table = try Binary.run(
      "predict tanh 1 --width 9 --depth 1 --no-grad --spectrum --format table")
    #expect(
      table.output.split(separator: "\n")[0].split(separator: " ").joined(separator: " ")
        == "layer out sv max sv 90% sv 50% sv 10% sv min sv mean square")
  }

  @Test(arguments: [
    ("tanh 1 --skip 1", ""),
    ("sweep tanh relu --gain 1 --skip none,1 --output sweep.csv", " of 2 of 4 points"),
  ])
  func `say why they have no prediction`(stack: String, which: String) throws {
    try withTemporaryDirectory { directory in
      let options = " --width 4 --depth 1 --batch 3 --spectrum --theory"
      let outcome = try Binary.run(
        (stack + options).split(separator: " ").map(String.init), in: directory)
      #expect(
        outcome.errors
          == "Note: the singular values\(which) have no predictions, as the layer adds its input to its"
          + " output.\n")
    }
  }

  @Test func `of a stack without end are refused for want of memory`() throws {
    let outcome = try Binary.run("tanh 1 --depth 1000000000000 --every 1 --width 10 --spectrum")
    #expect(outcome.status == 64 && outcome.errors.contains("of memory and "))
  }

  private struct Row: Decodable {
    let layer: Int
    let sv_max: Double?
    let sv_50: Double?
    let sv_min: Double?
    let sv_mean_square: Double?
    let singular_values: [Double]?
  }

  private func rows(_ line: String) throws -> [Row] {
    try Binary.run("\(line) --format jsonl").output.split(separator: "\n").map {
      try JSONDecoder().decode(Row.self, from: Data($0.utf8))
    }
  }

  @Test func `are all in JSON Lines, descending, beside the columns that sum them up`() throws {
    let rows = try rows("tanh 5/3 --width 6 --depth 3 --batch 4 --layers 3 --spectrum --no-grad")
    #expect(rows.map(\.layer) == [0, 3])
    #expect(rows[0].singular_values == nil && rows[0].sv_max == nil)
    let values = try #require(rows[1].singular_values)
    #expect(values.count == 6 && values == values.sorted(by: >))
    #expect(rows[1].sv_max == values[0] && rows[1].sv_min == values[5])
    #expect(abs(rows[1].sv_50! / ((values[2] + values[3]) / 2) - 1) < 1e-12)
    let square = values.map { $0 * $0 }.reduce(0, +) / 6
    #expect(abs(rows[1].sv_mean_square! / square - 1) < 1e-12)
  }

  @Test func `below the floor of single precision are not in JSON Lines`() throws {
    let last = try #require(try rows("\(Self.stack) --no-grad").last)
    #expect(last.sv_min == nil)
    let values = try #require(last.singular_values)
    #expect(values.count < 12 && values.allSatisfy { $0 >= 2.5427e-7 })
  }

  @Test func `are no member of JSON Lines where they are not asked for`() throws {
    let outcome = try Binary.run("tanh 1 --width 4 --depth 1 --batch 3 --format jsonl")
    #expect(outcome.status == 0 && !outcome.output.contains("singular_values"))
  }

  @Test(arguments: [
    ("relu 5/3 --skip 1", "the layer adds its input to its output"),
    ("llama 1", "the layer is not one function of W(h)"),
    ("layernorm(W(h)) 1", "the layer is not one function of W(h)"),
    ("tanh 1 --widths 10,20,10", "the widths change"),
  ])
  func `that the theory does not know are refused in one line`(arguments: String, reason: String)
    throws
  {
    let errors = """
      Error: the option '--spectrum' has no prediction here, as \(reason); leave it out, or measure without 'predict'.
      Usage: initprobe predict <activation> <gain> [--depth <n>] [options]
        See 'initprobe predict --help' for more information.

      """
    #expect(
      try Binary.run("predict \(arguments) --spectrum")
        == Outcome(output: "", errors: errors, status: 64))
  }

  @Test func `have no place in a script for PyTorch`() throws {
    let errors = """
      Error: the option '--spectrum' has no place in 'initprobe pytorch'; leave it out.
      Usage: initprobe pytorch <activation> <gain> [--depth <n>] [options]
        See 'initprobe pytorch --help' for more information.

      """
    #expect(
      try Binary.run("pytorch tanh 1 --spectrum") == Outcome(output: "", errors: errors, status: 64)
    )
  }
}
