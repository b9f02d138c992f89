import SignalPropagation

extension Operand {
  /// An activation under PyTorch's name, in any case.
  func activation() throws(ArgumentError) -> Activation {
    let name = text.lowercased()
    let pytorchName = activationAliases[name] ?? name
    guard let activation = Activation.listed.first(where: { $0.name == pytorchName }) else {
      let known = Activation.listed.map(\.name) + CommandName.typed.map(\.rawValue)
      throw .value(self, .unknownActivation(near: nearest(to: name, in: known)))
    }
    return activation
  }

  /// An activation's name, a formula in `x`, or a layer in `h`.
  func layer() throws(ArgumentError) -> Layer {
    let isName = text.allSatisfy {
      $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "-"
    }
    if isName { return Layer(try activation()) }
    do throws(LayerError) {
      return try Layer(parsing: text)
    } catch {
      throw .layer(error)
    }
  }

  /// The name of a gain; `nil` where the text is none, and should be a number.
  func gainName() -> GainName? { GainName(rawValue: text.lowercased()) }

  /// A gain given as a number.
  func gain() throws(ArgumentError) -> Double {
    guard number(text) != nil else {
      let names = GainName.allCases.map(\.rawValue)
      throw .value(self, .notAGain(names: names, near: nearest(to: text.lowercased(), in: names)))
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
}

/// The other names of activations: `calculate_gain` says linear, and `torch.nn.functional` has
/// functions in place that compute the same.
private let activationAliases = [
  "linear": "identity", "celu_": "celu", "elu_": "elu", "hardtanh_": "hardtanh",
  "leaky_relu_": "leaky_relu", "relu_": "relu", "rrelu_": "rrelu", "selu_": "selu",
]

/// The candidate that `text` was most likely meant to be, if one is close.
func nearest(to text: String, in candidates: [String]) -> String? {
  let distances = candidates.map { ($0, editDistance(text, $0)) }
  guard let best = distances.min(by: { $0.1 < $1.1 }) else { return nil }
  return best.1 <= max(1, text.count / 3) ? best.0 : nil
}

/// The fewest insertions, deletions, replacements and swaps of neighbouring characters that turn one
/// into the other (optimal string alignment).
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var distance = min(
        previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforePrevious[j - 1] + 1)
      }
      row.append(distance)
    }
    (beforePrevious, previous) = (previous, row)
  }
  return previous[b.count]
}
