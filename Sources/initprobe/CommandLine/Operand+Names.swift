import Arguments
import SignalPropagation

extension Operand {
  /// An activation under PyTorch's name, or that of a module, a method or Keras, in any case.
  func activation() throws(ArgumentError) -> Activation {
    let name = Names.plain(text)
    if let what = Names.notElementwise[name] { throw .value(self, .notElementwise(what)) }
    let canonical = Names.activations[name] ?? name
    guard let activation = Activation.listed.first(where: { Names.plain($0.name) == canonical })
    else {
      let known =
        Activation.listed.map(\.name) + LayerPreset.all.map(\.name)
        + CommandName.typed.map(\.rawValue)
      let near = Suggestion.nearest(to: text.lowercased(), in: known)
      throw .value(self, .unknownActivation(near: near))
    }
    return activation
  }

  /// An activation's name, a formula in `x`, or a layer in `h`.
  func layer() throws(ArgumentError) -> Layer {
    let isName = text.allSatisfy {
      $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "-"
    }
    if isName, LayerPreset.named(text.lowercased()) == nil { return Layer(try activation()) }
    let source = try expression()
    do throws(LayerError) {
      return try Layer(parsing: source)
    } catch {
      throw .refused(error.message)
    }
  }

  /// What a preset stands for, what a file holds after `@`, or the text itself.
  private func expression() throws(ArgumentError) -> String {
    if let preset = LayerPreset.named(text.lowercased()) { return preset.expression }
    guard text.hasPrefix("@") else { return text }
    guard let contents = readText(String(text.dropFirst()), until: { $0.utf8.count > 1 << 20 })
    else {
      throw .value(
        self,
        ValueProblem("names a file that cannot be read (\(reason())); give another, or the layer."))
    }
    return contents
  }

  /// The name of a gain; `nil` where the text is none, and should be a number.
  func gainName() -> GainName? { GainName(rawValue: text.lowercased()) }

  /// Whether it is a gain, by name or as a number.
  var isGain: Bool { gainName() != nil || Double(argument: text) != nil }

  /// A gain given as a number.
  func gain() throws(ArgumentError) -> Double {
    guard Double(argument: text) != nil else {
      let names = GainName.allCases.map(\.rawValue)
      let near = Suggestion.nearest(to: text.lowercased(), in: names)
      throw .value(self, .notAGain(names: names, near: near))
    }
    return try nonNegativeReal()
  }

  /// A scheme under any of its names such as `orthogonal`, or with parameters `kaiming_normal:mode=fan_out`.
  func initializer() throws(ArgumentError) -> Initializer {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = Names.plain(String(parts[0]))
    let canonical = Names.initializers[name] ?? name
    let scheme =
      Initializer.catalogue.first { Names.plain($0.name) == canonical }?.name ?? String(parts[0])
    do throws(InitializerError) {
      return try Initializer(
        parsing: ([scheme] + parts.dropFirst().map(String.init)).joined(separator: ":"))
    } catch {
      throw .value(self, .initializer(error))
    }
  }

  /// A list of schemes, whose parameters have commas of their own:
  /// `orthogonal,trunc_normal:a=-1,b=1,normal:std=1` has three.
  var schemes: [Operand] {
    var schemes: [String] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let continues = item.contains("=") && !item.contains(":")
      if continues, let scheme = schemes.popLast() {
        schemes.append("\(scheme),\(item)")
      } else {
        schemes.append(String(item))
      }
    }
    return schemes.map(with)
  }
}

/// The other names of activations and initialisers, all in plain form.
private enum Names {
  /// In lower case, without the module before it, `_`, and the `_` behind a function that works in place: so
  /// `torch.nn.LeakyReLU`, `leaky_relu_` and `leaky_relu` are one.
  static func plain(_ name: String) -> String {
    let last = name.lowercased().split(separator: ".", omittingEmptySubsequences: false).last ?? ""
    return last.filter { $0 != "_" }
  }

  static let activations = [
    "linear": "identity", "swish": "silu", "exponential": "exp", "gelunew": "gelutanh",
    "gelupytorchtanh": "gelutanh",
  ]

  static let initializers = [
    "glorotnormal": "xaviernormal", "glorotuniform": "xavieruniform", "henormal": "kaimingnormal",
    "heuniform": "kaiminguniform", "truncatednormal": "truncnormal", "randomnormal": "normal",
    "randomuniform": "uniform", "linear": "torchlinear",
  ]

  /// What a user of PyTorch or Keras may look for in vain.
  static let notElementwise = [
    "softmax": rows, "softmin": rows, "logsoftmax": rows, "gumbelsoftmax": rows, "softmax2d": rows,
    "layernorm": row("layernorm(W(h))"), "rmsnorm": row("rmsnorm(W(h))"),
    "batchnorm1d": "it normalises a column", "glu": gate, "swiglu": gate, "geglu": gate,
    "reglu": gate, "maxout": "it takes several matrices",
    "prelu": "its slope is learned; give leaky_relu", "dropout": "it is random",
    "multiheadattention": "it mixes the rows of a sequence",
  ]

  private static let rows = "it takes a whole row"
  private static let gate =
    "it is a gate of two matrices; write the layer, such as 'silu(W1(h))*W2(h)'"

  private static func row(_ layer: String) -> String {
    "it normalises a row; write the layer, such as '\(layer)'"
  }
}
