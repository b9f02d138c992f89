import Kernels
import Platform

extension Layer {
  /// The operations of the layer of a stack.
  ///
  /// - Parameter skip: S where a formula stands for h + S·formula.
  /// - Throws: The first thing that is wrong, with its place.
  package func graph(
    for context: LayerContext, skip: Double? = nil
  ) throws(LayerError) -> LayerGraph {
    var evaluation = LayerEvaluation(self, context)
    do throws(LayerError) {
      return try evaluation.run(skip: skip)
    } catch {
      var error = error
      error.layer = context.layer
      throw error
    }
  }
}

/// Python's evaluation of a layer, with operations to be done in the place of tensors.
private struct LayerEvaluation {
  /// A number, or the index of a value in the graph.
  private enum Value {
    case number(Double)
    case vector(Int)
  }

  private let layer: Layer
  private let context: LayerContext
  private var graph = LayerGraph()
  private var known: [LayerGraph.Node: Int] = [:]
  private var named: [String: Value] = [:]
  private var uses: [String: Int] = [:]
  private var matrices: [String: Int] = [:]

  init(_ layer: Layer, _ context: LayerContext) {
    self.layer = layer
    self.context = context
  }

  private func error(_ problem: LayerError.Problem, _ column: Int) -> LayerError {
    LayerError(problem: problem, source: layer.source, column: column)
  }

  mutating func run(skip: Double?) throws(LayerError) -> LayerGraph {
    let input = node(.input, width: context.fanIn)
    for setting in context.settings { named[setting.name] = .number(setting.value) }
    if layer.isFormula { named["x"] = .vector(try matrixProduct("W", input, [:], column: 0)) }
    var last = Value.number(0)
    let end = layer.statements.count - 1
    for (index, statement) in layer.statements.enumerated() {
      last = try value(statement.value)
      guard let name = statement.name else { continue }
      try assign(last, to: name, at: statement.column)
      if index == end { uses[name, default: 0] += 1 }
    }
    try checkUses()
    guard case .vector(var output) = last else {
      throw error(.isNumber, layer.statements[end].column)
    }
    guard layer.isFormula || layer.mentions("h") else { throw error(.noInput, 0) }
    if let skip {
      guard layer.isFormula else { throw error(.skipNeedsFormula, 0) }
      let scaled = node(.scalar(.multiply(skip), output), width: graph.widths[output])
      try checkWidths(input, scaled, 0)
      output = node(.binary(.add, input, scaled), width: context.fanIn)
    }
    guard graph.widths[output] == context.fanOut else {
      throw error(.givesWidth(graph.widths[output], next: context.fanOut), 0)
    }
    graph.finish(output: output, isFormula: layer.isFormula)
    return graph
  }

  /// The index of a node, which is computed once however often it is written.
  private mutating func node(_ node: LayerGraph.Node, width: Int) -> Int {
    if let index = known[node] { return index }
    let index = graph.append(node, width: width)
    known[node] = index
    return index
  }

  private mutating func assign(_ value: Value, to name: String, at column: Int) throws(LayerError) {
    guard LayerVocabulary.isFree(name) else { throw error(.reserved(name), column) }
    guard named.updateValue(value, forKey: name) == nil else {
      throw error(.assignedTwice(name), column)
    }
  }

  /// What is wrong within a statement is said before that nothing comes of it.
  private func checkUses() throws(LayerError) {
    for statement in layer.statements.dropLast() where statement.name == nil {
      throw error(.noEffect, statement.column)
    }
    for statement in layer.statements {
      if let name = statement.name, uses[name] == nil {
        throw error(.unused(name), statement.column)
      }
    }
    for setting in context.settings where uses[setting.name] == nil {
      throw error(.setButUnused(setting.name), 0)
    }
  }

  // MARK: Expressions

  private mutating func value(_ expression: Expression) throws(LayerError) -> Value {
    switch expression.node {
    case .number(let value): return .number(value)
    case .name(let name): return try value(of: name, expression.column)
    case .negative(let operand):
      switch try value(operand) {
      case .number(let value): return .number(-value)
      case .vector(let v): return scalar(.multiply(-1), v)
      }
    case .chain(let first, let links):
      var result = try value(first)
      for link in links {
        let operand = try value(link.operand)
        result = try combine(link.sign, result, operand, expression, link.operand)
      }
      return result
    case .call(let function, let arguments): return try call(function, arguments, expression.column)
    }
  }

  private mutating func value(of name: String, _ column: Int) throws(LayerError) -> Value {
    uses[name, default: 0] += 1
    if let value = named[name] { return value }
    switch name {
    case "h": return .vector(0)
    case "x0": return .vector(node(.stackInput, width: context.inputSize))
    case "d": return .number(Double(context.fanOut))
    case "N": return .number(Double(context.depth))
    case "l": return .number(Double(context.layer))
    case "g": return .number(context.gain)
    case "pi": return .number(.pi)
    default: break
    }
    let isFunction =
      LayerVocabulary.isMatrix(name) || LayerVocabulary.function(name) != nil
      || LayerVocabulary.normalization(name) != nil
    if isFunction { throw error(.notCalled(name), column) }
    throw error(.undefined(name), column)
  }

  private mutating func scalar(_ operation: ScalarOperation, _ v: Int) -> Value {
    .vector(node(.scalar(operation, v), width: graph.widths[v]))
  }

  private mutating func combine(
    _ sign: Expression.BinaryOperator, _ a: Value, _ b: Value, _ whole: Expression,
    _ right: Expression
  ) throws(LayerError) -> Value {
    switch (a, b) {
    case (.number(let a), .number(let b)):
      return .number(try arithmetic(sign, a, b, whole.column))
    case (.vector(let v), .number(let c)):
      switch sign {
      case .add: return scalar(.add(c), v)
      case .subtract: return scalar(.subtract(c), v)
      case .multiply: return scalar(.multiply(c), v)
      case .divide: return scalar(.divide(c), v)
      case .power: return c == 2 ? function(Activation(.square), v) : scalar(.power(c), v)
      }
    case (.number(let c), .vector(let v)):
      switch sign {
      case .add: return scalar(.add(c), v)
      case .subtract: return scalar(.subtractFrom(c), v)
      case .multiply: return scalar(.multiply(c), v)
      case .divide: return scalar(.divideInto(c), v)
      case .power: throw error(.exponent, right.column)
      }
    case (.vector(let v), .vector(let w)):
      try checkWidths(v, w, whole.column)
      let operation: ElementwiseOperator
      switch sign {
      case .add: operation = .add
      case .subtract: operation = .subtract
      case .multiply: operation = .multiply
      case .divide: operation = .divide
      case .power: throw error(.exponent, right.column)
      }
      return .vector(node(.binary(operation, v, w), width: graph.widths[v]))
    }
  }

  private func checkWidths(_ v: Int, _ w: Int, _ column: Int) throws(LayerError) {
    guard graph.widths[v] == graph.widths[w] else {
      throw error(.unequalWidths(graph.widths[v], graph.widths[w]), column)
    }
  }

  private func arithmetic(
    _ sign: Expression.BinaryOperator, _ a: Double, _ b: Double, _ column: Int
  ) throws(LayerError) -> Double {
    let result: Double
    switch sign {
    case .add: result = a + b
    case .subtract: result = a - b
    case .multiply: result = a * b
    case .divide:
      guard b != 0 else { throw error(.divisionByZero, column) }
      result = a / b
    case .power:
      guard a != 0 || b >= 0 else { throw error(.divisionByZero, column) }
      result = pow(a, b)
    }
    guard result.isFinite else { throw error(.notFinite, column) }
    return result
  }

  // MARK: Calls

  private mutating func call(
    _ name: String, _ arguments: [Expression.Argument], _ column: Int
  ) throws(LayerError) -> Value {
    try checkKeys(arguments, column)
    if LayerVocabulary.isMatrix(name) { return try matrix(name, arguments, column) }
    if let normalization = LayerVocabulary.normalization(name) {
      let v = try onlyVector(name, arguments, column)
      return .vector(node(.normalization(normalization, v), width: graph.widths[v]))
    }
    guard let kind = LayerVocabulary.function(name) else {
      if named[name] != nil || LayerVocabulary.values.contains(name) {
        throw error(.notAFunction(name), column)
      }
      throw error(.unknownFunction(name), column)
    }
    return try function(kind, name, arguments, column)
  }

  private func checkKeys(_ arguments: [Expression.Argument], _ column: Int) throws(LayerError) {
    var seen: Set<String> = []
    for argument in arguments {
      guard let key = argument.key else { continue }
      guard seen.insert(key).inserted else {
        throw error(.repeatedKey(key), argument.value.column)
      }
    }
  }

  private mutating func onlyVector(
    _ name: String, _ arguments: [Expression.Argument], _ column: Int
  ) throws(LayerError) -> Int {
    guard arguments.count == 1 else { throw wrongCount(name, given: arguments.count, column) }
    if let key = arguments[0].key {
      throw error(.unknownKey(name, key: key, known: []), arguments[0].value.column)
    }
    guard case .vector(let v) = try value(arguments[0].value) else {
      throw error(.takesVector(name), column)
    }
    return v
  }

  private mutating func number(
    _ expression: Expression, of name: String
  ) throws(LayerError) -> Double {
    guard case .number(let number) = try value(expression) else {
      throw error(.takesNumber(name), expression.column)
    }
    return number
  }

  /// An error of arguments that are not as many as a function takes.
  private func wrongCount(
    _ name: String, _ counts: ClosedRange<Int> = 1...1, given: Int, _ column: Int
  ) -> LayerError {
    error(
      .argumentCount(name, least: counts.lowerBound, most: counts.upperBound, given: given), column)
  }

  private mutating func function(_ activation: Activation, _ v: Int) -> Value {
    .vector(node(.function(activation, v), width: graph.widths[v]))
  }

  private mutating func function(
    _ kind: Activation.Kind, _ name: String, _ arguments: [Expression.Argument], _ column: Int
  ) throws(LayerError) -> Value {
    let parameters = kind.row.parameters
    let required = parameters.count { $0.defaultValue == nil }
    let counts = 1 + required...1 + parameters.count
    guard counts.contains(arguments.count), arguments[0].key == nil else {
      throw wrongCount(name, counts, given: arguments.count, column)
    }
    let operand = try value(arguments[0].value)
    var values = parameters.map(\.defaultValue)
    var given: Set<Int> = []
    for (index, argument) in arguments.dropFirst().enumerated() {
      var place = index
      if let key = argument.key {
        guard let found = parameters.firstIndex(where: { $0.name == key }) else {
          throw error(
            .unknownKey(name, key: key, known: parameters.map(\.name)), argument.value.column)
        }
        place = found
      }
      guard given.insert(place).inserted else {
        throw error(.repeatedKey(parameters[place].name), argument.value.column)
      }
      values[place] = try number(argument.value, of: name)
    }
    let known = values.compactMap(\.self)
    guard known.count == parameters.count else {
      throw wrongCount(name, counts, given: arguments.count, column)
    }
    if let problem = Activation.problem(kind, with: known) {
      throw error(.parameter(function: name, problem), column)
    }
    switch operand {
    case .vector(let v): return function(Activation(kind, known), v)
    case .number(let number):
      guard LayerVocabulary.numeric.contains(kind) else { throw error(.takesVector(name), column) }
      let result = Activation(kind).evaluate(number).value
      guard result.isFinite else { throw error(.notFinite, column) }
      return .number(result)
    }
  }

  // MARK: Matrices

  private mutating func matrix(
    _ name: String, _ arguments: [Expression.Argument], _ column: Int
  ) throws(LayerError) -> Value {
    guard let first = arguments.first, first.key == nil,
      arguments.dropFirst().allSatisfy({ $0.key != nil })
    else {
      throw wrongCount(name, given: arguments.count { $0.key == nil }, column)
    }
    guard case .vector(let operand) = try value(first.value) else {
      throw error(.takesVector(name), column)
    }
    var settings: [String: Expression] = [:]
    for argument in arguments.dropFirst() {
      guard let key = argument.key, LayerVocabulary.matrixKeys.contains(key) else {
        throw error(
          .unknownKey(name, key: argument.key ?? "", known: LayerVocabulary.matrixKeys),
          argument.value.column)
      }
      settings[key] = argument.value
    }
    for other in ["gain", "init"] where settings["std"] != nil && settings[other] != nil {
      throw error(.keyConflict("std", other), column)
    }
    return .vector(try matrixProduct(name, operand, settings, column: column))
  }

  private mutating func matrixProduct(
    _ name: String, _ operand: Int, _ settings: [String: Expression], column: Int
  ) throws(LayerError) -> Int {
    let fanIn = graph.widths[operand]
    let fanOut =
      try settings["out"].map { (out) throws(LayerError) in try width(out) } ?? context.fanOut
    var gain = context.gain
    var initializer = context.initializer
    if let expression = settings["gain"] { gain = try deviation("gain", expression) }
    if let expression = settings["std"] {
      initializer = .normal(std: try deviation("std", expression))
      gain = 1
    }
    if let expression = settings["init"] { initializer = try scheme(expression) }
    let bias = try settings["bias"].map { (bias) throws(LayerError) in try deviation("bias", bias) }
    let matrix = LayerGraph.Matrix(
      name: name, fanIn: fanIn, fanOut: fanOut, initializer: initializer, gain: gain, biasStd: bias)
    let index = try index(of: matrix, settings, column)
    return node(.linear(matrix: index, operand), width: fanOut)
  }

  /// A matrix of its own for every bare `W`; one within the layer for each other name, of which a later
  /// mention may leave out what the first has said, but not its shape.
  private mutating func index(
    of matrix: LayerGraph.Matrix, _ settings: [String: Expression], _ column: Int
  ) throws(LayerError) -> Int {
    guard matrix.name != "W", let known = matrices[matrix.name] else {
      let index = graph.addMatrix(matrix)
      if matrix.name != "W" { matrices[matrix.name] = index }
      return index
    }
    let first = graph.matrices[known]
    guard first.fanIn == matrix.fanIn, first.fanOut == matrix.fanOut else {
      throw error(
        .matrixShape(
          matrix.name, first: [first.fanOut, first.fanIn], here: [matrix.fanOut, matrix.fanIn]),
        column)
    }
    let differs: [(key: String, Bool)] = [
      ("gain", first.gain != matrix.gain), ("init", first.initializer != matrix.initializer),
      ("std", first.initializer != matrix.initializer), ("bias", first.biasStd != matrix.biasStd),
    ]
    for (key, differs) in differs where settings[key] != nil && differs {
      throw error(.matrixDiffers(matrix.name, key: key), column)
    }
    return known
  }

  /// Whole units; what is left of the last one is cut off, as Python's `int` does.
  private mutating func width(_ expression: Expression) throws(LayerError) -> Int {
    let value = try number(expression, of: "out")
    guard value >= 1, value < 0x1p53 else { throw error(.badWidth(value), expression.column) }
    if value != value.rounded(.down) {
      graph.noteRounded("\(expression) = \(Expression.decimal((value * 100).rounded() / 100))")
    }
    return Int(value)
  }

  private mutating func deviation(
    _ key: String, _ expression: Expression
  ) throws(LayerError) -> Double {
    let value = try number(expression, of: key)
    guard value >= 0, value.isFinite else {
      throw error(.badStd(key: key, value), expression.column)
    }
    return value
  }

  private func scheme(_ expression: Expression) throws(LayerError) -> Initializer {
    guard case .name(let name) = expression.node, let scheme = try? Initializer(parsing: name)
    else {
      throw error(.notAScheme(expression.description), expression.column)
    }
    return scheme
  }
}
