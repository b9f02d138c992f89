import Testing

@testable import initprobe

@Suite struct `The note on the weights` {
  private func note(_ options: String) throws -> String {
    let outcome = try Binary.run("tanh 5/3 --batch 2 --no-grad \(options)")
    #expect(outcome.status == 0 && outcome.output.hasPrefix("in: "))
    return outcome.errors
  }

  /// With g = 5/3 and fan = 100: g/√fan is 0.1667, √3 times that 0.2887.
  @Test(arguments: [
    ("xavier_normal", "are normal with standard deviation 0.1667"),
    ("xavier_uniform", "are uniform within ±0.2887 (standard deviation 0.1667)"),
    ("kaiming_normal:mode=fan_out", "are normal with standard deviation 0.1667"),
    ("kaiming_uniform", "are uniform within ±0.2887 (standard deviation 0.1667)"),
    ("lecun_normal", "are normal with standard deviation 0.1667"),
    ("lecun_uniform", "are uniform within ±0.2887 (standard deviation 0.1667)"),
    (
      "orthogonal",
      "have orthogonal rows or columns of length 1.6667 (standard deviation 0.1667)"
    ),
    (
      "trunc_normal:std=0.1",
      "are normal, redrawn outside ±3.3333 (standard deviation 0.1667)"
    ),
    (
      "trunc_normal:a=-1,b=2",
      "are normal, redrawn outside -1.6667 to 3.3333 (standard deviation 1.2016)"
    ),
    (
      "sparse:sparsity=0.19,std=0.1",
      "are normal but for the zeros in each column (standard deviation 0.1500 with them)"
    ),
    ("normal:std=0.1", "are normal with standard deviation 0.1667"),
    ("uniform:bound=0.1", "are uniform within ±0.1667 (standard deviation 0.0962)"),
    ("torch_linear", "are uniform within ±0.1667 (standard deviation 0.0962)"),
    (
      "variance_scaling:scale=1",
      "are normal, redrawn outside ±0.3789 (standard deviation 0.1667)"
    ),
    (
      "variance_scaling:scale=3,distribution=uniform",
      "are uniform within ±0.5000 (standard deviation 0.2887)"
    ),
  ])
  func `tells what is drawn under each scheme`(scheme: String, text: String) throws {
    let name = scheme.split(separator: ":")[0]
    let line = "Note: \(name) weights \(text).\n"
    #expect(try note("--width 100 --depth 1 --init \(scheme)") == line)
    let prediction = try Binary.run(
      ["predict", "tanh", "5/3", "--width", "100", "--init", scheme])
    #expect(scheme.contains("a=-1") ? prediction.status == 64 : prediction.errors == line)
  }

  @Test func `gives the range where layers differ`() throws {
    #expect(
      try note("--widths 400,100,25 --init torch_linear")
        == "Note: torch_linear weights are uniform within ±0.0833 to ±0.1667"
        + " (standard deviation 0.0481 to 0.0962).\n")
    #expect(
      try note("--widths 300,100 --init kaiming_normal")
        == "Note: kaiming_normal weights are normal with standard deviation 0.0962.\n")
  }

  @Test func `is silent by default and on request`() throws {
    #expect(try note("--width 20 --depth 1") == "")
    #expect(try note("--width 20 --depth 1 --init torch_linear --quiet") == "")
  }
}
