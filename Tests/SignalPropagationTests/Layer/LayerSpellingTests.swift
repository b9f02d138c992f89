import NamedActivations
import SignalPropagation
import Testing

/// `tanh`, `tanh(x)` and `tanh(W(h))` are one layer, and so are `--skip` and the sum that it stands for.
@Suite struct `However a layer is said` {
  private func experiment(_ layer: Layer, skip: Double? = nil, _ backward: Experiment.Backward)
    -> Experiment
  {
    Experiment(
      layer: layer, gain: 0.4, skip: skip, backward: backward,
      shape: .square(width: 40, depth: 5), batch: 50, seed: 3, reports: .every(2), histogram: true)
  }

  @Test(arguments: Activation.listed, Experiment.Backward.allCases)
  func `its records are the same`(
    activation: SignalPropagation.Activation, backward: Experiment.Backward
  ) throws {
    // As text, in which NaN is NaN: the similarity of rows that are all zero.
    let named = "\(try experiment(Layer(activation), backward).measure(threads: 2))"
    for text in ["\(activation.name)(x)", "\(activation.name)(W(h))"] {
      let layer = try Layer(parsing: text)
      #expect(layer.activation == activation)
      #expect("\(try experiment(layer, backward).measure(threads: 2))" == named, "\(text)")
    }
  }

  @Test(arguments: ["gelu", "relu", "tanh", "identity"], [0.5, -1, 1])
  func `a skip is the sum that it stands for`(name: String, scale: Double) throws {
    let activation = Activation.named(name)
    let skip = try experiment(Layer(activation), skip: scale, .each).measure(threads: 2)
    let formula = try Layer(parsing: "\(name)(x)")
    #expect(try experiment(formula, skip: scale, .each).measure(threads: 2) == skip)
    let sum = try Layer(parsing: "h + \(scale)*\(name)(W(h))")
    #expect(try experiment(sum, .each).measure(threads: 2) == skip)
  }

  @Test(arguments: [
    ("x*sigmoid(x)", "W(h)*sigmoid(W(h))", false), ("x*sigmoid(x)", "z = W(h); z*sigmoid(z)", true),
    ("0.5*x + x", "z = W(h); 0.5*z + z", true), ("x**3", "x*x*x", true),
    ("h + rmsnorm(h)*rmsnorm(h)", "n = rmsnorm(h); h + n*n", true),
    ("layer_norm(W(h))", "layernorm(W(h))", true), ("rms_norm(x)", "rmsnorm(x)", true),
    ("linear(x)", "identity(x)", true), ("leaky_relu(x)", "leaky_relu(x, 0.01)", true),
    ("leaky_relu(x, 0.2)", "leaky_relu(x, negative_slope=2/10)", true),
    ("W1(h) + W2(h)", "W(h) + W(h)", true), ("W1(h) + W1(h)", "W(h) + W(h)", false),
    ("tanh(W(h, gain=2))", "tanh(W(h))", false), ("tanh(W(h, gain=g))", "tanh(W(h))", true),
  ])
  func `two spellings are alike or differ`(one: String, other: String, isSame: Bool) throws {
    let records = try [one, other].map {
      try experiment(Layer(parsing: $0), .each).measure(threads: 1).map(\.measured.outStd)
    }
    #expect((records[0] == records[1]) == isSame)
  }
}
