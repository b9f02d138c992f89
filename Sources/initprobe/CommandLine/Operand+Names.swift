import Arguments
import SignalPropagation

extension Operand {
  /// An activation under PyTorch's name, in any case.
  func activation() throws(ArgumentError) -> Activation {
    let name = text.lowercased()
    let pytorchName = Operand.activationAliases[name] ?? name
    guard let activation = Activation.listed.first(where: { $0.name == pytorchName }) else {
      let known = Activation.listed.map(\.name) + CommandName.typed.map(\.rawValue)
      throw .value(self, .unknownActivation(near: Suggestion.nearest(to: name, in: known)))
    }
    return activation
  }

  /// The other names of activations: `calculate_gain` says linear, and `torch.nn.functional` has
  /// functions in place that compute the same.
  private static let activationAliases = [
    "linear": "identity", "celu_": "celu", "elu_": "elu", "hardtanh_": "hardtanh",
    "leaky_relu_": "leaky_relu", "relu_": "relu", "rrelu_": "rrelu", "selu_": "selu",
  ]

  /// The name of a gain; `nil` where the text is none, and should be a number.
  func gainName() -> GainName? { GainName(rawValue: text.lowercased()) }

  /// A gain given as a number.
  func gain() throws(ArgumentError) -> Double {
    guard Double(argument: text) != nil else {
      let names = GainName.allCases.map(\.rawValue)
      let near = Suggestion.nearest(to: text.lowercased(), in: names)
      throw .value(self, .notAGain(names: names, near: near))
    }
    return try nonNegativeReal()
  }

  /// A scheme such as `orthogonal`, or with parameters `kaiming_normal:mode=fan_out`.
  func initializer() throws(ArgumentError) -> Initializer {
    do throws(InitializerError) {
      return try Initializer(parsing: text)
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
