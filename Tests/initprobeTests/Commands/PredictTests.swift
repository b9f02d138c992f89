import NamedActivations
import SignalPropagation
import Testing

@testable import initprobe

private func predict(_ line: String) throws -> Outcome {
  try Binary.run("predict \(line)")
}

@Suite struct `A prediction` {
  @Test func `has the lines of a measurement, then what they mean`() throws {
    let expected = """
      in: 1.0000
      out: 0.7594 grad: 0.7312
      out: 0.6514 grad: 1.7051
      out: 0.6513 grad: 4.4194
      out: 0.6513 grad: 11.4548
      out: 0.6513 grad: 29.6900
      out: 0.6513 grad: 76.9545
      out: 0.6513 grad: 199.4610
      out: 0.6513 grad: 516.9901
      out: 0.6513 grad: 1340.0047
      out: 0.6513 grad: 3473.2052

      Over these 100 layers: the signal is stable (×0.8577), the gradient of a random readout exploding (×11193.3984).
      Without end: the signal goes to a fixed point at out 0.6513, ten times closer every 2.7 layers; a layer multiplies the gradient by 1.0999, tenfold in 24.2 layers.
      Chaos: near inputs part, to the cosine c* = 0.0000; χ₁ = 1.2098, ξ_q = 1.2 layers, ξ_c = 12.1 layers.
      Which input it was is lost: two of cosine 0.99 have less than 0.5 after 26 layers.

      """
    #expect(try predict("tanh 5/3") == Outcome(output: expected, errors: "", status: 0))
  }

  @Test func `a stack on the edge of chaos is neither ordered nor chaotic`() throws {
    let output = try predict("tanh(W(h,bias=0.05)) edge").output
    #expect(
      output.hasSuffix(
        "\nEdge of chaos: no factor per layer brings inputs together or apart; χ₁ = 1.0000,"
          + " ξ_q = 4.1 layers, ξ_c = endless.\n"))
  }

  @Test(arguments: [
    (
      "sigmoid 1 --layers 91",
      """
      out: 0.1212 grad: 6.2523e-58

      Over these 100 layers: the signal is stable (×0.5819), the gradient of a random readout vanishing (×8.4210e-63).
      Without end: the signal goes to a fixed point at out 0.1212, ten times closer every 0.8 layers; a layer multiplies the gradient by 0.2361, tenfold less in 1.6 layers.
      Order: inputs become one, c* = 1.0000; χ₁ = 0.0557, ξ_q = 0.3 layers, ξ_c = 0.3 layers.
      """
    ),
    (
      "relu sqrt2 --layers 91",
      """
      out: 0.8256 grad: 6.1086

      Over these 100 layers: the signal is stable (×1.0000), the gradient of a random readout stable (×1.0000).
      Without end: every layer keeps the variance of the signal; every layer keeps the gradient as it is.
      """
    ),
    (
      "identity 1/2 --depth 3 --layers 3 --no-grad",
      """
      out: 0.1250

      Over these 3 layers: the signal is stable (×0.2500).
      Without end: the signal shrinks towards 0.
      """
    ),
    (
      "identity 1 --depth 4 --layers 4 --skip 1",
      """
      out: 4.0000 grad: 3.1926

      Over these 4 layers: the signal is stable (×2.8284), the gradient of a random readout stable (×2.8284).
      Without end: the signal grows beyond all bounds; a layer multiplies the gradient by 1.4142, tenfold in 6.6 layers.
      """
    ),
    (
      "gelu unit --layers 1 --depth 100",
      """
      out: 0.9145 grad: 1.0112

      Over these 100 layers: the signal is exploding (×2346.9294), the gradient of a random readout exploding (×3950.5557).
      Without end: the signal grows beyond all bounds; a layer multiplies the gradient by 1.0844, tenfold in 28.4 layers.
      """
    ),
    (
      "tanh 0 --layers 5",
      """
      out: 0.0000 grad: 0.0000

      Over these 100 layers: the signal is vanishing, the gradient of a random readout vanishing (×0.0000).
      Without end: the signal shrinks towards 0; the gradient is 0 there.
      """
    ),
    (
      "tanh 1 --widths 40,20,20 --layers 2",
      """
      out: 0.5057 grad: 0.3285

      Over these 2 layers: the signal is stable (×0.7565), the gradient of a random readout stable (×0.7832).
      Without end: the layers differ, so there is no fixed point; a layer multiplies the gradient by 0.7832, tenfold less in 9.4 layers.
      """
    ),
  ])
  func `tells each fate apart`(arguments: String, lines: String) throws {
    #expect(
      try predict(arguments) == Outcome(output: "in: 1.0000\n\(lines)\n", errors: "", status: 0))
  }

  @Test func `shows the similarity among the statistics`() throws {
    let line = "relu sqrt2 --depth 30"
    let similarities = try predict("\(line) --stats").output.matches(of: /\ similarity: (.*)/)
      .map { String($0.1) }
    let stack = try MeasureRequest(parsing: line.words).draft.resolved().theory()
    #expect(similarities == stack.predict().map { $0.predicted.similarity!.share })
    #expect(similarities.count == 4)
    let rows = try predict("\(line) --stats --format csv")
    #expect(
      rows.errors.hasPrefix(
        "Error: the option '--stats' works only with '--format text'; add that or leave it out.\n"))
    #expect(rows.status == 64)
  }

  @Test func `in rows leaves the measured columns empty`() throws {
    let experiment = Experiment(
      activation: .tanh, gain: 5.0 / 3, shape: .square(width: 1000, depth: 20), batch: 7, seed: 3)
    let records = try experiment.theory().predict()
    let rows = records.map { record in
      "tanh,1.6666666666666667,xavier_normal,,1,0,sum,each,1000,7,20,3,\(record.layer),,,,,,,,,,,,,,"
        + "\(record.predicted.outStd!.shortest),\(record.predicted.similarity!.shortest),"
        + "\(record.predicted.gradMeanAbs.map(\.shortest) ?? ""),,,,,,,\n"
    }
    let line = "tanh 5/3 --depth 20 --batch 7 --seed 3 --format csv"
    #expect(
      try predict(line)
        == Outcome(output: LayerRow.table.header + rows.joined(), errors: "", status: 0))
    #expect(records.map(\.layer) == [0, 1, 11])
  }

  @Test func `is held against expectations`() throws {
    let outcome = try predict("tanh 5/3 --expect-out 0.6:0.8 --expect-grad :1000")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.wholeMatch(
        of: /Error: grad is 1340\.\d+ at layer 81, outside the expected :1000\.\n/) != nil)
    #expect(try predict("tanh 5/3 --expect-out 0.6:0.8").status == 0)
  }

  @Test func `of a hundred thousand layers takes no time and little memory`() throws {
    let outcome = try Binary.shell(
      "ulimit -t 5 -v 2000000; $initprobe predict sigmoid 1 --depth 100000 --layers 100000")
    #expect(outcome.output.contains("out: 0.1212 grad: "))
    #expect(outcome.status == 0)
  }

  /// The density beyond the dead zone of these falls on a scale below the last place of its edge.
  @Test(arguments: [
    "predict softshrink 1e-9 --depth 1", "predict hardshrink 1 --input-std 2e-9 --depth 1",
    "gain softshrink --input-std 1e-9 --depth 2",
    "predict hardshrink 1 --input-std 0.0127 --depth 1",
  ])
  func `of a signal that never leaves the dead zone ends`(arguments: String) throws {
    let outcome = try Binary.shell("ulimit -t 5 -v 2000000; $initprobe \(arguments)")
    #expect(outcome.status == 0)
    #expect(
      outcome.output.contains(
        arguments.hasPrefix("gain") ? "vanishing" : "out: 0.0000 grad: 0.0000"))
  }

  @Test(arguments: [
    "predict celu 1 --spectrum",
    "predict tanh 1", "gain tanh", "predict tanh 1 --init variance_scaling:mode=fan_avg",
  ])
  func `of the widest layers that can be named ends well`(command: String) throws {
    for width in ["4611686018427387904", "9223372036854775807"] {
      let outcome = try Binary.run("\(command) --width \(width) --depth 2")
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("grad"))
    }
  }

  @Test func `too long for its lines to be kept is refused`() throws {
    for option in ["--every 1", "--spectrum", "--backward last"] {
      let outcome = try predict("tanh 1 --depth 9223372036854775807 \(option)")
      #expect(outcome.status == 64)
      #expect(
        outcome.errors.hasPrefix(
          "Error: the value '9223372036854775807' of '--depth' is too large; give at most 1000000.\n"
        )
      )
    }
    let long = try Binary.shell(
      "ulimit -v 200000; $initprobe predict tanh 1 --depth 1000000 --every 1")
    #expect(long.status == 64)
    #expect(long.errors.contains(" is available; lower '--depth'.\n"))
  }
}

@Suite struct `A measurement with the theory beside it` {
  private let run = ["gelu", "1.4", "--width", "48", "--batch", "40", "--depth", "12"]

  @Test(arguments: [[], ["--skip", "1/2"], ["--init", "orthogonal"], ["--no-grad"]])
  func `has both columns of a prediction and its own`(options: [String]) throws {
    func rows(_ arguments: [String]) throws -> [[Substring]] {
      try Binary.run(arguments + options + ["--format", "csv", "--no-header", "--quiet"]).output
        .split(separator: "\n").map(\.cells)
    }
    let both = try rows(run + ["--theory"])
    let (measured, predicted) = (try rows(run), try rows(["predict"] + run))
    #expect(both.count == 3)
    let out = LayerRow.table.index("predicted_out_std")
    #expect(both.map { $0.prefix(out) } == measured.map { $0.prefix(out) })
    #expect(both.map { $0.dropFirst(out) } == predicted.map { $0.dropFirst(out) })
    #expect(both[1][out] != "" && both[1][LayerRow.table.index("predicted_similarity")] != "")
    let gradient = both[1][LayerRow.table.index("predicted_grad_mean_abs")]
    #expect((gradient == "") == options.contains("--no-grad"))
  }

  @Test func `prints it in brackets`() throws {
    let text = try Binary.run(run + ["--theory", "--quiet"]).output
    let plain = try Binary.run(run).output
    let cut = text.replacing(/\ \([^)]*\)/, with: "")
    #expect(cut == plain)
    let predictions = text.matches(of: /\(([^)]*)\)/).map { String($0.1) }
    let lines = try predict(run.joined(separator: " ") + " --quiet").output
      .split(separator: "\n\n")[0]
    #expect(predictions == lines.matches(of: /: (\S+)/).map { String($0.1) })
  }
}

@Suite struct `Notes on a prediction` {
  @Test(arguments: [
    ("h+W(relu(h))", "relu(h)"), ("h*sigmoid(W(h))", "h*sigmoid(W(h))"),
    ("W(tanh(2*rmsnorm(h)))", "tanh(2*rmsnorm(h))"), ("h/(1+W(h)**2)", "h/(square(W(h)) + 1)"),
  ])
  func `name the part of a layer that makes gradients uneven`(layer: String, part: String) throws {
    let errors = try Binary.run(["predict", layer, "1", "--depth", "2", "--loss", "sum"]).errors
    #expect(
      errors
        == "Note: \(part) takes the layer's input with no matrix before it, so gradients differ in size"
        + " from unit to unit: the predicted grad has the right mean square, and is up to 40 % too"
        + " large.\n")
  }

  @Test(arguments: [
    "h+W(relu(W(h)))", "tanh(W(h))", "h+W(relu(W(rmsnorm(h))))", "tanh(W1(h))*W2(h)",
    "0.5*h-0.3*W(h)", "layernorm(h+relu(W(h)))",
  ])
  func `are silent where the input is added, normalised and mapped`(layer: String) throws {
    let outcome = try Binary.run(
      ["predict", layer, "1", "--depth", "2", "--loss", "random"])
    #expect(outcome.errors == "" && outcome.status == 0)
  }

  @Test func `say where the weights' gradients are not predicted`() throws {
    let errors = try Binary.run(["predict", "tanh", "1", "--depth", "5001", "--backward", "last"])
      .errors
    #expect(
      errors == "Note: the gradients of the weights are not predicted for more than 5000 layers.\n"
    )
  }
}
