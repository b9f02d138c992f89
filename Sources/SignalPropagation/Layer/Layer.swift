import Kernels

/// One layer of a stack as the user wrote it: an activation's name, a formula in `x`, or a layer in `h`.
///
/// A name `f` is short for `f(x)`, and a formula in `x` for the layer in which `x` is `W(h)`.
package struct Layer: Hashable, Sendable, CustomStringConvertible {
  /// The layer in one spelling: a name stays a name.
  package let description: String
  /// The text as it was given, which errors point into.
  let source: String
  let statements: [Statement]
  /// Whether it is about `x`.
  package let isFormula: Bool
  /// φ, where the layer is φ(W h) with numbers for φ's parameters and nothing said of W.
  package let activation: Activation?
  /// Every name that it says, those that it defines among them.
  private let allNames: Set<String>

  /// What an activation's name stands for.
  package init(_ activation: Activation) {
    let argument = Expression(node: .name("x"), column: 0)
    let given = activation.parameters.map {
      Expression.Argument(key: nil, value: Expression(node: .number($0), column: 0))
    }
    let hasDefaults = activation == Activation.listed.first { $0.kind == activation.kind }
    let call = Expression(
      node: .call(
        activation.name,
        [Expression.Argument(key: nil, value: argument)] + (hasDefaults ? [] : given)), column: 0)
    description = hasDefaults ? activation.name : call.description
    source = description
    statements = [Statement(name: nil, value: call, column: 0)]
    isFormula = true
    self.activation = activation
    allNames = statements.names
  }

  /// Reads a formula in `x` or a layer in `h`.
  ///
  /// - Throws: What is wrong with its grammar or its names; its numbers are not known yet.
  package init(parsing source: String) throws(LayerError) {
    statements = try ExpressionParser.statements(of: source)
    self.source = source
    description = statements.map(\.description).joined(separator: "; ")
    let names = statements.names
    allNames = names
    func fail(_ problem: LayerError.Problem) -> LayerError {
      LayerError(problem: problem, source: source, column: 0)
    }
    isFormula = names.contains("x")
    guard !(isFormula && names.contains("h")) else { throw fail(.mixesInputs) }
    activation = Layer.singleFunction(statements)
  }

  /// Layers are equal where they are spelled alike.
  package static func == (a: Layer, b: Layer) -> Bool { a.description == b.description }

  package func hash(into hasher: inout Hasher) { hasher.combine(description) }

  /// Whether it says `name`.
  package func mentions(_ name: String) -> Bool { allNames.contains(name) }

  /// The statements in one spelling; the last gives the layer's output.
  package var lines: [String] { statements.map(\.description) }

  /// Whether the last statement gives its value a name, and which.
  package var resultName: String? { statements[statements.count - 1].name }

  /// Every name that it says, those that it defines apart.
  package var names: Set<String> { allNames.subtracting(statements.compactMap(\.name)) }

  /// Whether it contains a normalisation.
  package var normalizes: Bool {
    allNames.contains { LayerVocabulary.normalization($0) != nil }
  }

  private static func singleFunction(_ statements: [Statement]) -> Activation? {
    guard statements.count == 1, case .call(let name, let arguments) = statements[0].value.node,
      let kind = LayerVocabulary.function(name), kind.row.isActivation,
      let first = arguments.first, first.key == nil
    else { return nil }
    switch first.value.node {
    case .name("x"): break
    case .call("W", let inner):
      guard inner.count == 1, inner[0].key == nil, case .name("h") = inner[0].value.node else {
        return nil
      }
    default: return nil
    }
    let parameters = kind.row.parameters
    var values = parameters.map(\.defaultValue)
    for (index, argument) in arguments.dropFirst().enumerated() {
      let place = argument.key.map { key in parameters.firstIndex { $0.name == key } } ?? index
      guard let place, place < values.count, let value = argument.value.literal else { return nil }
      values[place] = value
    }
    let known = values.compactMap(\.self)
    guard known.count == parameters.count, Activation.problem(kind, with: known) == nil else {
      return nil
    }
    return Activation(kind, known)
  }
}

extension Expression {
  /// The number that it is, with its sign.
  fileprivate var literal: Double? {
    switch node {
    case .number(let value): value
    case .negative(let value): value.literal.map { -$0 }
    default: nil
    }
  }
}

/// The names that the language itself knows.
package enum LayerVocabulary {
  /// Numbers, and the values that a layer begins with.
  package static let values = ["h", "x0", "x", "d", "N", "l", "g", "pi"]

  /// The other spellings of normalisations.
  private static let normalizationAliases = ["layer_norm": "layernorm", "rms_norm": "rmsnorm"]

  /// The normalisation of a name.
  package static func normalization(_ name: String) -> Normalization? {
    Normalization(rawValue: normalizationAliases[name] ?? name)
  }

  /// The function of a name.
  package static func function(_ name: String) -> Activation.Kind? {
    Activation.Kind(rawValue: name == "linear" ? "identity" : name)
  }

  /// Functions that a number may be given to as well.
  static let numeric: Set<Activation.Kind> = [
    .exp, .log, .sqrt, .abs, .sin, .cos, .erf, .atan, .square,
  ]

  /// Whether a name is that of a matrix: `W`, or `W` with anything behind it.
  package static func isMatrix(_ name: String) -> Bool { name.hasPrefix("W") }

  /// The words after which a matrix takes a value.
  static let matrixKeys = ["out", "gain", "init", "std", "bias"]

  /// All functions and normalisations by name, for suggestions.
  package static let functions =
    Activation.Kind.allCases.map(\.rawValue) + Normalization.allCases.map(\.rawValue)

  /// Words of Python that can be no name.
  static let pythonKeywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in",
    "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with",
    "yield",
  ]

  /// Whether a user may give this name to a value.
  package static func isFree(_ name: String) -> Bool {
    !values.contains(name) && !isMatrix(name) && function(name) == nil && normalization(name) == nil
      && !pythonKeywords.contains(name)
  }
}
