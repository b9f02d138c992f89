import Foundation
import Testing

private let readoutNote =
  "Note: the layer normalises, so grad is of a random readout; '--loss sum' asks for the sum.\n"
private let widthNote = "Note: out=8*d/3 = 26.67 units are rounded down.\n"

@Suite struct `A layer on the command line` {
  private static let small = "1 --width 10 --depth 2 --batch 4 --every 1"
  private static let llama =
    "n = rmsnorm(h); h + W2(silu(W1(n, out=8*d/3))*W3(n, out=8*d/3), gain=g/sqrt(2*N))"

  /// What the script of `initprobe pytorch` prints with PyTorch 2.15.0, too.
  private static let llamaText = """
    in: 0.9658
    out: 0.9526 grad: 0.8505
    out: 0.9450 grad: 0.7833

    """

  @Test(arguments: ["llama", "LLaMA"])
  func `is a preset by its name, in any case`(name: String) throws {
    #expect(
      try Binary.run("\(name) \(Self.small)")
        == Outcome(output: Self.llamaText, errors: readoutNote + widthNote, status: 0))
  }

  @Test func `is what a file holds`() throws {
    try withTemporaryDirectory { directory in
      try "# a gated block\n\(Self.llama)\n".write(
        to: directory.appendingPathComponent("block.txt"), atomically: false, encoding: .utf8)
      #expect(
        try Binary.run("@block.txt \(Self.small) --quiet", in: directory)
          == Outcome(output: Self.llamaText, errors: "", status: 0))
      let missing = try Binary.run("@other.txt 1", in: directory)
      #expect(missing.status == 64 && missing.output == "")
      #expect(
        missing.errors.hasPrefix(
          "Error: the activation '@other.txt' names a file that cannot be read (No such file or"
            + " directory); give another, or the layer.\n"))
    }
  }

  /// The column has the layer, and not the word that stood for it.
  @Test(arguments: ["llama", "@block.txt"])
  func `stands in rows as it is written out`(word: String) throws {
    try withTemporaryDirectory { directory in
      try Self.llama.write(
        to: directory.appendingPathComponent("block.txt"), atomically: false, encoding: .utf8)
      let rows = try Binary.run(
        "\(word) 1 --width 8 --depth 1 --batch 4 --format csv --no-header --quiet", in: directory
      ).output.split(separator: "\n")
      try #require(rows.count == 2)
      for (layer, row) in rows.enumerated() {
        #expect(
          row.hasPrefix("\"\(Self.llama)\",1,xavier_normal,,1,0,random,each,8,4,1,0,\(layer),"))
      }
    }
  }

  /// tanh is odd, so its negative in the first layer makes the second one's out the same.
  @Test func `may begin with a minus`() throws {
    let text = """
      in: 0.9767
      out: 0.6283 grad: 0.4837
      out: 0.5016 grad: 0.3383

      """
    for formula in ["-tanh(x)", "tanh(x)"] {
      #expect(
        try Binary.run("\(formula) 1 --width 12 --depth 2 --batch 4 --every 1")
          == Outcome(output: text, errors: "", status: 0))
    }
  }

  @Test(arguments: [
    ("llama 1 --width 10 --loss sum", widthNote), ("llama 1 --width 10 --loss random", widthNote),
    ("llama 1 --width 10 --no-grad", widthNote), ("llama 1 --width 12", readoutNote),
    ("llama 1 --width 10", readoutNote + widthNote), ("llama 1 --width 10 --quiet", ""),
    ("tanh 1 --width 10 --loss random", ""),
  ])
  func `is explained on standard error`(line: String, notes: String) throws {
    for command in ["", "predict "] {
      let batch = command.isEmpty ? "--batch 4" : ""
      let outcome = try Binary.run("\(command)\(line) --depth 1 \(batch)")
      #expect(outcome.errors == notes && outcome.status == 0)
    }
  }
}

@Suite struct `Gradients of a loss at the last layer` {
  private static let stack = "tanh 5/3 --width 12 --depth 3 --batch 4 --every 1 --backward last"

  /// What the script of `initprobe pytorch` prints with PyTorch 2.15.0, too.
  @Test func `stand on each line, those by weights behind them`() throws {
    let text = """
      in: 0.9767 grad: 0.5931
      out: 0.7663 grad: 0.8321 wgrad: 0.6976
      out: 0.6801 grad: 0.8604 wgrad: 0.7432
      out: 0.6799 grad: 1.0000 wgrad: 0.4414
      smallest grad: 0.5931 at the input, largest: 1.0000 at layer 3
      smallest wgrad: 0.4414 at layer 3, largest: 0.7432 at layer 2

      """
    #expect(try Binary.run(Self.stack) == Outcome(output: text, errors: "", status: 0))
  }

  @Test func `have predictions beside them`() throws {
    let text = """
      in: 0.9767 (1.0000) grad: 0.5931 (0.8104)
      out: 0.7663 (0.7594) grad: 0.8321 (0.8843) wgrad: 0.6976 (0.9284)
      out: 0.6801 (0.6930) grad: 0.8604 (0.8560) wgrad: 0.7432 (0.7326)
      out: 0.6799 (0.6685) grad: 1.0000 (1.0000) wgrad: 0.4414 (0.7117)
      smallest grad: 0.5931 at the input, largest: 1.0000 at layer 3
      smallest wgrad: 0.4414 at layer 3, largest: 0.7432 at layer 2

      """
    #expect(
      try Binary.run("\(Self.stack) --theory --quiet")
        == Outcome(output: text, errors: "", status: 0))
  }

  @Test func `are smallest and largest on average over the trials`() throws {
    let output = try Binary.run("\(Self.stack) --trials 3").output
    #expect(
      output.hasSuffix(
        """
        smallest grad: 0.5603 at the input, largest: 1.0000 at layer 3
        smallest wgrad: 0.5847 at layer 3, largest: 0.6975 at layer 2

        """))
  }
}

@Suite struct `Rows of the input that are alike` {
  /// What the scripts of `initprobe pytorch` print with PyTorch 2.15.0.
  @Test(arguments: [
    (
      "tanh 5/3 --width 30 --depth 3 --batch 64 --every 1 --input-similarity 0.5",
      """
      in: 0.9642
      out: 0.7532 grad: 0.6719
      out: 0.6900 grad: 0.5715
      out: 0.6511 grad: 0.7363
      """
    ),
    (
      "h+W(relu(W(rmsnorm(h),out=4*d))) 1 --width 24 --depth 3 --batch 40 --every 1 --seed 7"
        + " --input-similarity 0.9 --backward last --quiet",
      """
      in: 0.9760 grad: 1.0695
      out: 1.0222 grad: 0.9513 wgrad: 1.7919
      out: 1.0911 grad: 0.8480 wgrad: 1.3503
      out: 1.1541 grad: 0.7713 wgrad: 1.5052
      smallest grad: 0.7713 at layer 3, largest: 1.0695 at the input
      smallest wgrad: 1.3503 at layer 2, largest: 1.7919 at layer 1
      """
    ),
    (
      "relu sqrt2 --width 20 --depth 4 --batch 30 --every 3 --input-similarity 1/4 --input-std 2"
        + " --skip 1/2",
      """
      in: 2.0516
      out: 2.3477 grad: 1.2459
      out: 3.1662 grad: 2.6903
      """
    ),
  ])
  func `lead to the figures of PyTorch`(line: String, text: String) throws {
    #expect(try Binary.run(line) == Outcome(output: "\(text)\n", errors: "", status: 0))
  }

  @Test func `are not all the same`() throws {
    let outcome = try Binary.run("tanh 1 --input-similarity 1")
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(
      outcome.errors.hasPrefix(
        "Error: the value '1' of '--input-similarity' is not a cosine from 0 up and below 1; give"
          + " one such as 0.9.\n"))
  }
}
