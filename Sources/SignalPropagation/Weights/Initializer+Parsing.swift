extension Initializer {
  /// Reads `scheme` or `scheme:parameter=value,parameter=value`, as `kaiming_normal:mode=fan_out`.
  ///
  /// Letters may be of either case. Parameters that are left out have the defaults of the case.
  package init(parsing text: String) throws(InitializerError) {
    var parameters = try Parameters(text.lowercased())
    self = try Self.scheme(&parameters)
    try parameters.expectNoOthers()
  }

  private static func scheme(_ parameters: inout Parameters) throws(InitializerError) -> Self {
    switch parameters.scheme {
    case "xavier_normal": return .xavierNormal
    case "xavier_uniform": return .xavierUniform
    case "kaiming_normal": return .kaimingNormal(try parameters.kaimingMode())
    case "kaiming_uniform": return .kaimingUniform(try parameters.kaimingMode())
    case "lecun_normal": return .lecunNormal
    case "lecun_uniform": return .lecunUniform
    case "orthogonal": return .orthogonal
    case "trunc_normal": return try truncNormal(&parameters)
    case "sparse":
      return .sparse(
        sparsity: try parameters.number("sparsity", .fraction),
        std: try parameters.number("std", .notNegative, default: 0.01))
    case "normal": return .normal(std: try parameters.number("std", .notNegative))
    case "uniform": return .uniform(bound: try parameters.number("bound", .notNegative))
    case "torch_linear": return .torchLinear
    case "variance_scaling":
      return .varianceScaling(
        scale: try parameters.number("scale", .positive, default: 1),
        mode: try parameters.choice("mode", of: FanMode.allCases, default: .fanIn),
        distribution: try parameters.choice(
          "distribution", of: Distribution.allCases, default: .truncatedNormal))
    default: throw .unknownScheme(parameters.scheme)
    }
  }

  /// One candidate in a hundred must stay: a window far out in a tail would keep rejection busy for hours.
  private static func truncNormal(
    _ parameters: inout Parameters
  ) throws(InitializerError) -> Self {
    let std = try parameters.number("std", .positive, default: 1)
    let a = try parameters.number("a", .finite, default: -2)
    let b = try parameters.number("b", .finite, default: 2)
    guard a < b else { throw parameters.badValue("b", expected: "a number above a") }
    guard WeightDistribution.acceptance(from: a / std, to: b / std) >= 0.01 else {
      throw parameters.badValue("a", expected: "a number nearer to 0 or to b")
    }
    return .truncNormal(std: std, a: a, b: b)
  }
}

extension Initializer: CustomStringConvertible {
  /// The text from which `init(parsing:)` makes the same value; parameters at their default are left out.
  package var description: String {
    let shown = parameters.filter { $0.value != $0.default }.map { "\($0.name)=\($0.value)" }
    return shown.isEmpty ? name : name + ":" + shown.joined(separator: ",")
  }

  /// The name of the scheme.
  package var name: String {
    switch self {
    case .xavierNormal: "xavier_normal"
    case .xavierUniform: "xavier_uniform"
    case .kaimingNormal: "kaiming_normal"
    case .kaimingUniform: "kaiming_uniform"
    case .lecunNormal: "lecun_normal"
    case .lecunUniform: "lecun_uniform"
    case .orthogonal: "orthogonal"
    case .truncNormal: "trunc_normal"
    case .sparse: "sparse"
    case .normal: "normal"
    case .uniform: "uniform"
    case .torchLinear: "torch_linear"
    case .varianceScaling: "variance_scaling"
    }
  }

  private var parameters: [(name: String, value: String, default: String?)] {
    switch self {
    case .xavierNormal, .xavierUniform, .lecunNormal, .lecunUniform, .orthogonal, .torchLinear: []
    case .kaimingNormal(let mode), .kaimingUniform(let mode):
      [("mode", mode.rawValue, FanMode.fanIn.rawValue)]
    case .truncNormal(let std, let a, let b):
      [
        ("std", Expression.decimal(std), "1"), ("a", Expression.decimal(a), "-2"),
        ("b", Expression.decimal(b), "2"),
      ]
    case .sparse(let sparsity, let std):
      [("sparsity", Expression.decimal(sparsity), nil), ("std", Expression.decimal(std), "0.01")]
    case .normal(let std): [("std", Expression.decimal(std), nil)]
    case .uniform(let bound): [("bound", Expression.decimal(bound), nil)]
    case .varianceScaling(let scale, let mode, let distribution):
      [
        ("scale", Expression.decimal(scale), "1"), ("mode", mode.rawValue, FanMode.fanIn.rawValue),
        ("distribution", distribution.rawValue, Distribution.truncatedNormal.rawValue),
      ]
    }
  }
}

/// The parameters of a scheme while they are being read.
private struct Parameters {
  let scheme: String
  private var values: [String: String] = [:]
  private var known: [String] = []

  enum Range: String {
    case finite = "a number"
    case positive = "a number above 0"
    case notNegative = "a number of at least 0"
    case fraction = "a number from 0 to 1"

    func contains(_ number: Double) -> Bool {
      switch self {
      case .finite: number.isFinite
      case .positive: number.isFinite && number > 0
      case .notNegative: number.isFinite && number >= 0
      case .fraction: (0...1).contains(number)
      }
    }
  }

  init(_ text: String) throws(InitializerError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    scheme = String(parts[0])
    guard parts.count == 2 else { return }
    for item in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      let pair = item.split(separator: "=", omittingEmptySubsequences: false)
      guard pair.count == 2, !pair[0].isEmpty, !pair[1].isEmpty else {
        throw .malformedParameter(scheme: scheme, text: String(item))
      }
      let name = String(pair[0])
      guard values.updateValue(String(pair[1]), forKey: name) == nil else {
        throw .repeatedParameter(scheme: scheme, parameter: name)
      }
    }
  }

  mutating func number(
    _ name: String, _ range: Range, default: Double? = nil
  ) throws(InitializerError) -> Double {
    known.append(name)
    guard let text = values[name] else {
      guard let `default` else { throw .missingParameter(scheme: scheme, parameter: name) }
      return `default`
    }
    guard let number = Double(text), range.contains(number) else {
      throw badValue(name, expected: range.rawValue)
    }
    return number
  }

  mutating func choice<Choice: RawRepresentable<String>>(
    _ name: String, of choices: [Choice], default: Choice
  ) throws(InitializerError) -> Choice {
    known.append(name)
    guard let text = values[name] else { return `default` }
    guard let choice = choices.first(where: { $0.rawValue == text }) else {
      throw badValue(name, expected: choices.map(\.rawValue).joined(separator: " or "))
    }
    return choice
  }

  mutating func kaimingMode() throws(InitializerError) -> Initializer.FanMode {
    try choice("mode", of: [.fanIn, .fanOut], default: .fanIn)
  }

  func badValue(_ name: String, expected: String) -> InitializerError {
    .badValue(scheme: scheme, parameter: name, value: values[name] ?? "", expected: expected)
  }

  func expectNoOthers() throws(InitializerError) {
    guard let other = values.keys.filter({ !known.contains($0) }).min() else { return }
    throw .unknownParameter(scheme: scheme, parameter: other, known: known)
  }
}
