import Foundation
import Testing

@testable import Kernels

/// A random program, and its meaning in double precision.
private struct RandomProgram: CustomTestStringConvertible {
  let inputs: Int
  let instructions: [ElementwiseProgram.Instruction]
  let seed: Int

  var testDescription: String { "program \(seed)" }

  /// Functions whose first three derivatives are small, so that central differences are good.
  private static let smooth: [Activation.Kind] = [
    .tanh, .sigmoid, .sin, .cos, .erf, .atan, .softplus, .gelu, .silu, .identity, .square, .mish,
  ]

  init(seed: Int) {
    self.seed = seed
    var generator = Generator(seed: UInt64(seed))
    func below(_ count: Int) -> Int { Int(generator.next()) % count }
    inputs = 1 + below(4)
    var instructions: [ElementwiseProgram.Instruction] = []
    for index in 0..<(1 + below(14)) {
      let known = inputs + index
      // Mostly of the latest values, so that few instructions have no effect.
      func operand() -> Int { max(0, known - 1 - below(min(known, 4))) }
      let number = [0.5, -1, 2, 1.5, -0.25][below(5)]
      let scalars: [ScalarOperation] = [
        .add(number), .subtract(number), .subtractFrom(number), .multiply(number), .divide(number),
        .divideInto(number), .power(2), .power(3), .power(1.5), .power(-1), .power(0), .power(1),
      ]
      let operators: [ElementwiseOperator] = [.add, .subtract, .multiply, .divide]
      switch below(3) {
      case 0: instructions.append(.function(Activation(Self.smooth[below(12)]), operand()))
      case 1: instructions.append(.scalar(scalars[below(scalars.count)], operand()))
      default: instructions.append(.binary(operators[below(4)], operand(), operand()))
      }
    }
    self.instructions = instructions
  }

  /// All values for these inputs; `nil` where one of them is so large, or a divisor so small, that nothing
  /// is to be learned from the digits that are left.
  func values(_ inputs: [Double]) -> [Double]? {
    var values = inputs
    for instruction in instructions {
      let value: Double
      switch instruction {
      case .function(let function, let a): value = function.evaluate(values[a]).value
      case .scalar(let operation, let a):
        guard let result = operation.value(values[a]) else { return nil }
        value = result
      case .binary(let operation, let a, let b):
        if operation == .divide, abs(values[b]) < 0.2 { return nil }
        value = operation.value(values[a], values[b])
      }
      guard abs(value) < 20 else { return nil }
      values.append(value)
    }
    return values
  }

  /// The derivative of the result by an input, from central differences of two steps.
  func derivative(_ input: Int, _ inputs: [Double]) -> Double? {
    func quotient(_ step: Double) -> Double? {
      var (above, below) = (inputs, inputs)
      above[input] += step
      below[input] -= step
      guard let a = values(above)?.last, let b = values(below)?.last else { return nil }
      return (a - b) / (2 * step)
    }
    guard let coarse = quotient(2e-3), let fine = quotient(1e-3) else { return nil }
    return (4 * fine - coarse) / 3
  }
}

extension ScalarOperation {
  fileprivate func value(_ x: Double) -> Double? {
    switch self {
    case .add(let c): x + c
    case .subtract(let c): x - c
    case .subtractFrom(let c): c - x
    case .multiply(let c): x * c
    case .divide(let c): x / c
    case .divideInto(let c): abs(x) < 0.2 ? nil : c / x
    case .power(let c): abs(x) < 0.2 || x < 0 && c != c.rounded() ? nil : pow(x, c)
    }
  }
}

extension ElementwiseOperator {
  fileprivate func value(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    }
  }
}

/// Operands for a program, and what it makes of them.
private struct Operands {
  let features = 37
  let pool = Pool()
  let panels: [Panels]

  init(count: Int, seed: Int) {
    let (features, pool) = (features, pool)
    panels = (0..<count).map { place in
      let values = Generator.normals(40 * features, seed: UInt64(1000 * seed + place))
      let panel = Panels(features: features, widths: [32, 16], pool: pool)
      panel.load(rows: values, firstRow: 0, count: 40, scale: 1)
      return panel
    }
  }

  func run(_ program: ElementwiseProgram) -> (result: Panels, stored: [Panels]) {
    let result = panels[0].like(in: pool)
    let stored = (0..<program.storedCount).map { _ in panels[0].like(in: pool) }
    program.run(panels, result: result, stored: stored)
    return (result, stored)
  }

  /// The derivative by each input, by column and feature.
  func derivatives(_ program: ElementwiseProgram, _ stored: [Panels]) -> [[[Float]]] {
    var rest = stored[...]
    return program.derivatives.map { derivative in
      let source: Panels? =
        switch derivative {
        case .constant: nil
        case .input(let place, _): panels[place]
        case .stored: rest.removeFirst()
        }
      guard let source else {
        return Array(repeating: Array(repeating: derivative.factor, count: features), count: 48)
      }
      return source.rows().map { $0.map { $0 * derivative.factor } }
    }
  }
}

@Suite struct `An elementwise program` {
  @Test(arguments: (0..<400).map { RandomProgram(seed: $0) })
  private func `has the value and the derivatives of its meaning`(random: RandomProgram) {
    let program = ElementwiseProgram(inputs: random.inputs, instructions: random.instructions)
    let operands = Operands(count: random.inputs, seed: random.seed)
    let inputs = operands.panels.map { $0.rows() }
    let (result, stored) = operands.run(program)
    let (values, derivatives) = (result.rows(), operands.derivatives(program, stored))
    for column in 0..<40 {
      for feature in 0..<operands.features {
        let point = inputs.map { Double($0[column][feature]) }
        guard let truth = random.values(point) else { continue }
        let scale = max(1, truth.map(abs).max()!)
        #expect(abs(Double(values[column][feature]) - truth.last!) < 1e-4 * scale)
        // The derivatives, which are most of the work, of points in every lane.
        guard (column * operands.features + feature) % 7 == 0 else { continue }
        for input in 0..<random.inputs {
          guard let slope = random.derivative(input, point), abs(slope) < 100 else { continue }
          let found = Double(derivatives[input][column][feature])
          #expect(abs(found - slope) < 1e-4 * scale * scale * max(1, abs(slope)), "input \(input)")
        }
      }
    }
  }

  /// Without derivatives, and in the storage of operands that are not needed, the bits are the same.
  @Test(arguments: (0..<400).map { RandomProgram(seed: $0) })
  private func `runs in place of its operands`(random: RandomProgram) {
    let program = ElementwiseProgram(inputs: random.inputs, instructions: random.instructions)
    let expected = Operands(count: random.inputs, seed: random.seed)
    let (result, stored) = expected.run(program)
    let bits = ([result] + stored).map(\.bits)

    let forward = Operands(count: random.inputs, seed: random.seed)
    program.run(forward.panels, result: forward.panels[random.seed % random.inputs])
    #expect(forward.panels[random.seed % random.inputs].bits == bits[0])

    let place = Operands(count: random.inputs, seed: random.seed)
    let kept = program.derivatives.compactMap { derivative in
      if case .input(let place, _) = derivative { place } else { nil }
    }
    var spare = place.panels.indices.filter { !kept.contains($0) }.map { place.panels[$0] }
    let outputs = (0...program.storedCount).map { _ in
      spare.popLast() ?? place.panels[0].like(in: place.pool)
    }
    program.run(place.panels, result: outputs[0], stored: Array(outputs.dropFirst()))
    #expect(outputs.map(\.bits) == bits)
  }

  /// f(a)·b, whose derivative by a is what autograd of PyTorch 2.15 gives of it for an infinite b: where a
  /// function has a mask, no infinity comes through, and where autograd multiplies by 0, it is NaN.
  @Test(
    arguments: [
      (Activation(.relu), [-1, 0], [1]), (Activation(.relu6), [-1, 0, 6, 7], [1]),
      (Activation(.hardtanh), [-1, 2], [0.5]),
      (Activation(.hardshrink), [0, 0.5, -0.5], [1]), (Activation(.softshrink), [0, 0.5], [1]),
      (Activation(.hardsigmoid), [-3, 3, 4], [0]), (Activation(.hardswish), [-3, -4], [-1, 3, 4]),
      (Activation(.threshold, [1, 2]), [1, 0], [2]), (Activation(.min, [1]), [2, 1], [0]),
      (Activation(.max, [1]), [0, 1], [2]), (Activation(.clamp, [-1, 1]), [-2, 2, 1, -1], [0]),
      (Activation(.elu), [], [1]), (Activation(.softplus), [], [30]),
    ] as [(Activation, [Float], [Float])])
  func `lets an infinite gradient end where autograd has a mask`(
    function: Activation, flat: [Float], steep: [Float]
  ) {
    #expect(infiniteGradients(function, at: flat) == flat.map { _ in 0 })
    for gradient in infiniteGradients(function, at: steep) { #expect(abs(gradient) == .infinity) }
  }

  @Test(
    arguments: [
      (Activation(.abs), 0), (Activation(.leakyReLU, [0]), -1), (Activation(.elu), -200),
      (Activation(.square), 0), (Activation(.tanh), 100), (Activation(.silu), -200),
    ] as [(Activation, Float)])
  func `multiplies an infinite gradient by 0 where autograd does`(
    function: Activation, place: Float
  ) {
    #expect(infiniteGradients(function, at: [place])[0].isNaN)
  }

  /// The derivative of f(a)·∞ by a at these places.
  private func infiniteGradients(_ function: Activation, at places: [Float]) -> [Float] {
    let program = ElementwiseProgram(
      inputs: 2, instructions: [.function(function, 0), .binary(.multiply, 2, 1)])
    let pool = Pool()
    let (a, b) = (
      Panels(features: 1, widths: [16], pool: pool), Panels(features: 1, widths: [16], pool: pool)
    )
    a.load(
      rows: places + Array(repeating: 0, count: 16 - places.count), firstRow: 0, count: 16, scale: 1
    )
    b.load(rows: Array(repeating: .infinity, count: 16), firstRow: 0, count: 16, scale: 1)
    let outputs = (0...program.storedCount).map { _ in a.like(in: pool) }
    program.run([a, b], result: outputs[0], stored: Array(outputs.dropFirst()))
    return outputs[1].rows().prefix(places.count).map { $0[0] }
  }

  @Test func `knows derivatives that need no storage`() {
    func derivatives(
      _ inputs: Int, _ instructions: [ElementwiseProgram.Instruction]
    ) -> [ElementwiseProgram.Derivative] {
      ElementwiseProgram(inputs: inputs, instructions: instructions).derivatives
    }
    #expect(derivatives(1, []) == [.constant(1)])
    #expect(derivatives(2, [.binary(.add, 0, 1)]) == [.constant(1), .constant(1)])
    #expect(derivatives(2, [.binary(.subtract, 0, 1)]) == [.constant(1), .constant(-1)])
    #expect(derivatives(2, [.binary(.subtract, 0, 0)]) == [.constant(0), .constant(0)])
    // 2·(0.5 − a) + b/4
    #expect(
      derivatives(
        2,
        [
          .scalar(.subtractFrom(0.5), 0), .scalar(.multiply(2), 2), .scalar(.divide(4), 1),
          .binary(.add, 3, 4),
        ]) == [.constant(-2), .constant(0.25)])
    #expect(
      derivatives(2, [.binary(.multiply, 0, 1)]) == [.input(1, factor: 1), .input(0, factor: 1)])
    // 3·a·b, and a + 0.5·gelu(b) as in a residual branch
    #expect(
      derivatives(2, [.scalar(.multiply(3), 0), .binary(.multiply, 2, 1)])
        == [.input(1, factor: 3), .stored(factor: 1)])
    #expect(
      derivatives(
        2, [.function(Activation(.gelu), 1), .scalar(.multiply(0.5), 2), .binary(.add, 0, 3)])
        == [.constant(1), .stored(factor: 0.5)])
    #expect(derivatives(1, [.scalar(.power(0), 0)]) == [.constant(0)])
    #expect(derivatives(2, [.scalar(.add(1), 1)]) == [.constant(0), .constant(1)])
  }

  /// Scratch memory is used again: a chain needs two places however long it is.
  @Test(arguments: [3, 10, 100]) func `needs few places`(length: Int) throws {
    func blocks(_ instructions: [ElementwiseProgram.Instruction]) throws -> Int {
      let program = ElementwiseProgram(inputs: 1, instructions: instructions)
      return try #require(Mirror(reflecting: program).descendant("valueCode", "blocks") as? Int)
    }
    #expect(try blocks((0..<length).map { .function(Activation(.tanh), $0) }) == 2)
    #expect(try blocks((0..<length).map { .binary(.add, $0, 0) }) == 2)
    let fibonacci = (0..<length).map {
      ElementwiseProgram.Instruction.binary(.add, $0, max(0, $0 - 1))
    }
    #expect(try blocks(fibonacci) == 3)
  }

  /// h + f(a)·f(b) with all its derivatives, on sizes around those of its blocks.
  @Test(arguments: [1, 7, 8, 9, 255, 256, 257, 600])
  func `does not depend on where blocks end`(features: Int) {
    let program = ElementwiseProgram(
      inputs: 3,
      instructions: [
        .function(Activation(.silu), 1), .function(Activation(.tanh), 2), .binary(.multiply, 3, 4),
        .binary(.add, 5, 0),
      ])
    func run(_ widths: [Int]) -> [[[Float]]] {
      let pool = Pool()
      let panels = (0..<3).map { place in
        let panel = Panels(features: features, widths: widths, pool: pool)
        let values = Generator.normals(48 * features, seed: UInt64(place), std: 2)
        panel.load(rows: values, firstRow: 0, count: 48, scale: 1)
        return panel
      }
      let outputs = (0..<3).map { _ in panels[0].like(in: pool) }
      program.run(panels, result: outputs[0], stored: Array(outputs.dropFirst()))
      return outputs.map { $0.rows() }
    }
    let whole = run([48])
    #expect(run([16, 32]) == whole && run([16, 16, 16]) == whole)
  }
}

extension Panels {
  /// As bits, so that NaN is itself.
  fileprivate var bits: [[UInt32]] { rows().map { $0.map(\.bitPattern) } }
}
