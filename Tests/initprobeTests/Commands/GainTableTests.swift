import SignalPropagation
import Testing

@testable import initprobe

private func gain(_ line: String) throws -> Outcome {
  try Binary.run(["gain"] + line.split(separator: " ").map(String.init))
}

@Suite struct `The gains worth using` {
  @Test(arguments: [
    (
      "tanh",
      """
      gain     value   out     grad       grad per layer  signal  gradient
      pytorch  1.6667  0.6513  8184.5000  ×1.0987         stable  exploding
      unit     1.5925  0.6279  2077.2332  ×1.0839         stable  exploding
      neutral  1.1120  0.3217  0.5800     ×1.0000         stable  stable
      edge     1.0000  0.0712  0.0674     ×0.9791         stable  stable
      """
    ),
    (
      "gelu --depth 40",
      """
      gain     value   out      grad      grad per layer  signal     gradient
      pytorch  —       calculate_gain has none
      unit     1.5335  16.6410  125.5689  ×1.1316         exploding  exploding
      neutral  1.4647  0.2731   37.9133   ×1.0987         stable     exploding
      edge     —       no edge of chaos

      The unit gain does not hold: its fixed point is unstable. A deviation grows
      tenfold every 17.1 layers, and the signal drifts away, to 0 or to infinity. No
      other gain has a stable fixed point either, so none holds over a deep stack.
      """
    ),
    (
      "exp --depth 10",
      """
      gain     value   out     grad       grad per layer  signal     gradient
      pytorch  —       calculate_gain has none
      unit     0.3679  0.5254  4.0213e-4  ×0.4706         stable     vanishing
      neutral  0.4577  7.2011  23.2463    ×1.5365         exploding  exploding
      edge     —       no edge of chaos

      The unit gain does not hold: its fixed point is unstable. A deviation grows
      tenfold every 3.3 layers, and the signal drifts away.
      """
    ),
    (
      "tanh --skip 1 --depth 10",
      """
      gain     value   out     grad    grad per layer  signal  gradient
      pytorch  1.6667  2.9068  5.6677  ×1.1965         stable  stable
      unit     —       grows at any gain
      neutral  —       grows at any gain
      edge     —       no edge of chaos
      1        1.0000  2.6032  2.9929  ×1.1243         stable  stable

      A residual stack adds to the signal in every layer, at any gain: a smaller gain,
      or a smaller '--skip', lets it grow more slowly.
      """
    ),
    (
      "tanh --widths 20,20,30",
      """
      gain     value   out     grad    grad per layer  signal  gradient
      pytorch  1.6667  0.6630  0.8664  ×1.1849         stable  stable
      unit     —       layers differ in variance
      neutral  1.7871  0.6871  0.9304  ×1.2247         stable  stable
      edge     —       no edge of chaos
      """
    ),
  ])
  func `stand in a table with what they do`(arguments: String, table: String) throws {
    #expect(try gain(arguments) == Outcome(output: table + "\n", errors: "", status: 0))
  }

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
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.map { $0[1] } == ["pytorch", "unit", "neutral", "edge"])
    for (row, value) in zip(rows, gains) {
      guard let value else { continue }
      #expect(abs(Double(row[2])! - value) < 1e-4, "\(row)")
    }
  }

  @Test(arguments: ["tanh --input-std 2", "selu --init orthogonal", "gelu --skip 1/2"])
  func `do what a prediction says at the last layer`(arguments: String) throws {
    let options = arguments.split(separator: " ").dropFirst().map(String.init)
    let activation = String(arguments.split(separator: " ")[0])
    let rows = try gain("\(arguments) --depth 30 --format csv --no-header").output
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let values = rows.filter { !$0[2].isEmpty }
    #expect(!values.isEmpty)
    for row in values {
      let prediction = try Binary.run(
        ["predict", activation, String(row[2]), "--depth", "30", "--layers", "30", "--quiet"]
          + ["--format", "csv", "--no-header"] + options)
      let last = prediction.output.split(separator: "\n")[1]
        .split(separator: ",", omittingEmptySubsequences: false)
      let columns = ["predicted_out_std", "predicted_grad_mean_abs"].map(LayerRow.table.index)
      #expect(columns.map { last[$0] } == Array(row[8...9]))
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
