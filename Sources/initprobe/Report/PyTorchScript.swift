import Kernels
import SignalPropagation

/// An experiment as a Python script that prints the same lines with PyTorch: the same draws in the same order,
/// the same loss, and the layer as it was typed, which Python reads as a piece of a `forward`.
struct PyTorchScript {
  private let experiment: Experiment
  /// The command that it answers to, for its first line.
  private let command: String

  init(_ experiment: Experiment, command: String) {
    self.experiment = experiment
    self.command = command
  }

  /// The whole script.
  var text: String {
    """
    # \(command)
    import math

    import torch
    import torch.nn.functional as F

    \(parameters)
    pi = math.pi
    \(functions)

    \(matrixFunction)

    \(layerFunction)


    \(figureFunction)

    torch.manual_seed(\(Int64(bitPattern: experiment.seed)))
    \(input)
    h, kept, weights = x0, {}, {}
    print(f"in: {figure(x0.std())}"\(experiment.backward == .last ? ", end=\"\"" : ""))
    \(loop)
    """
  }

  private var parameters: String {
    let shape = experiment.shape
    let widths =
      switch shape {
      case .square(let width, let depth): "widths = [\(width)] * \(depth + 1)"
      case .widths(let widths): "widths = \(widths)"
      }
    let layers =
      switch experiment.reports {
      case .every(let step): "reported = range(1, len(widths), \(step))"
      case .layers(let layers): "reported = \(layers)"
      }
    return """
      \(widths)  # of the input, then of each layer
      N, batch = len(widths) - 1, \(experiment.batch)
      g = \(experiment.gain.shortest)
      \(layers)
      """
  }

  // MARK: The layer

  private var layerFunction: String {
    var lines = experiment.layer.lines
    if experiment.layer.resultName == nil {
      lines[lines.count - 1] = "result = " + lines[lines.count - 1]
    }
    let result = experiment.layer.resultName ?? "result"
    let skip = experiment.skip.map { "h + \($0.shortest) * \(result)" } ?? result
    let matrices = matrixNames.map { "\($0) = matrix(\"\($0)\", d, named)" }
    let formula = experiment.layer.isFormula ? ["x = W(h)"] : []
    // Within the function, where they take no name from the rest of the script.
    let own = experiment.settings.map { "\($0.name) = \($0.value.shortest)" }
    let body =
      ["named = {}"] + own + matrices + formula + lines + ["return \(skip), list(named.values())"]
    return "def layer(h, x0, l, d):\n" + body.map { "    \($0)" }.joined(separator: "\n")
  }

  private var matrixNames: [String] {
    let names = experiment.layer.names.filter(LayerVocabulary.isMatrix)
    return Set(names).union(experiment.layer.isFormula ? ["W"] : []).sorted()
  }

  /// What the names of functions stand for; PyTorch's functions do not take plain numbers.
  private var functions: String {
    experiment.layer.names.sorted().compactMap { name in
      if let normalization = LayerVocabulary.normalization(name) {
        return switch normalization {
        case .layerNorm: "\(name) = lambda v: F.layer_norm(v, v.shape[-1:])"
        case .rmsNorm: "\(name) = lambda v: F.rms_norm(v, v.shape[-1:], eps=2**-23)"
        }
      }
      return LayerVocabulary.function(name).map { "\(name) = \(PyTorchScript.function($0))" }
    }.joined(separator: "\n")
  }

  private static func function(_ kind: Activation.Kind) -> String {
    func ofBoth(_ tensor: String, _ number: String) -> String {
      "lambda v: \(tensor)(v) if torch.is_tensor(v) else \(number)(v)"
    }
    switch kind {
    case .identity: return "lambda v: v"
    case .geluTanh: return "lambda v: F.gelu(v, approximate=\"tanh\")"
    case .tanh, .sigmoid: return "torch.\(kind.rawValue)"
    case .exp, .log, .sqrt, .sin, .cos, .atan, .erf:
      return ofBoth("torch.\(kind.rawValue)", "math.\(kind.rawValue)")
    case .abs: return ofBoth("torch.abs", "abs")
    case .square: return "lambda v: v**2"
    case .min: return "lambda v, c: torch.clamp(v, max=c)"
    case .max: return "lambda v, c: torch.clamp(v, min=c)"
    case .clamp: return "torch.clamp"
    default: return "F.\(kind.rawValue)"
    }
  }

  // MARK: Matrices

  private var matrixFunction: String {
    let schemes = schemesInUse.map { "\($0.name) = \(PyTorchScript.initialisation(of: $0))" }
    return (schemes + [matrixDefinition]).joined(separator: "\n")
  }

  /// That of the experiment, and those that the layer names.
  private var schemesInUse: [Initializer] {
    var schemes = [experiment.initializer]
    for name in experiment.layer.names.sorted() {
      if let scheme = try? Initializer(parsing: name), scheme.name != experiment.initializer.name {
        schemes.append(scheme)
      }
    }
    return schemes
  }

  private var matrixDefinition: String {
    """


    def matrix(name, d, named):
        def product(v, out=d, gain=g, init=\(experiment.initializer.name), std=None, bias=None):
            if name == "W" or name not in named:
                linear = torch.nn.Linear(v.shape[1], int(out), bias=bias is not None)
                with torch.no_grad():
                    if std is None:
                        init(linear.weight, gain)
                    else:
                        torch.nn.init.normal_(linear.weight, 0, std)
                    if bias is not None:
                        torch.nn.init.normal_(linear.bias, 0, bias)
                named[name if name != "W" else len(named)] = linear
                return linear(v)
            return named[name](v)

        return product

    """
  }

  /// A function of a weight and the gain.
  private static func initialisation(of scheme: Initializer) -> String {
    func fan(_ mode: Initializer.FanMode) -> String {
      switch mode {
      case .fanIn: "w.shape[1]"
      case .fanOut: "w.shape[0]"
      case .fanAverage: "(sum(w.shape) / 2)"
      }
    }
    let call: String
    switch scheme {
    case .xavierNormal: call = "xavier_normal_(w, k)"
    case .xavierUniform: call = "xavier_uniform_(w, k)"
    case .kaimingNormal(let mode): call = "normal_(w, 0, k / math.sqrt(\(fan(mode))))"
    case .lecunNormal: call = "normal_(w, 0, k / math.sqrt(\(fan(.fanIn))))"
    case .kaimingUniform(let mode):
      let bound = "math.sqrt(3) * k / math.sqrt(\(fan(mode)))"
      call = "uniform_(w, -\(bound), \(bound))"
    case .lecunUniform:
      let bound = "math.sqrt(3) * k / math.sqrt(\(fan(.fanIn)))"
      call = "uniform_(w, -\(bound), \(bound))"
    case .orthogonal: call = "orthogonal_(w, k)"
    case .truncNormal(let std, let a, let b):
      call = "trunc_normal_(w, 0, \(std.shortest) * k, \(a.shortest) * k, \(b.shortest) * k)"
    case .sparse(let sparsity, let std):
      call = "sparse_(w, \(sparsity.shortest), \(std.shortest) * k)"
    case .normal(let std): call = "normal_(w, 0, \(std.shortest) * k)"
    case .uniform(let bound): call = "uniform_(w, -\(bound.shortest) * k, \(bound.shortest) * k)"
    case .torchLinear: return "lambda w, k: w.mul_(k)"
    case .varianceScaling(let scale, let mode, let distribution):
      let std = "k * math.sqrt(\(scale.shortest) / \(fan(mode)))"
      switch distribution {
      case .untruncatedNormal: call = "normal_(w, 0, \(std))"
      case .uniform: call = "uniform_(w, -\(std) * math.sqrt(3), \(std) * math.sqrt(3))"
      case .truncatedNormal:
        let wide = "\(std) / 0.87962566103423978"
        call = "trunc_normal_(w, 0, \(wide), -2 * \(wide), 2 * \(wide))"
      }
    }
    return "lambda w, k: torch.nn.init.\(call)"
  }

  // MARK: The run

  private var input: String {
    let scaled = experiment.inputStd == 1 ? "" : " * \(experiment.inputStd.shortest)"
    let c = experiment.inputSimilarity
    guard c > 0 else {
      return
        "x0 = (torch.randn(batch, widths[0])\(scaled)).requires_grad_(\(python(experiment.gradients)))"
    }
    return """
      common = torch.randn(1, widths[0])
      own = torch.randn(batch, widths[0])
      x0 = (math.sqrt(\(c.shortest)) * common + math.sqrt(1 - \(c.shortest)) * own)\(scaled)
      x0.requires_grad_(\(python(experiment.gradients)))
      """
  }

  private func python(_ condition: Bool) -> String { condition ? "True" : "False" }

  private var figureFunction: String {
    """
    def figure(x):
        x = float(x.detach())
        plain = x == 0 or not math.isfinite(x) or 0.001 <= abs(x) < 100000
        if plain:
            return f"{x:.4f}"
        digits, exponent = f"{x:.4e}".split("e")
        return f"{digits}e{int(exponent):+d}"

    """
  }

  /// The derivative of the loss by the output of layer l.
  private var cotangent: String {
    switch experiment.loss {
    case .sum: "torch.ones_like(h)"
    case .random:
      "torch.randn(h.shape, generator=torch.Generator().manual_seed(\(experiment.seed) + l))"
    }
  }

  private var loop: String {
    guard experiment.gradients else {
      return """
        for l in range(1, N + 1):
            h, _ = layer(h, x0, l, widths[l])
            if l in reported:
                print(f"out: {figure(h.std())}")

        """
    }
    guard experiment.backward == .last else {
      return """
        for l in range(1, N + 1):
            h, _ = layer(h, x0, l, widths[l])
            if l in reported:
                (grad,) = torch.autograd.grad(h, x0, \(cotangent), retain_graph=True)
                print(f"out: {figure(h.std())} grad: {figure(grad.abs().mean())}")

        """
    }
    return """
      for l in range(1, N + 1):
          h, matrices = layer(h, x0, l, widths[l])
          if l in reported:
              kept[l], weights[l] = h, [m.weight for m in matrices]
      wanted = [x0] + list(kept.values()) + sum(weights.values(), [])
      grads = list(torch.autograd.grad(h, wanted, \(cotangent)))
      means = {"grad": {"the input": grads.pop(0).abs().mean()}, "wgrad": {}}
      print(f" grad: {figure(means['grad']['the input'])}")
      flow = [grads.pop(0) for _ in kept]
      for l, grad in zip(kept, flow):
          parts = [grads.pop(0) for _ in weights[l]]
          mean = sum(p.abs().sum() for p in parts) / max(1, sum(p.numel() for p in parts))
          means["grad"][f"layer {l}"], means["wgrad"][f"layer {l}"] = grad.abs().mean(), mean
          print(f"out: {figure(kept[l].std())} grad: {figure(grad.abs().mean())} wgrad: {figure(mean)}")
      for name, at in means.items():
          if len(at) > 1:
              least, most = min(at, key=at.get), max(at, key=at.get)
              print(f"smallest {name}: {figure(at[least])} at {least}, largest: {figure(at[most])} at {most}")

      """
  }
}
