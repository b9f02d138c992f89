import Platform

/// A line that draws weights with another framework.
package struct InitializerCode: Equatable, Sendable {
  /// Where the line is to be pasted.
  package enum Framework: String, Sendable {
    /// A statement on `layer.weight`.
    case torch = "PyTorch"
    /// A value for `kernel_initializer`.
    case keras = "Keras"
    /// A value for `kernel_init`.
    case jax = "JAX"
  }

  package var framework: Framework
  package var line: String
}

extension Initializer {
  /// How PyTorch, Keras and JAX draw the same distribution; what a framework does not have is left out.
  package func code(gain: Double) -> [InitializerCode] {
    let lines: [(InitializerCode.Framework, String?)] = [
      (.torch, torchLine(gain)), (.keras, scaledLine(gain).keras), (.jax, scaledLine(gain).jax),
    ]
    return lines.compactMap { framework, line in
      line.map { InitializerCode(framework: framework, line: $0) }
    }
  }

  private func torchLine(_ gain: Double) -> String {
    func call(_ function: String, _ arguments: String) -> String {
      "torch.nn.init.\(function)_(layer.weight, \(arguments))"
    }
    let g = "gain=\(Initializer.text(gain))"
    switch self {
    case .xavierNormal: return call("xavier_normal", g)
    case .xavierUniform: return call("xavier_uniform", g)
    case .orthogonal: return call("orthogonal", g)
    case .normal(let std): return call("normal", "std=\(Initializer.text(std * gain))")
    case .uniform(let bound):
      let bound = Initializer.text(bound * gain)
      return call("uniform", "-\(bound), \(bound)")
    case .truncNormal(let std, let a, let b):
      let numbers = [std, a, b].map { Initializer.text($0 * gain) }
      return call("trunc_normal", "std=\(numbers[0]), a=\(numbers[1]), b=\(numbers[2])")
    case .sparse(let sparsity, let std):
      return call(
        "sparse", "sparsity=\(Initializer.text(sparsity)), std=\(Initializer.text(std * gain))")
    case .kaimingNormal, .kaimingUniform, .lecunNormal, .lecunUniform, .torchLinear,
      .varianceScaling:
      let (scale, mode, distribution) = scaling!
      func over(_ value: Double) -> String { "\(Initializer.text(value)) / \(mode.torchFan)**0.5" }
      switch distribution {
      case .untruncatedNormal: return call("normal", "std=\(over(gain * scale.squareRoot()))")
      case .uniform:
        let bound = over(gain * (3 * scale).squareRoot())
        return call("uniform", "-\(bound), \(bound)")
      case .truncatedNormal:
        let std = gain * scale.squareRoot() / 0.879_625_661_034_239_78
        let bound = over(2 * std)
        return call("trunc_normal", "std=\(over(std)), a=-\(bound), b=\(bound)")
      }
    }
  }

  /// The scheme as variance scaling: g²·scale over the fan is the variance of a weight; `nil` where it is none.
  private var scaling: (scale: Double, mode: FanMode, distribution: Distribution)? {
    switch self {
    case .xavierNormal: (1, .fanAverage, .untruncatedNormal)
    case .xavierUniform: (1, .fanAverage, .uniform)
    case .kaimingNormal(let mode): (1, mode, .untruncatedNormal)
    case .kaimingUniform(let mode): (1, mode, .uniform)
    case .lecunNormal: (1, .fanIn, .untruncatedNormal)
    case .lecunUniform: (1, .fanIn, .uniform)
    case .torchLinear: (1.0 / 3, .fanIn, .uniform)
    case .varianceScaling(let scale, let mode, let distribution): (scale, mode, distribution)
    case .orthogonal, .normal, .uniform, .truncNormal, .sparse: nil
    }
  }

  /// The lines of the other two frameworks, which have variance scaling under its own name.
  private func scaledLine(_ gain: Double) -> (keras: String?, jax: String?) {
    if let (scale, mode, distribution) = scaling {
      let number = Initializer.text(scale * gain * gain)
      let normal = distribution == .untruncatedNormal ? "normal" : distribution.rawValue
      return (
        "keras.initializers.VarianceScaling(scale=\(number), mode=\"\(mode.rawValue)\","
          + " distribution=\"\(distribution.rawValue)\")",
        "jax.nn.initializers.variance_scaling(\(number), \"\(mode.rawValue)\", \"\(normal)\")"
      )
    }
    switch self {
    case .orthogonal:
      let g = Initializer.text(gain)
      return ("keras.initializers.Orthogonal(gain=\(g))", "jax.nn.initializers.orthogonal(\(g))")
    case .normal(let std):
      let std = Initializer.text(std * gain)
      return (
        "keras.initializers.RandomNormal(stddev=\(std))", "jax.nn.initializers.normal(\(std))"
      )
    case .uniform(let bound):
      let bound = Initializer.text(bound * gain)
      return ("keras.initializers.RandomUniform(-\(bound), \(bound))", nil)
    default: return (nil, nil)
    }
  }

  /// Four significant digits, as much as a gain is worth.
  private static func text(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "0" }
    let exponent = Int(realLog(value.magnitude) / 2.302585092994045684)
    guard (-4...6).contains(exponent) else { return Expression.decimal(value) }
    var unit = 1.0
    for _ in 0..<max(0, 4 - exponent) { unit *= 10 }
    return Expression.decimal((value * unit).rounded() / unit)
  }
}

extension Initializer.FanMode {
  /// The fan of a `torch.nn.Linear` named `layer`.
  fileprivate var torchFan: String {
    switch self {
    case .fanIn: "layer.in_features"
    case .fanOut: "layer.out_features"
    case .fanAverage: "((layer.in_features + layer.out_features) / 2)"
    }
  }
}
