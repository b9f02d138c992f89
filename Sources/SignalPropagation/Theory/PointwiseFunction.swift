import Kernels
import Platform

/// A function φ of one pre-activation: an activation, or a composition of a layer's elementwise operations.
///
/// Beside its values and derivatives the theory must know where it is not smooth and on which scale it
/// changes. Both are those of its parts, carried back to the argument.
struct PointwiseFunction: Equatable {
  /// An operation on earlier values; the argument is value 0.
  typealias Step = ElementwiseProgram.Instruction

  /// The operations; the value of the last one is the result.
  let steps: [Step]
  /// The function where it is a single activation.
  let activation: Activation?
  /// The points, ascending, where φ is not smooth: φ, φ′ or φ″ jumps.
  private(set) var kinks: [Double]
  /// Around what it bends, and how sharply.
  private(set) var structures: [PanelStructure]

  init(_ activation: Activation) {
    self.init(steps: [.function(activation, 0)])
  }

  init(steps: [Step]) {
    self.steps = steps
    if steps.count == 1, case .function(let function, _) = steps[0] {
      activation = function
      kinks = function.kinks
      structures = [PanelStructure(centre: 0)]
      return
    }
    activation = nil
    kinks = []
    structures = []
    for (index, step) in steps.enumerated() {
      let operand = PointwiseFunction.value(in: steps, index)
      for mark in PanelMark.marks(of: step) {
        for point in operand.solutions(of: mark.level, near: kinks) {
          if mark.isKink { kinks.append(point.place) }
          structures.append(
            PanelStructure(centre: point.place, size: point.size, repeats: mark.repeats))
        }
      }
    }
    kinks = Set(kinks).sorted()
    if structures.isEmpty { structures = [PanelStructure(centre: 0)] }
  }

  /// The operand of a step that bends, as a function of the argument.
  private static func value(in steps: [Step], _ index: Int) -> Composition {
    let operand: Int
    switch steps[index] {
    case .function(_, let u), .scalar(_, let u): operand = u
    case .binary(_, _, let v): operand = v
    }
    return Composition(steps: Array(steps.prefix(operand)))
  }

  /// φ(x) and φ′(x), the derivative at a kink as PyTorch's autograd defines it.
  func evaluate(_ x: Double) -> (value: Double, derivative: Double) {
    if let activation { return activation.evaluate(x) }
    return Composition(steps: steps).evaluate(x)
  }
}

/// Steps on one argument, and how they are carried out.
struct Composition {
  /// The value of the last is the result; without any it is the argument.
  let steps: [PointwiseFunction.Step]

  /// The result and its derivative by the argument.
  func evaluate(_ x: Double) -> (value: Double, derivative: Double) {
    let inline = 24
    guard steps.count < inline else { return evaluateMany(x) }
    var values = InlineArray<24, (value: Double, derivative: Double)>(repeating: (0, 0))
    values[0] = (x, 1)
    var index = 0
    while index < steps.count {
      values[index + 1] = steps[index].evaluate { values[$0] }
      index += 1
    }
    return values[steps.count]
  }

  private func evaluateMany(_ x: Double) -> (value: Double, derivative: Double) {
    var values = [(value: x, derivative: 1.0)]
    for step in steps { values.append(step.evaluate { values[$0] }) }
    return values[steps.count]
  }

  /// a and b, where the result is a + b·x.
  private var affine: (constant: Double, slope: Double)? {
    var lines: [(constant: Double, slope: Double)?] = [(0, 1)]
    for step in steps {
      switch step {
      case .scalar(let operation, let u) where operation.isLinear:
        lines.append(
          lines[u].map { line in
            let (value, derivative) = operation.evaluate(line.constant)
            return (value, derivative * line.slope)
          })
      case .binary(.add, let u, let v):
        let (a, b) = (lines[u], lines[v])
        lines.append(a.flatMap { a in b.map { (a.constant + $0.constant, a.slope + $0.slope) } })
      case .binary(.subtract, let u, let v):
        let (a, b) = (lines[u], lines[v])
        lines.append(a.flatMap { a in b.map { (a.constant - $0.constant, a.slope - $0.slope) } })
      default: lines.append(nil)
      }
    }
    return lines[steps.count]
  }

  /// Where the result is `level`, and the distance in the argument over which it then changes by 1.
  ///
  /// - Parameter known: More points between which it may cross the level.
  func solutions(of level: Double, near known: [Double]) -> [(place: Double, size: Double)] {
    if let (constant, slope) = affine {
      return slope == 0 ? [] : [((level - constant) / slope, 1 / slope.magnitude)]
    }
    let samples = (Composition.grid + known).sorted().map {
      (x: $0, rest: evaluate($0).value - level)
    }
    .filter { $0.rest != 0 }
    return zip(samples, samples.dropFirst()).compactMap { left, right in
      guard (left.rest > 0) != (right.rest > 0) else { return nil }
      let place = findRoot(between: left.x, and: right.x) { evaluate($0).value - level }
      let slope = evaluate(place).derivative.magnitude
      return (place, slope.isFinite && slope > 0 ? 1 / slope : 1)
    }
  }

  /// ±2^−20 … 2^20, four to an octave, and 0.
  private static let grid: [Double] = {
    let positive = (-80...80).map { realExp(Double($0) / 4 * Magnitude.ln2) }
    return positive.reversed().map(-) + [0] + positive
  }()
}

extension ElementwiseProgram.Instruction {
  /// The value and the derivative by the argument, from those of the operands.
  fileprivate func evaluate(
    _ operand: (Int) -> (value: Double, derivative: Double)
  ) -> (value: Double, derivative: Double) {
    switch self {
    case .function(let function, let u):
      let u = operand(u)
      let result = function.evaluate(u.value)
      return (result.value, result.derivative * u.derivative)
    case .scalar(let operation, let u):
      let u = operand(u)
      let result = operation.evaluate(u.value)
      return (result.value, result.derivative * u.derivative)
    case .binary(let sign, let u, let v):
      let (u, v) = (operand(u), operand(v))
      switch sign {
      case .add: return (u.value + v.value, u.derivative + v.derivative)
      case .subtract: return (u.value - v.value, u.derivative - v.derivative)
      case .multiply:
        return (u.value * v.value, u.derivative * v.value + u.value * v.derivative)
      case .divide:
        let quotient = u.value / v.value
        return (quotient, (u.derivative - quotient * v.derivative) / v.value)
      }
    }
  }
}

extension ScalarOperation {
  /// The result and its derivative.
  func evaluate(_ v: Double) -> (value: Double, derivative: Double) {
    switch self {
    case .add(let c): (v + c, 1)
    case .subtract(let c): (v - c, 1)
    case .subtractFrom(let c): (c - v, -1)
    case .multiply(let c): (v * c, c)
    case .divide(let c): (v / c, 1 / c)
    case .divideInto(let c): (c / v, -c / (v * v))
    case .power(let p): (pow(v, p), p == 0 ? 0 : p * pow(v, p - 1))
    }
  }
}

/// A level of an operand at which a step bends.
struct PanelMark {
  var level: Double
  /// Whether the result is not smooth there.
  var isKink = false
  /// Whether it goes on bending on the same scale.
  var repeats = false

  static func marks(of step: PointwiseFunction.Step) -> [PanelMark] {
    switch step {
    case .function(let function, _):
      let repeats = function.kind == .sin || function.kind == .cos
      return [PanelMark(level: 0, repeats: repeats)]
        + function.kinks.map { PanelMark(level: $0, isKink: true) }
    case .scalar(.divideInto, _), .binary(.divide, _, _): return [PanelMark(level: 0, isKink: true)]
    case .scalar(.power(let p), _):
      return p == p.rounded() && p >= 0 ? [] : [PanelMark(level: 0, isKink: true)]
    case .scalar, .binary: return []
    }
  }
}
