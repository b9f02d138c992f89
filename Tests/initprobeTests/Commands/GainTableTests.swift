import SignalPropagation
import Testing

@testable import initprobe

private func gain(_ line: String) throws -> Outcome {
  try Binary.run("gain \(line)")
}

@Suite struct `The gains worth using` {
  @Test(arguments: [
    (
      "tanh",
      """
      gain     value   out     grad       signal          gradient
      pytorch  1.6667  0.6513  8184.5000  stable ×0.8577  exploding ×11193.3984
      unit     1.5925  0.6279  2077.2332  stable ×0.8382  exploding ×2913.2421
      neutral  1.1120  0.3217  0.5800     stable ×0.4888  stable ×1.0000
      edge     1.0000  0.0712  0.0674     stable ×0.1134  stable ×0.1239

      Use 1.1120 (neutral). Over these 100 layers out changes by ×0.4888, and the
      gradient of a random readout by ×1.0000.

        PyTorch: torch.nn.init.xavier_normal_(layer.weight, gain=1.112)
        Keras: keras.initializers.VarianceScaling(scale=1.2366, mode="fan_avg", distribution="untruncated_normal")
        JAX: jax.nn.initializers.variance_scaling(1.2366, "fan_avg", "normal")
      """
    ),
    (
      "gelu --depth 40",
      """
      gain     value   out      grad     signal              gradient
      pytorch  —       calculate_gain has none
      unit     1.5335  16.6410  25.7507  exploding ×18.1967  exploding ×29.9194
      neutral  1.4647  0.2731   0.8197   stable ×0.3128      stable ×1.0000
      edge     —       no edge of chaos

      Use 1.4647 (neutral). Over these 40 layers out changes by ×0.3128, and the
      gradient of a random readout by ×1.0000.

        PyTorch: torch.nn.init.xavier_normal_(layer.weight, gain=1.4647)
        Keras: keras.initializers.VarianceScaling(scale=2.1455, mode="fan_avg", distribution="untruncated_normal")
        JAX: jax.nn.initializers.variance_scaling(2.1455, "fan_avg", "normal")
      """
    ),
    (
      "exp --depth 10",
      """
      gain     value   out     grad       signal              gradient
      pytorch  —       calculate_gain has none
      unit     0.3679  0.5254  2.4736e-4  stable ×1.2898      vanishing ×7.3606e-4
      neutral  0.4577  7.2011  0.4502     exploding ×13.4353  stable ×1.0000
      edge     —       no edge of chaos

      Use 0.4577 (neutral). Over these 10 layers out changes by ×13.4353, and the
      gradient of a random readout by ×1.0000. But the signal is exploding over these
      layers, and no named gain does better. But inputs become alike: two that had
      nothing in common end with the cosine 0.9954.

        PyTorch: torch.nn.init.xavier_normal_(layer.weight, gain=0.4577)
        Keras: keras.initializers.VarianceScaling(scale=0.2094, mode="fan_avg", distribution="untruncated_normal")
        JAX: jax.nn.initializers.variance_scaling(0.2094, "fan_avg", "normal")
      """
    ),
    (
      "tanh --skip 1 --depth 10",
      """
      gain     value   out     grad    signal          gradient
      pytorch  1.6667  2.9068  5.6675  stable ×2.3150  stable ×5.2368
      unit     —       grows at any gain
      neutral  —       grows at any gain
      edge     —       no edge of chaos
      1        1.0000  2.6032  2.9916  stable ×2.2046  stable ×3.0984

      A residual stack adds to the signal in every layer, at any gain: a smaller gain,
      or a smaller factor of the branch, lets it grow more slowly.
      """
    ),
    (
      "tanh --widths 20,20,30",
      """
      gain     value   out     grad    signal          gradient
      pytorch  1.6667  0.6630  0.8664  stable ×0.8731  stable ×0.9674
      unit     —       layers differ in variance
      neutral  1.7871  0.6871  0.9304  stable ×0.8873  stable ×1.0000
      edge     —       no edge of chaos

      Use 1.6667 (pytorch). Over these 2 layers out changes by ×0.8731, and the
      gradient of a random readout by ×0.9674.

        PyTorch: torch.nn.init.xavier_normal_(layer.weight, gain=1.6667)
        Keras: keras.initializers.VarianceScaling(scale=2.7778, mode="fan_avg", distribution="untruncated_normal")
        JAX: jax.nn.initializers.variance_scaling(2.7778, "fan_avg", "normal")
      """
    ),
    (
      "gpt2 --depth 12",
      """
      gain     value  out  grad  signal  gradient
      pytorch  —      no matrix uses the gain
      unit     —      no matrix uses the gain
      neutral  —      no matrix uses the gain
      edge     —      no matrix uses the gain

      No matrix of the layer uses the gain, so there is none to choose.
      """
    ),
  ])
  func `stand in a table with what they do`(arguments: String, table: String) throws {
    #expect(try gain(arguments) == Outcome(output: table + "\n", errors: "", status: 0))
  }

  @Test func `of several layers stand in one table with the one to use for each`() throws {
    let outcome = try gain("gelu exp tanh(W(h,std=0.1)) --depth 12")
    let expected = """
      activation           gain    name     signal              gradient        alike   PyTorch
      gelu                 1.4450  neutral  stable ×0.7219      stable ×1.0000  0.6955  torch.nn.init.xavier_normal_(layer.weight, gain=1.445)
      exp                  0.4506  neutral  exploding ×22.2225  stable ×1.0000  0.9982  torch.nn.init.xavier_normal_(layer.weight, gain=0.4506)
      tanh(W(h, std=0.1))  —       no matrix uses the gain

      Signal and gradient: what becomes of them from the first layer to the last, and
      back. Alike: the cosine with which two inputs end that had nothing in common; 1
      is that they have become one. Ask for one layer alone, as in 'initprobe gain
      gelu', and the answer says what else to be aware of.

      """
    #expect(outcome == Outcome(output: expected, errors: "", status: 0))
  }

  /// The rows of several layers are those of the answers for each of them.
  @Test func `of several layers have a row each`() throws {
    let csv = try gain("selu tanh W1(h)*W2(h) --depth 100 --format csv").output.split(
      separator: "\n"
    )
    .map { $0.split(separator: ",", maxSplits: 16, omittingEmptySubsequences: false) }
    #expect(csv.count == 4)
    #expect(csv[0].suffix(2) == ["predicted_similarity", "initializer"])
    for (row, activation) in zip(csv.dropFirst(), ["selu", "tanh"]) {
      let single = try gain("\(activation) --depth 100 --format csv").output
      #expect(single.contains(row.prefix(15).joined(separator: ",") + "\n"))
      let answer = try gain("\(activation) --depth 100").output
      #expect(answer.contains("(\(row[1])). Over these 100 layers"))
      #expect(answer.contains(row[16].dropFirst().dropLast()))
    }
    #expect(csv[3][1].isEmpty && csv[3][2].isEmpty)
    #expect(csv[3][14] == "no gain keeps signal and gradient")
    let json = try gain("silu gpt2 --format jsonl --depth 12").output
    #expect(json.contains("\"initializer\": \"torch.nn.init.xavier_normal_(layer.weight, gain="))
    #expect(json.hasSuffix("\"predicted_similarity\": null, \"initializer\": null}\n"))
  }

  @Test(arguments: [
    (
      "W1(h)*W2(h) --depth 100",
      """
      No gain with a name serves this layer: over 100 layers, the signal or the
      gradient vanishes or overflows with each of them.
      """
    ),
    (
      "tanh(W(h,gain=1))", "No matrix of the layer uses the gain, so there is none to choose."
    ),
  ])
  func `are said not to be there`(arguments: String, answer: String) throws {
    #expect(try gain(arguments).output.hasSuffix("\n\n\(answer)\n"))
  }

  /// What `gain` and `predict` say of the same stack are the same words and figures.
  @Test(arguments: [2, 12, 100])
  func `do the same in the words of a prediction`(depth: Int) throws {
    let activations =
      depth == 12 ? Activation.listed : [.tanh, .relu, .gelu, .sigmoid, .exp, .square]
    for activation in activations {
      let stack = try Experiment(
        activation: activation, gain: 1, shape: .square(width: 100, depth: depth)
      ).theory()
      let lines = GainTable(stack).text.split(separator: "\n").dropFirst()
      for (name, line) in zip(GainName.allCases, lines) {
        guard let gain = try? name.value(for: stack.experiment) else { continue }
        let said = Meaning(of: stack.with(gain: gain)).text
        let words = line.split(separator: " ").suffix(4)
        let (signal, gradient) = (words.prefix(2), words.suffix(2))
        func phrase(_ words: ArraySlice<Substring>) -> String {
          "\(words.first!) (\(words.last!))"
        }
        #expect(said.contains("the signal is \(phrase(signal)),"), "\(activation.name) \(name)")
        #expect(said.contains("random readout \(phrase(gradient))."), "\(activation.name) \(name)")
      }
    }
  }

  /// Figures of the definitions, worked out elsewhere.

  /// Figures of the definitions, worked out elsewhere.
  @Test(
    arguments: [
      ("tanh", 10, [5.0 / 3, 1.5925, 1.2949, 1]), ("tanh", 100, [5.0 / 3, 1.5925, 1.1120, 1]),
      ("selu", 100, [0.75, 1, 0.8110, 0.6905]), ("gelu", 100, [nil, 1.5335, 1.4680, nil]),
      ("softsign", 100, [nil, nil, 1.2778, 1]), ("silu", 100, [nil, 1.6765, nil, nil]),
      ("identity", 100, [1, 1, 1, 1]), ("identity", 1000, [1, 1, 1, 1]),
      ("relu", 100, [1.41421, 1.41421, 1.41421, 1.41421]),
    ] as [(String, Int, [Double?])])
  func `are those of the definitions`(activation: String, depth: Int, gains: [Double?]) throws {
    let rows = try gain("\(activation) --depth \(depth) --format csv --no-header").output
      .split(separator: "\n").map(\.cells)
    #expect(rows.map { $0[1] } == ["pytorch", "unit", "neutral", "edge"])
    for (row, value) in zip(rows, gains) {
      guard let value else { continue }
      #expect(abs(Double(row[2])! - value) < 1e-4, "\(row)")
    }
  }

  @Test(arguments: ["tanh --input-std 2", "selu --init orthogonal", "gelu --skip 1/2"])
  func `do what a prediction says at the last layer`(arguments: String) throws {
    let (activation, options) = (arguments.words[0], arguments.words.dropFirst())
    let rows = try gain("\(arguments) --depth 30 --format csv --no-header").output
      .split(separator: "\n").map(\.cells)
    let values = rows.filter { !$0[2].isEmpty }
    #expect(!values.isEmpty)
    for row in values {
      let prediction = try Binary.run(
        ["predict", activation, String(row[2]), "--depth", "30", "--layers", "30", "--quiet"]
          + ["--format", "csv", "--loss", "random"] + options)
      let lines = prediction.output.split(separator: "\n").map(\.cells)
      let figures = ["predicted_out_std", "predicted_grad_mean_abs"].map { name in
        lines[2][lines[0].firstIndex { $0 == name }!]
      }
      #expect(figures == Array(row[8...9]))
    }
  }

  @Test func `have rows in CSV and JSON Lines`() throws {
    let csv = try gain("silu --depth 2 --format csv").output.split(separator: "\n")
    #expect(
      csv[0]
        == "activation,name,gain,init,skip,input_std,width,depth,predicted_out_std,"
        + "predicted_grad_mean_abs,out_growth,grad_growth,signal,gradient,reason")
    #expect(csv[1] == "silu,pytorch,,xavier_normal,,1,1000,2,,,,,,,calculate_gain has none")
    let json = try gain("silu --depth 2 --format jsonl").output.split(separator: "\n")
    #expect(
      json[0]
        == "{\"activation\": \"silu\", \"name\": \"pytorch\", \"gain\": null, \"init\": \"xavier_normal\","
        + " \"skip\": null, \"input_std\": 1, \"width\": 1000, \"depth\": 2, \"predicted_out_std\": null,"
        + " \"predicted_grad_mean_abs\": null, \"out_growth\": null, \"grad_growth\": null,"
        + " \"signal\": null, \"gradient\": null, \"reason\": \"calculate_gain has none\"}")
    #expect(csv.count == 5 && json.count == 4)
  }
}
