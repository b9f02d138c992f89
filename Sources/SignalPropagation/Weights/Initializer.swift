/// How the weights of a layer are drawn. The gain of the experiment multiplies each of them.
///
/// The weights are fan_out × fan_in, row-major. Formulas are in double precision and in the order of
/// operations of their source, so that the figure that is rounded to single precision for drawing is the
/// same to the bit.
package enum Initializer: Hashable, Sendable {
  /// Normal, std gain·√(2/(fan_in + fan_out)): `torch.nn.init.xavier_normal_(gain)`.
  case xavierNormal
  /// Uniform, bound √3 times that: `torch.nn.init.xavier_uniform_(gain)`.
  case xavierUniform
  /// Normal, std gain/√fan: `torch.nn.init.kaiming_normal_(mode)`, whose own default gain is √2.
  case kaimingNormal(FanMode = .fanIn)
  /// Uniform, bound √3·gain/√fan: `torch.nn.init.kaiming_uniform_(mode)`, whose own default gain is √2.
  case kaimingUniform(FanMode = .fanIn)
  /// Normal, std gain/√fan_in (LeCun et al., 1998).
  case lecunNormal
  /// Uniform, bound √3·gain/√fan_in (LeCun et al., 1998).
  case lecunUniform
  /// gain times orthonormal rows or columns, whichever are fewer: `torch.nn.init.orthogonal_(gain)`.
  case orthogonal
  /// Normal with gain·`std`, redrawn outside gain·`a` ... gain·`b`: `torch.nn.init.trunc_normal_(std, a, b)`.
  case truncNormal(std: Double = 1, a: Double = -2, b: Double = 2)
  /// Normal with gain·`std`, then ⌈`sparsity`·fan_out⌉ zeros in each column:
  /// `torch.nn.init.sparse_(sparsity, std)`.
  case sparse(sparsity: Double, std: Double = 0.01)
  /// Normal with gain·`std`: `torch.nn.init.normal_(std)`.
  case normal(std: Double)
  /// Uniform in ±gain·`bound`: `torch.nn.init.uniform_(-bound, bound)`.
  case uniform(bound: Double)
  /// Uniform, bound gain/√fan_in: what `torch.nn.Linear` draws by default, kaiming_uniform_ with a = √5.
  case torchLinear
  /// Variance gain²·`scale`/fan: `tf.keras.initializers.VarianceScaling`.
  case varianceScaling(
    scale: Double = 1, mode: FanMode = .fanIn, distribution: Distribution = .truncatedNormal)

  /// What a variance is divided by.
  package enum FanMode: String, CaseIterable, Sendable {
    /// Inputs of a unit: the columns.
    case fanIn = "fan_in"
    /// Units that an input feeds: the rows.
    case fanOut = "fan_out"
    /// The mean of both; in `varianceScaling` alone.
    case fanAverage = "fan_avg"

    func fan(fanIn: Int, fanOut: Int) -> Double {
      switch self {
      case .fanIn: Double(fanIn)
      case .fanOut: Double(fanOut)
      case .fanAverage: sum(fanIn, fanOut) / 2
      }
    }
  }

  /// The distributions of `varianceScaling`.
  package enum Distribution: String, CaseIterable, Sendable {
    /// Normal, cut at two standard deviations, and widened so that the variance is as asked.
    case truncatedNormal = "truncated_normal"
    /// Normal.
    case untruncatedNormal = "untruncated_normal"
    /// Uniform.
    case uniform
  }
}

extension Initializer {
  /// The distribution of each weight.
  ///
  /// - Parameters:
  ///   - fanIn: Columns of the weights, the inputs of the layer; at least 1.
  ///   - fanOut: Rows of the weights, the units of the layer; at least 1.
  ///   - gain: Not negative.
  package func distribution(fanIn: Int, fanOut: Int, gain: Double) -> WeightDistribution {
    let rootOf3 = 3.0.squareRoot()
    let xavierStd = gain * (2 / sum(fanIn, fanOut)).squareRoot()
    func kaimingStd(_ mode: FanMode) -> Double {
      gain / mode.fan(fanIn: fanIn, fanOut: fanOut).squareRoot()
    }
    switch self {
    case .xavierNormal: return .normal(std: xavierStd)
    case .xavierUniform: return .uniform(bound: rootOf3 * xavierStd)
    case .kaimingNormal(let mode): return .normal(std: kaimingStd(mode))
    case .kaimingUniform(let mode): return .uniform(bound: rootOf3 * kaimingStd(mode))
    case .lecunNormal: return .normal(std: kaimingStd(.fanIn))
    case .lecunUniform: return .uniform(bound: rootOf3 * kaimingStd(.fanIn))
    case .orthogonal: return .orthogonal(scale: gain, rows: fanOut, columns: fanIn)
    case .truncNormal(let std, let a, let b):
      return .truncatedNormal(std: std * gain, from: a * gain, to: b * gain)
    case .sparse(let sparsity, let std):
      return .sparseNormal(
        std: std * gain, zeros: Int((sparsity * Double(fanOut)).rounded(.up)), of: fanOut)
    case .normal(let std): return .normal(std: std * gain)
    case .uniform(let bound): return .uniform(bound: bound * gain)
    case .torchLinear: return .uniform(bound: rootOf3 * Self.linearStd(fanIn: fanIn) * gain)
    case .varianceScaling(let scale, let mode, let distribution):
      let fan = mode.fan(fanIn: fanIn, fanOut: fanOut)
      return distribution.weights(variance: scale / max(1, fan), gain: gain)
    }
  }

  /// kaiming's √(2/(1 + a²))/√fan_in with a = √5, which is 1/√(3·fan_in).
  private static func linearStd(fanIn: Int) -> Double {
    let slope = 5.0.squareRoot()
    return (2 / (1 + slope * slope)).squareRoot() / Double(fanIn).squareRoot()
  }
}

extension Initializer.Distribution {
  /// The standard deviation of a standard normal number that is redrawn beyond ±2, as TensorFlow has it.
  private static let truncatedStd = 0.879_625_661_034_239_78

  fileprivate func weights(variance: Double, gain: Double) -> WeightDistribution {
    switch self {
    case .truncatedNormal:
      let std = gain * (variance.squareRoot() / Self.truncatedStd)
      return .truncatedNormal(std: std, from: -2 * std, to: 2 * std)
    case .untruncatedNormal: return .normal(std: gain * variance.squareRoot())
    case .uniform: return .uniform(bound: gain * (3 * variance).squareRoot())
    }
  }
}

/// The sum as it is rounded from the integers, where that is one, and without overflow.
private func sum(_ fanIn: Int, _ fanOut: Int) -> Double {
  let (sum, overflow) = fanIn.addingReportingOverflow(fanOut)
  return overflow ? Double(fanIn) + Double(fanOut) : Double(sum)
}
