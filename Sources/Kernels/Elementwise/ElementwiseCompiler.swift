/// Turns the instructions of a program into steps, and derives the steps that compute its derivatives.
///
/// Every step makes a new value, known by its number; the inputs are the first.
struct ElementwiseCompiler {
  private let inputs: Int
  private let instructions: [ElementwiseProgram.Instruction]
  private(set) var steps: [ElementwiseInstruction] = []
  /// The value of each input and instruction.
  private var values: [Int]
  /// φ′ of the instructions that are functions.
  private var slopes: [Int: Int] = [:]
  /// The values of the derivatives that are stored.
  private(set) var stored: [Int] = []

  /// The value of the result.
  var result: Int { values[values.count - 1] }

  init(inputs: Int, _ instructions: [ElementwiseProgram.Instruction]) {
    self.inputs = inputs
    self.instructions = instructions
    values = Array(0..<inputs)
    for instruction in instructions {
      switch instruction {
      case .function(let function, let a):
        values.append(append(.function(function, values[a], slope: nil)))
      case .scalar(let operation, let a):
        values.append(append(.scalar(operation, values[a])))
      case .binary(let operation, let a, let b):
        values.append(append(.binary(operation, values[a], values[b])))
      }
    }
  }

  private mutating func append(_ step: ElementwiseInstruction) -> Int {
    steps.append(step)
    return inputs + steps.count - 1
  }

  /// A derivative while it is being worked out: a number, or a number times a value.
  private enum Adjoint {
    case constant(Float)
    case value(Int, factor: Float)
  }

  /// Adds the steps of reverse accumulation and returns the derivative by each input.
  ///
  /// Constant factors are kept apart from values until two of them have to be added: so the derivative of
  /// s·φ(z) is φ′(z), times s afterwards, in the order in which autograd multiplies.
  mutating func differentiate() -> [ElementwiseProgram.Derivative] {
    addSlopes()
    var adjoints: [Adjoint?] = Array(repeating: nil, count: inputs + instructions.count)
    adjoints[adjoints.count - 1] = .constant(1)
    for (index, instruction) in instructions.enumerated().reversed() {
      let place = inputs + index
      guard let adjoint = adjoints[place] else { continue }
      func pass(_ part: Adjoint, to operand: Int) {
        adjoints[operand] = adjoints[operand].map { sum($0, part) } ?? part
      }
      switch instruction {
      case .function(let function, let a):
        pass(product(adjoint, slopes[place]!, isMask: function.masksGradient), to: a)
      case .scalar(let operation, let a):
        pass(through(operation, adjoint, operand: values[a], result: values[place]), to: a)
      case .binary(let operation, let a, let b):
        let (x, y) = (values[a], values[b])
        switch operation {
        case .add:
          pass(adjoint, to: a)
          pass(adjoint, to: b)
        case .subtract:
          pass(adjoint, to: a)
          pass(scaled(adjoint, by: -1), to: b)
        case .multiply:
          pass(product(adjoint, y), to: a)
          pass(product(adjoint, x), to: b)
        case .divide:
          let slope = append(.scalar(.divideInto(1), y))
          pass(product(adjoint, slope), to: a)
          let quotient = append(.binary(.multiply, values[place], slope))
          pass(product(scaled(adjoint, by: -1), quotient), to: b)
        }
      }
    }
    return adjoints.prefix(inputs).map { derivative($0 ?? .constant(0)) }
  }

  /// Every function gives its derivative along with its value.
  private mutating func addSlopes() {
    for (index, instruction) in instructions.enumerated() {
      guard case .function(let function, let a) = instruction else { continue }
      let slope = append(.slope)
      slopes[inputs + index] = slope
      steps[index] = .function(function, values[a], slope: slope)
    }
  }

  private mutating func derivative(_ adjoint: Adjoint) -> ElementwiseProgram.Derivative {
    switch adjoint {
    case .constant(let factor): return .constant(factor)
    case .value(let value, let factor) where value < inputs: return .input(value, factor: factor)
    case .value(let value, let factor):
      stored.append(value)
      return .stored(factor: factor)
    }
  }

  private func scaled(_ adjoint: Adjoint, by number: Float) -> Adjoint {
    switch adjoint {
    case .constant(let factor): .constant(factor * number)
    case .value(let value, let factor): .value(value, factor: factor * number)
    }
  }

  /// - Parameter isMask: Whether the value is φ′ of a function that masks its gradient.
  private mutating func product(
    _ adjoint: Adjoint, _ value: Int, isMask: Bool = false
  ) -> Adjoint {
    switch adjoint {
    case .constant(let factor): return .value(value, factor: factor)
    case .value(let other, let factor):
      let step =
        isMask
        ? ElementwiseInstruction.masked(other, slope: value) : .binary(.multiply, other, value)
      return .value(append(step), factor: factor)
    }
  }

  private mutating func sum(_ a: Adjoint, _ b: Adjoint) -> Adjoint {
    switch (a, b) {
    case (.constant(let x), .constant(let y)): return .constant(x + y)
    case (.constant(let x), .value), (.value, .constant(let x)):
      let value = if case .constant = a { plain(b) } else { plain(a) }
      return .value(append(.scalar(.add(Double(x)), value)), factor: 1)
    case (.value(let x, let f), .value(let y, let g)):
      if f == g { return .value(append(.binary(.add, x, y)), factor: f) }
      return .value(append(.binary(.add, plain(a), plain(b))), factor: 1)
    }
  }

  /// A value with its factor multiplied in.
  private mutating func plain(_ adjoint: Adjoint) -> Int {
    switch adjoint {
    case .constant(let number): append(.constant(number))
    case .value(let value, 1): value
    case .value(let value, let factor): append(.scalar(.multiply(Double(factor)), value))
    }
  }

  private mutating func through(
    _ operation: ScalarOperation, _ adjoint: Adjoint, operand: Int, result: Int
  ) -> Adjoint {
    switch operation {
    case .add, .subtract: return adjoint
    case .subtractFrom: return scaled(adjoint, by: -1)
    case .multiply(let c): return scaled(adjoint, by: Float(c))
    case .divide(let c): return scaled(adjoint, by: 1 / Float(c))
    case .divideInto:
      // (c/v)′ = −(c/v)/v.
      let slope = append(.binary(.divide, result, operand))
      return product(scaled(adjoint, by: -1), slope)
    case .power(let c):
      if c == 0 { return .constant(0) }
      if c == 1 { return adjoint }
      let slope = append(.scalar(.power(c - 1), operand))
      return product(scaled(adjoint, by: Float(c)), slope)
    }
  }
}
