import Kernels
import Platform

/// A layer of any kind at infinite width: what each of its values is, worked out once on the way up and
/// read again on the way down.
///
/// Every unit of a value is a function of the layer's input h and of the outputs of the matrices. Each
/// z = W u is N(0, q), q = fan_in·Var[w]·E[u²], plus the square of a bias's standard deviation, and
/// independent of h and of the other z, since its matrix is fresh. So values are `Expansion`s, and a
/// normalisation, whose statistics are sums over many units, divides by a number.
struct ExpressionLayer {
  let graph: LayerGraph
  /// The number of the layer, for errors.
  let layer: Int
  /// The distribution of the layer's input.
  let input: ScaledSignal
  /// Whether how alike two inputs become is followed.
  let followsPairs: Bool
  /// Whether what rows share is told apart from what each has to itself, see `GaussianVariable.commonParts`.
  let tellsRowsApart: Bool
  private(set) var variables = VariableTable()
  private(set) var values: [Expansion] = []
  /// φ′ of functions of one variable, by node.
  private(set) var slopes: [Int: Expansion] = [:]
  /// What normalisations divide by, by node.
  private(set) var scales: [Int: Double] = [:]
  /// Whether a Gaussian has a variance that no quadrature in `Double` follows.
  private(set) var leavesRange = false
  /// What matrices do, by node.
  private(set) var products: [Int: MatrixProduct] = [:]
  /// The panels that each Gaussian's functions turned out to need.
  private(set) var marks: [Int: PanelMarks] = [:]

  /// The matrix of a node.
  struct MatrixProduct {
    /// The Gaussian that it makes.
    var variable: Int
    var weights: WeightScale
    /// The variance of the Gaussian without the bias.
    var variance: Double
  }

  /// Evaluates the layer.
  ///
  /// Where functions bend is known only after their arguments are, so it is evaluated again if the panels
  /// were not the right ones.
  ///
  /// - Parameter guess: Panels for each Gaussian, those of the layer below.
  init(
    _ graph: LayerGraph, layer: Int, input: ScaledSignal, followsPairs: Bool,
    guess: [Int: PanelMarks]
  ) throws(TheoryLimit) {
    self.graph = graph
    self.layer = layer
    self.input = input
    self.followsPairs = followsPairs
    tellsRowsApart = false
    var guess = guess
    for _ in 0..<5 {
      try evaluate(guess)
      let isServed = marks.allSatisfy { variable, needed in
        let gaussian = variables[variable]
        return gaussian.marks.serve(needed, deviation: gaussian.variance.squareRoot())
      }
      guard !isServed else { return }
      guess = marks
    }
  }

  /// Evaluates the layer with what rows share told apart from what each has to itself.
  ///
  /// - Parameter marks: The panels for each Gaussian, as they turned out before.
  init(
    tellingRowsApart graph: LayerGraph, layer: Int, input: ScaledSignal,
    marks: [Int: PanelMarks]
  ) throws(TheoryLimit) {
    self.graph = graph
    self.layer = layer
    self.input = input
    followsPairs = true
    tellsRowsApart = true
    try evaluate(marks)
  }

  private func limit(_ reason: TheoryLimit.Reason) -> TheoryLimit {
    TheoryLimit(reason: reason, layer: layer)
  }

  /// The text of a node's value.
  private func text(_ node: Int) -> String { graph.expression(of: node).description }

  /// Runs a computation whose failure is that of a node's value.
  func known<Result>(
    _ node: Int, _ body: () throws(VariableTable.UnknownMoment) -> Result
  ) throws(TheoryLimit) -> Result {
    do throws(VariableTable.UnknownMoment) {
      return try body()
    } catch {
      throw limit(.higherMoment(text(node)))
    }
  }

  // MARK: Forward

  private mutating func evaluate(_ guess: [Int: PanelMarks]) throws(TheoryLimit) {
    (variables, values, slopes, scales, products, marks) = (VariableTable(), [], [:], [:], [:], [:])
    var drawn: Set<Int> = []
    for (index, node) in graph.nodes.enumerated() {
      switch node {
      case .input: values.append(inputValue(guess))
      case .stackInput: throw limit(.stackInput)
      case .linear(let matrix, let u):
        guard drawn.insert(matrix).inserted else {
          throw limit(.repeatedMatrix(graph.matrices[matrix].name))
        }
        values.append(try product(graph.matrices[matrix], u, index, guess))
      case .normalization(let kind, let u): values.append(try normalized(kind, u, index))
      case .function(let function, let u): values.append(try applied(function, u, index))
      case .scalar(let operation, let u): values.append(try applied(operation, u, index))
      case .binary(let sign, let u, let v): values.append(try combined(sign, u, v, index))
      }
      absorb(index, guess)
    }
  }

  private mutating func gaussian(
    mean: Double, variance: Double, dissimilarity: Double, _ guess: [Int: PanelMarks]
  ) -> Int {
    let number = variables.variables.count
    let variable = GaussianVariable(
      mean: mean, variance: variance,
      dissimilarity: variance > 0 ? dissimilarity / variance : 0,
      marks: guess[number] ?? PanelMarks(), tellsRowsApart: tellsRowsApart)
    marks[number] = PanelMarks()
    return variables.append(.gaussian(variable))
  }

  private mutating func inputValue(_ guess: [Int: PanelMarks]) -> Expansion {
    guard input.isNormal else {
      return .variable(
        variables.append(
          .input(
            mean: input.mean, variance: input.variance, dissimilarity: input.dissimilarity)))
    }
    let variable = gaussian(
      mean: input.mean, variance: input.variance, dissimilarity: input.dissimilarity, guess)
    return .function(.identity(at: variables[variable].nodes), of: variable)
  }

  private mutating func product(
    _ matrix: LayerGraph.Matrix, _ u: Int, _ index: Int, _ guess: [Int: PanelMarks]
  ) throws(TheoryLimit) -> Expansion {
    guard matrix.distribution.mean == 0 else { throw limit(.meanNotZero(matrix.name)) }
    let operand = values[u]
    let weights = matrix.weightScale
    let square = try known(u) { () throws(VariableTable.UnknownMoment) in
      try variables.square(operand)
    }
    let apart =
      followsPairs
      ? try known(u) { () throws(VariableTable.UnknownMoment) in
        try variables.dissimilarity(operand)
      } : 0
    // In the signal's unit.
    let bias = WideDouble(matrix.biasStd ?? 0, timesPowerOfTwo: -input.unit)
    let own = weights.forward * square
    let whole = own + bias * bias
    leavesRange =
      leavesRange
      || [weights.forward, weights.backward, own, whole].contains { $0.exponent.magnitude > 900 }
    let variable = gaussian(
      mean: 0, variance: whole.doubleValue,
      dissimilarity: (weights.forward * apart).doubleValue, guess)
    products[index] = MatrixProduct(
      variable: variable, weights: weights, variance: own.doubleValue)
    return .function(.identity(at: variables[variable].nodes), of: variable)
  }

  private mutating func normalized(
    _ kind: Normalization, _ u: Int, _ index: Int
  ) throws(TheoryLimit) -> Expansion {
    let operand = values[u]
    let (mean, variance) = try known(u) { () throws(VariableTable.UnknownMoment) in
      (try variables.mean(operand), try variables.covariance(operand, operand))
    }
    let scale = kind.scale(mean: mean, variance: variance)
    scales[index] = scale
    let centred = kind.centres ? operand + .constant(-mean) : operand
    return centred.scaled(by: 1 / scale)
  }

  private mutating func applied(
    _ function: Activation, _ u: Int, _ index: Int
  ) throws(TheoryLimit) -> Expansion {
    if function.kind == .identity { return values[u] }
    if function.kind == .square, values[u].univariate == nil { return values[u] * values[u] }
    return try applied(
      .function(function, 0), u, index,
      problem: { .functionOfMixture(function: function.name, argument: $0) }
    ) { function.evaluate($0) }
  }

  private mutating func applied(
    _ operation: ScalarOperation, _ u: Int, _ index: Int
  ) throws(TheoryLimit) -> Expansion {
    switch operation {
    case .add(let c): return values[u] + .constant(c)
    case .subtract(let c): return values[u] + .constant(-c)
    case .subtractFrom(let c): return values[u].scaled(by: -1) + .constant(c)
    case .multiply(let c): return values[u].scaled(by: c)
    case .divide(let c): return values[u].scaled(by: 1 / c)
    case .divideInto:
      return try applied(.scalar(operation, 0), u, index, problem: { .divisionByMixture($0) }) {
        operation.evaluate($0)
      }
    case .power(let p):
      return try applied(
        .scalar(operation, 0), u, index,
        problem: { .functionOfMixture(function: "**\(Expression.decimal(p))", argument: $0) }
      ) { operation.evaluate($0) }
    }
  }

  /// A function of what is a function of one Gaussian.
  private mutating func applied(
    _ step: PointwiseFunction.Step, _ u: Int, _ index: Int,
    problem: (String) -> TheoryLimit.Reason,
    _ function: @escaping (Double) -> (value: Double, derivative: Double)
  ) throws(TheoryLimit) -> Expansion {
    if let constant = values[u].constant {
      let (value, derivative) = function(constant)
      slopes[index] = .constant(derivative)
      return .constant(value)
    }
    guard let (variable, argument) = values[u].univariate else { throw limit(problem(text(u))) }
    for mark in PanelMark.marks(of: step) where !tellsRowsApart {
      marks[variable]?.add(mark, of: argument, variables[variable])
    }
    if max(function(1000).value.magnitude, function(-1000).value.magnitude) <= 100 {
      marks[variable]?.saturates = true
    }
    let result = argument.applying(function)
    slopes[index] = .function(result.derivative, of: variable)
    return narrow(step, values[u], function) ?? .function(result.value, of: variable)
  }

  /// A function whose steps over its Gaussian are lost in its value at the mean: this value, and the steps by
  /// themselves, from the slope; `nil` where they are not lost.
  private func narrow(
    _ step: PointwiseFunction.Step, _ operand: Expansion,
    _ function: @escaping (Double) -> (value: Double, derivative: Double)
  ) -> Expansion? {
    guard let (constant, variable, part, coefficient) = operand.univariateParts,
      let evaluate = part.evaluate
    else { return nil }
    let centre = evaluate(variables[variable].mean)
    let steps = part.values.map { coefficient * ($0 - centre) }
    let middle = constant + coefficient * centre
    let (value, slope) = function(middle)
    let reach = steps.reduce(0) { max($0, $1.magnitude) }
    guard value != 0, reach < 1e-7, slope.magnitude * reach < 1e-7 * value.magnitude,
      PanelMark.marks(of: step).allSatisfy({ !$0.isKink || ($0.level - middle).magnitude > reach })
    else { return nil }
    func change(_ step: Double) -> Double {
      NarrowStep.change(over: step) { function(middle + $0).derivative }
    }
    return .constant(value)
      + .function(
        GridFunction(
          values: steps.map(change), evaluate: { change(coefficient * (evaluate($0) - centre)) }),
        of: variable)
  }

  private mutating func combined(
    _ sign: ElementwiseOperator, _ u: Int, _ v: Int, _ index: Int
  ) throws(TheoryLimit) -> Expansion {
    switch sign {
    case .add: return values[u] + values[v]
    case .subtract: return values[u] + values[v].scaled(by: -1)
    case .multiply: return values[u] * values[v]
    case .divide:
      let inverse = ScalarOperation.divideInto(1)
      let reciprocal = try applied(
        .scalar(inverse, 0), v, index, problem: { .divisionByMixture($0) }
      ) { inverse.evaluate($0) }
      // 1/v itself, from which both derivatives follow.
      slopes[index] = reciprocal
      return values[u] * reciprocal
    }
  }

  // MARK: Sums of Gaussians

  /// Makes a sum of Gaussians one Gaussian, where a function is applied to it and its parts occur nowhere
  /// else.
  private mutating func absorb(_ index: Int, _ guess: [Int: PanelMarks]) {
    guard case .binary = graph.nodes[index], graph.isBent(index),
      let (constant, slopes) = values[index].gaussianSum, slopes.count > 1,
      graph.isAllThatIsUsed(index, ofLinear: values.map { $0.gaussianSum != nil })
    else { return }
    var (mean, variance, apart) = (constant, 0.0, 0.0)
    for (part, slope) in slopes {
      let gaussian = variables[part]
      mean += slope * gaussian.mean
      variance += slope * slope * gaussian.variance
      apart += slope * slope * gaussian.dissimilarity * gaussian.variance
    }
    let sum = gaussian(mean: mean, variance: variance, dissimilarity: apart, guess)
    for (part, slope) in slopes {
      variables[part].absorption = (sum, slope * variables[part].variance / variance)
    }
    values[index] = .function(.identity(at: variables[sum].nodes), of: sum)
  }

  /// The output of a node's matrix, or the layer's input, minus its mean, as far as other values know it.
  func deviation(of variable: Int) -> Expansion {
    let gaussian = variables[variable]
    let (known, share) = gaussian.absorption ?? (variable, 1)
    return .function(
      GridFunction.identity(at: variables[known].nodes).scaled(
        share, plus: -share * variables[known].mean),
      of: known)
  }

  // MARK: Output

  /// The distribution of the layer's output.
  func output() throws(TheoryLimit) -> ScaledSignal {
    let value = values[graph.output]
    return try known(graph.output) { () throws(VariableTable.UnknownMoment) in
      var signal = input
      signal.mean = try variables.mean(value)
      signal.variance = try variables.covariance(value, value)
      signal.dissimilarity = followsPairs ? try variables.dissimilarity(value) : 0
      signal.isNormal = value.gaussianSum != nil
      return signal
    }
  }
}

extension LayerGraph {
  /// Whether something other than a sum, a multiple, a matrix or a normalisation is done with a value.
  fileprivate func isBent(_ value: Int) -> Bool {
    nodes.contains { node in
      guard node.operands.contains(value) else { return false }
      return switch node {
      case .function, .binary(.multiply, _, _), .binary(.divide, _, _): true
      case .scalar(let operation, _): !operation.isLinear
      case .input, .stackInput, .linear, .normalization, .binary: false
      }
    }
  }

  /// Whether all that a sum is made of, back to h and the outputs of matrices, is used in the sum alone.
  ///
  /// - Parameter linear: Whether each value so far is a sum of Gaussians.
  fileprivate func isAllThatIsUsed(_ sum: Int, ofLinear linear: [Bool]) -> Bool {
    var sums: Set<Int> = [sum]
    for index in (0..<sum).reversed() {
      let users = nodes.indices.filter { nodes[$0].operands.contains(index) }
      guard users.contains(where: sums.contains) else { continue }
      guard linear[index], users.allSatisfy(sums.contains), index != output else { return false }
      switch nodes[index] {
      case .input, .linear: break
      case .scalar, .binary: sums.insert(index)
      case .stackInput, .normalization, .function: return false
      }
    }
    return true
  }
}

extension LayerGraph {
  /// What the weights do that are farthest from 1; `nil` where all are near.
  var farthestWeights: FarVariance? {
    matrices.map(\.weightScale.forward).max { $0.exponent.magnitude < $1.exponent.magnitude }
      .flatMap { FarVariance($0) }
  }

  /// The same with the weights that are as far from 1 made 2^power times as large.
  func lengtheningFarWeights(byPowerOfTwo power: Int) -> LayerGraph {
    scalingWeights(by: Double(sign: .plus, exponent: power, significand: 1)) { matrix in
      FarVariance(matrix.weightScale.forward).map { ($0.shifts[0] < 0) == (power > 0) } ?? false
    }
  }
}

extension LayerGraph.Matrix {
  /// What it does to variances.
  var weightScale: WeightScale {
    // The variance is as the square of the gain, whose powers of two no deviation need hold.
    let unit = gain.isFinite && gain != 0 ? gain.significand : gain
    let power = unit == gain ? 0 : Int(gain.exponent)
    let variance = initializer.distribution(fanIn: fanIn, fanOut: fanOut, gain: unit)
      .wideVariance.scaled(byPowerOfTwo: 2 * power)
    return WeightScale(
      forward: Double(fanIn) * variance, backward: Double(fanOut) * variance,
      alignedLoss: initializer == .orthogonal ? min(1, Double(fanOut) / Double(fanIn)) : 0)
  }
}
