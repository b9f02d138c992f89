/// An elementwise function of one or more values, with its derivative by each of them: all that a layer does
/// between two matrices in one pass over memory.
///
/// The derivatives are worked out when the program is made, by reverse accumulation over its instructions;
/// what remains to be done is a list of steps over blocks that stay in the L1 cache.
package struct ElementwiseProgram: Equatable, Sendable {
  /// One operation on earlier values; the values of the inputs come first.
  package enum Instruction: Equatable, Sendable {
    case function(Activation, Int)
    case scalar(ScalarOperation, Int)
    case binary(ElementwiseOperator, Int, Int)
  }

  /// What the result's derivative by an input is.
  package enum Derivative: Equatable, Sendable {
    /// The same number everywhere.
    case constant(Float)
    /// `factor` times an input, which has to be kept for it.
    case input(Int, factor: Float)
    /// `factor` times what `run` writes.
    case stored(factor: Float)

    /// What is multiplied with every entry beside what is kept.
    package var factor: Float {
      switch self {
      case .constant(let factor), .input(_, let factor), .stored(let factor): factor
      }
    }
  }

  /// How many values it takes.
  package let inputs: Int
  /// For each input, the derivative of the result by it.
  package let derivatives: [Derivative]
  /// The function, where the program is one function of one input.
  private let function: Activation?
  /// The steps without derivatives.
  private let valueCode: ElementwiseCode
  /// The steps with them.
  private let derivativeCode: ElementwiseCode

  /// The result is the value of the last instruction, or the only input where there is none.
  package init(inputs: Int, instructions: [Instruction]) {
    self.inputs = inputs
    if inputs == 1, instructions.count == 1, case .function(let function, _) = instructions[0] {
      self.function = function
    } else {
      function = nil
    }
    var compiler = ElementwiseCompiler(inputs: inputs, instructions)
    let result = compiler.result
    valueCode = ElementwiseCode(compiler.steps, inputs: inputs, outputs: [result])
    derivatives = compiler.differentiate()
    derivativeCode = ElementwiseCode(
      compiler.steps, inputs: inputs, outputs: [result] + compiler.stored)
  }

  /// Computes the result and the derivatives that are stored.
  ///
  /// - Parameters:
  ///   - operands: The inputs, all of one shape.
  ///   - result: Takes the result; may be one of the operands.
  ///   - stored: As many as derivatives are `stored`, in the order of the inputs; each may be one of the
  ///     operands that no derivative is a multiple of.
  package func run(_ operands: [Panels], result: Panels, stored: [Panels]) {
    precondition(operands.count == inputs && stored.count == storedCount)
    run(derivativeCode, operands, [result] + stored)
  }

  /// The same, with derivatives in units of a power of two for each column that is returned.
  ///
  /// A column of the first `count` gets a unit of its own where all of its derivative is so small that floats
  /// would lose digits or all of it, as of erf beyond 6; the others have 2⁰. Only programs that are one function
  /// do so: a formula's derivative is a sum of products, worked out in floats. Functions that are flat have no
  /// tail.
  ///
  /// - Returns: `nil` where every unit is 2⁰.
  package func runWithUnits(
    _ operands: [Panels], result: Panels, stored: [Panels], count: Int
  ) -> [Int32]? {
    guard let function, !function.masksGradient, storedCount == 1, count > 0,
      let faint = FaintSlopes(function, of: operands[0], count: count)
    else {
      run(operands, result: result, stored: stored)
      return nil
    }
    faint.run(value: result, derivative: stored[0])
    return faint.exponents
  }

  /// The same without derivatives.
  package func run(_ operands: [Panels], result: Panels) {
    precondition(operands.count == inputs)
    run(valueCode, operands, [result])
  }

  /// How many derivatives `run` writes.
  package var storedCount: Int {
    derivatives.count { if case .stored = $0 { true } else { false } }
  }

  private func run(_ code: ElementwiseCode, _ operands: [Panels], _ outputs: [Panels]) {
    let first = operands[0]
    for other in operands + outputs {
      precondition(other.features == first.features && other.widths == first.widths)
    }
    let groups = first.count / Panels.lanes
    if let function {
      let (z, value) = (UnsafePointer(first.base.groups), outputs[0].base.groups)
      if outputs.count == 1 {
        function.apply(to: z, value: value, groups: groups)
      } else {
        function.apply(to: z, value: value, derivative: outputs[1].base.groups, groups: groups)
      }
    } else {
      code.run(operands.map(\.base.groups), outputs.map(\.base.groups), groups: groups)
    }
  }
}
