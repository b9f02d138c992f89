import Testing

@testable import initprobe

/// Options that have nothing to do with each other combine; those that do are refused in one line.
@Suite struct `Options` {
  private static let looks = [
    "--theory", "--stats", "--theory --stats", "--histogram --theory",
    "--histogram --stats --trials 2",
  ]
  private static let stacks = [
    "", "--skip 1/2", "--init orthogonal --no-grad",
    "--init variance_scaling:scale=2 --input-std 3",
    "--init trunc_normal --layers 2,5 --skip -1",
  ]

  @Test(arguments: looks, stacks)
  func `of looking combine with every stack and format`(look: String, stack: String) throws {
    let line = "selu unit --width 12 --batch 20 --depth 5 --quiet \(look)"
    // A residual stack has no unit gain.
    let measurement = stack.contains("--skip") ? line.replacing("unit", with: "1") : line
    for format in ["text", "jsonl"] {
      let outcome = try Binary.run("\(measurement) \(stack) --format \(format)")
      #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
      #expect(outcome.output.contains("nan") == false && outcome.output != "")
      #expect(
        outcome.output.contains("grad: ") == (format == "text" && !stack.contains("--no-grad")))
    }
    let csv = try Binary.run("\(measurement) \(stack) --format csv")
    #expect(csv.status == (look.contains("--histogram") ? 64 : 0))
  }

  @Test(arguments: stacks + ["--widths 30,20,10 --every 1", "--layers 1-3 --seed 7 --batch 9"])
  func `of a measurement make a prediction with the word alone`(stack: String) throws {
    let line =
      "tanh 1.3 --quiet --format csv \(stack)"
      + (stack.contains("--widths") ? "" : " --width 12 --depth 5")
    let (measured, predicted) = (
      try Binary.run("\(line) --theory"), try Binary.run("predict \(line)")
    )
    #expect(predicted.status == 0 && predicted.errors == "")
    func cut(_ outcome: Outcome) -> [[Substring]] {
      outcome.output.split(separator: "\n").map { row in
        // A scheme with several parameters has quoted commas.
        let cells = row.cells
        let figures = LayerRow.figures
        let predicted = figures.columns.count - figures.index("predicted_out_std")
        return Array(cells.dropLast(figures.columns.count) + cells.suffix(predicted))
      }
    }
    #expect(cut(measured) == cut(predicted))
    #expect(cut(measured).count >= 3)
  }

  @Test(arguments: stacks.filter { !$0.contains("--no-grad") && !$0.contains("--layers") })
  func `of a stack ask for its gains`(stack: String) throws {
    let outcome = try Binary.run("gain tanh --depth 7 --width 12 \(stack)")
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(outcome.output.hasPrefix("gain     value"))
  }
}
