import SignalPropagation

extension Operand {
  /// An activation under PyTorch's name, in any case.
  func activation() throws(ArgumentError) -> Activation {
    let name = text.lowercased()
    guard let activation = Activation(rawValue: activationAliases[name] ?? name) else {
      let known = Activation.allCases.map(\.rawValue) + CommandName.typed.map(\.rawValue)
      throw .value(self, .unknownActivation(near: nearest(to: name, in: known)))
    }
    return activation
  }

  /// A number, or what a gain's name stands for in `experiment`, whose own gain plays no part.
  func gain(for experiment: Experiment) throws(ArgumentError) -> Double {
    let names = GainName.allCases.map(\.rawValue)
    if let name = GainName(rawValue: text.lowercased()) {
      guard let gain = name.gain(for: experiment) else {
        throw .value(
          self, .noGain(experiment.activation, names: names.filter { $0 != name.rawValue }))
      }
      return gain
    }
    guard number(text) != nil else {
      let near = nearest(to: text.lowercased(), in: names)
      throw .value(self, .notAGain(names: names, near: near))
    }
    return try nonNegativeReal()
  }
}

/// The other names of activations: `calculate_gain` says linear, and `torch.nn.functional` has
/// functions in place that compute the same.
private let activationAliases = [
  "linear": "identity", "celu_": "celu", "elu_": "elu", "hardtanh_": "hardtanh",
  "leaky_relu_": "leaky_relu", "relu_": "relu", "rrelu_": "rrelu", "selu_": "selu",
]

/// A gain that depends on the experiment.
enum GainName: String, CaseIterable {
  case pytorch

  /// `nil` where the experiment has no such gain.
  func gain(for experiment: Experiment) -> Double? {
    switch self {
    case .pytorch: experiment.activation.pytorchGain
    }
  }
}

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
