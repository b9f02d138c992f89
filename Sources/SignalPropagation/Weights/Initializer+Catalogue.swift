extension Initializer {
  /// What is to be known about a scheme.
  package struct Entry: Sendable {
    /// As `init(parsing:)` takes it.
    package let name: String
    /// The parameters with their defaults, or with what they take where there is no default; may be empty.
    package let parameters: String
    /// Standard deviation or bound of the weights, from the gain g.
    package let formula: String
    /// The function, class or paper that it comes from.
    package let source: String
  }

  /// All schemes.
  package static let catalogue: [Entry] = [
    Entry(
      name: "xavier_normal", parameters: "", formula: "std g·√(2/(fan_in + fan_out))",
      source: "torch.nn.init.xavier_normal_; Glorot and Bengio 2010"),
    Entry(
      name: "xavier_uniform", parameters: "", formula: "bound g·√(6/(fan_in + fan_out))",
      source: "torch.nn.init.xavier_uniform_; Glorot and Bengio 2010"),
    Entry(
      name: "kaiming_normal", parameters: "mode=fan_in|fan_out", formula: "std g/√fan",
      source: "torch.nn.init.kaiming_normal_, whose default gain is √2; He et al. 2015"),
    Entry(
      name: "kaiming_uniform", parameters: "mode=fan_in|fan_out", formula: "bound g·√(3/fan)",
      source: "torch.nn.init.kaiming_uniform_, whose default gain is √2; He et al. 2015"),
    Entry(
      name: "lecun_normal", parameters: "", formula: "std g/√fan_in",
      source: "kaiming_normal_ with nonlinearity 'linear'; LeCun et al. 1998"),
    Entry(
      name: "lecun_uniform", parameters: "", formula: "bound g·√(3/fan_in)",
      source: "kaiming_uniform_ with nonlinearity 'linear'; LeCun et al. 1998"),
    Entry(
      name: "orthogonal", parameters: "", formula: "g·Q, rows or columns orthonormal",
      source: "torch.nn.init.orthogonal_; Saxe et al. 2014"),
    Entry(
      name: "trunc_normal", parameters: "std=1,a=-2,b=2",
      formula: "normal, std g·std, redrawn outside g·a to g·b",
      source: "torch.nn.init.trunc_normal_ (2.12 and later)"),
    Entry(
      name: "sparse", parameters: "sparsity=<0 to 1>,std=0.01",
      formula: "std g·std, then ⌈sparsity·fan_out⌉ zeros in each column",
      source: "torch.nn.init.sparse_; Martens 2010"),
    Entry(
      name: "normal", parameters: "std=<number>", formula: "std g·std",
      source: "torch.nn.init.normal_"),
    Entry(
      name: "uniform", parameters: "bound=<number>", formula: "bound g·bound",
      source: "torch.nn.init.uniform_"),
    Entry(
      name: "torch_linear", parameters: "", formula: "bound g/√fan_in",
      source: "torch.nn.Linear by default: kaiming_uniform_ with a = √5"),
    Entry(
      name: "variance_scaling",
      parameters:
        "scale=1,mode=fan_in|fan_out|fan_avg,"
        + "distribution=truncated_normal|untruncated_normal|uniform",
      formula: "std g·√(scale/fan)", source: "tf.keras.initializers.VarianceScaling"),
  ]
}
