import Testing

@testable import SignalPropagation

/// Predictions that were worked out by hand-made recursions for one kind of layer each.
struct LayerPrediction: Sendable, CustomTestStringConvertible {
  var layer: String
  var gain = 1.0
  var inputStd = 1.0
  var similarity = 0.0
  var loss = Loss.sum
  /// out, similarity and mean |gradient| at each layer; `nil` where it is not known.
  var rows: [Int: (out: Double, similarity: Double?, gradient: Double)]
  /// How far the figures are good for.
  var tolerance = 2e-5

  var testDescription: String { "\(layer) at \(gain), \(loss.rawValue)" }

  /// Pre-norm, post-norm, a norm of the pre-activations, a random readout. In the last case the readout is
  /// what is random; the norms are PyTorch's, whose ε the recursions leave out.
  static let norms = [
    LayerPrediction(
      layer: "h + tanh(W(layernorm(h)))", gain: 1.5,
      rows: [
        1: (1.241229, 0, 1.105848), 4: (1.778368, 0, 1.706471), 16: (3.106505, 0, 3.619210),
      ]),
    LayerPrediction(
      layer: "h + relu(W(layernorm(h)))", gain: 1.4142135623730951,
      rows: [
        1: (1.2968, 0.1592, 1.1666), 4: (1.9305, 0.5775, 1.9643), 16: (3.4507, 0.8725, 4.5025),
      ], tolerance: 1e-4),
    LayerPrediction(
      layer: "h + relu(W(rmsnorm(h)))", gain: 1.4142135623730951,
      rows: [
        1: (1.2968, 0.1592, 1.1666), 4: (1.9305, 0.6462, 1.6959), 16: (3.4507, 0.9501, 2.1290),
      ], tolerance: 1e-4),
    LayerPrediction(
      layer: "h + 0.7*gelu(W(rmsnorm(h), bias=0.2))", gain: 1.5, inputStd: 2,
      rows: [
        1: (2.097369, 0.02857186, 1.000757), 4: (2.365549, 0.2768797, 1.055490),
        16: (3.222312, 0.8174256, 1.233362),
      ]),
    LayerPrediction(
      layer: "tanh(1.5*layernorm(W(h)))",
      rows: [
        1: (0.7352880, 0, 0.4163283), 4: (0.7352880, 0, 0.6761846), 16: (0.7352880, 0, 4.705248),
      ], tolerance: 2e-4),
    LayerPrediction(
      layer: "gelu(layernorm(W(h)))", loss: .random,
      rows: [
        1: (0.587915, 0.1871436, 0.5387056), 4: (0.587915, 0.4456075, 0.5979472),
        16: (0.587915, 0.682913, 0.907629),
      ], tolerance: 2e-4),
    LayerPrediction(
      layer: "rmsnorm(tanh(W(h)))", gain: 1.5,
      rows: [1: (1, 0, 0.9378855), 4: (1, 0, 1.523278), 16: (1, 0, 10.59977)]),
    LayerPrediction(
      layer: "layernorm(h + gelu(W(h)))", gain: 1.5, loss: .random,
      rows: [1: (1, nil, 0.8639468), 4: (1, nil, 1.096801), 16: (1, nil, 2.848991)]),
    LayerPrediction(
      layer: "rmsnorm(h + relu(W(h)))", gain: 1.5,
      rows: [
        1: (0.9119, 0.1685, 0.6706), 4: (0.6459, 0.7620, 0.2880), 16: (0.6079, 0.9981, 0.0302),
      ], tolerance: 2e-3),
    LayerPrediction(
      layer: "gelu(W(h))", gain: 1.5335, loss: .random,
      rows: [
        1: (0.9144907, 0.23897, 0.8606498), 4: (1.064662, 0.5514423, 1.096822),
        16: (2.431255, 0.8622337, 3.244412),
      ]),
  ]

  /// A bias for every unit, and rows that have a part in common.
  static let biases = [
    LayerPrediction(
      layer: "tanh(W(h, bias=0.3))", gain: 1.5, similarity: 0.5,
      rows: [
        1: (0.7398993, 0.4674264, 0.6836883), 4: (0.6298181, 0.5005637, 0.6777206),
        16: (0.6221272, 0.6416418, 0.9596128),
      ]),
    LayerPrediction(
      layer: "tanh(W(h, bias=0.5))", gain: 1.2,
      rows: [
        1: (0.6999153, 0.133041, 0.5868121), 4: (0.5876985, 0.6559557, 0.3545582),
        16: (0.5833243, 0.9910435, 0.06176895),
      ]),
    LayerPrediction(
      layer: "gelu(W(h, bias=0.4))", gain: 1.4, inputStd: 0.5,
      rows: [
        1: (0.4662394, 0.3252041, 0.8274379), 4: (0.4830888, 0.7192819, 1.059201),
        16: (0.5192767, 0.971298, 0.7987144),
      ]),
    LayerPrediction(
      layer: "sigmoid(W(h, bias=1))", gain: 6, similarity: 0.3,
      rows: [
        1: (0.4325393, 0.6804096, 0.4962697), 4: (0.3975958, 0.9606936, 0.2162775),
        16: (0.3975716, 0.9999481, 0.008329623),
      ]),
    LayerPrediction(
      layer: "h + 0.4*silu(W(h, bias=0.5))", gain: 1.2, similarity: 0.1,
      rows: [
        1: (1.043539, 0.1204067, 1.000499), 4: (1.193483, 0.2984202, 1.331857),
        16: (3.815617, 0.9437538, 14.19981),
      ]),
    LayerPrediction(
      layer: "sigmoid(W1(h))*W2(h)", gain: 1.6, rows: [6: (0.4937, nil, 0.6841)], tolerance: 1e-4),
  ]
}

@Suite struct LayerPredictionTests {
  @Test(arguments: LayerPrediction.norms + LayerPrediction.biases)
  func `layers come out as their own recursions say`(reference: LayerPrediction) throws {
    let stack = try stack(
      reference.layer, gain: reference.gain, depth: 16, inputStd: reference.inputStd,
      inputSimilarity: reference.similarity, loss: reference.loss)
    let layers = reference.rows.keys.sorted()
    for record in stack.predict(layers: layers).dropFirst() {
      let row = reference.rows[record.layer]!
      let out = record.predicted.outStd!.doubleValue
      #expect(relativeError(out, row.out) < reference.tolerance, "out \(out) at \(record.layer)")
      if let similarity = row.similarity {
        #expect(
          abs(record.predicted.similarity! - similarity) < reference.tolerance,
          "similarity \(record.predicted.similarity!) at \(record.layer)")
      }
      let gradient = record.predicted.gradMeanAbs!.doubleValue
      #expect(
        relativeError(gradient, row.gradient) < reference.tolerance,
        "grad \(gradient) at \(record.layer)")
    }
  }

  /// With a bias, orthogonal weights miss what went along h of the weights' part of the variance only.
  @Test(arguments: [("relu", 1, 0.7334), ("relu", 6, 0.6545), ("gelu", 5, 0.7393)])
  func `orthogonal weights beside a bias`(name: String, layer: Int, gradient: Double) throws {
    for formula in ["\(name)(W(h, bias=0.8))", "\(name)(W(h, bias=0.8)) + 0*W2(h)"] {
      let stack = try stack(formula, gain: 1.3, depth: 6, initializer: .orthogonal)
      let record = stack.predict(layers: [layer])[1]
      #expect(relativeError(record.predicted.gradMeanAbs!.doubleValue, gradient) < 2e-4)
    }
  }

  /// Zhang, Botev and Martens 2022: a leaky relu's map of cosines.
  @Test(arguments: [(0.0, 0.14309), (0.5, 0.54900)])
  func `a leaky relu moves a cosine as tailored activations have it`(
    input: Double, output: Double
  ) throws {
    let stack = try stack(
      "leaky_relu(x, 0.3)", gain: (2 / 1.09).squareRoot(), depth: 1, inputSimilarity: input)
    #expect(abs(stack.predict(layers: [1])[1].predicted.similarity! - output) < 1e-5)
  }

  @Test(arguments: [
    (5.0 / 3, [10: 0.922, 32: 0.328, 100: 0.001]), (1.112, [10: 0.984, 32: 0.978, 100: 0.952]),
  ])
  func `tanh at 5 thirds loses which input it was`(gain: Double, cosines: [Int: Double]) throws {
    let stack = try stack("tanh(W(h))", gain: gain, depth: 100, inputSimilarity: 0.99)
    for record in stack.predict(layers: cosines.keys.sorted()).dropFirst() {
      #expect(abs(record.predicted.similarity! - cosines[record.layer]!) < 6e-4)
    }
  }
}
