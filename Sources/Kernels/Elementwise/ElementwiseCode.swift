/// One step of a program; the operands are numbers of values.
enum ElementwiseInstruction: Equatable, Sendable {
  /// φ of a value and, where `slope` is the number of one, φ′ as that value.
  case function(Activation, Int, slope: Int?)
  case scalar(ScalarOperation, Int)
  case binary(ElementwiseOperator, Int, Int)
  /// A value times φ′ of a function that masks its gradient: 0 where φ′ is, whatever the value is.
  case masked(Int, slope: Int)
  /// The same number everywhere.
  case constant(Float)
  /// A value that an earlier function makes.
  case slope

  var operands: [Int] {
    switch self {
    case .function(_, let a, _), .scalar(_, let a): [a]
    case .binary(_, let a, let b), .masked(let a, let b): [a, b]
    case .constant, .slope: []
    }
  }
}

/// Steps with the places of their values: an input's own memory, or a block of scratch memory that is shared
/// by values which are not needed at the same time.
struct ElementwiseCode: Equatable, Sendable {
  fileprivate struct Step: Equatable, Sendable {
    let step: ElementwiseInstruction
    let places: (a: Int, b: Int)
    let result: Int
    /// −1 where there is none.
    let slope: Int

    static func == (x: Step, y: Step) -> Bool {
      x.step == y.step && x.places == y.places && x.result == y.result && x.slope == y.slope
    }
  }

  private var steps: [Step] = []
  private let inputs: Int
  /// Blocks of scratch memory.
  private var blocks = 0
  /// The places of the results.
  private var outputs: [Int] = []

  /// Groups of 16 in a block: 1 KB, so that a dozen values stay in the L1 cache.
  private static let blockGroups = 16

  init(_ source: [ElementwiseInstruction], inputs: Int, outputs: [Int]) {
    self.inputs = inputs
    let lastUse = ElementwiseCode.lastUses(source, inputs: inputs, outputs: outputs)
    var place = Dictionary(uniqueKeysWithValues: (0..<inputs).map { ($0, $0) })
    var free: [Int] = []
    func takePlace(_ blocks: inout Int) -> Int {
      if let known = free.popLast() { return known }
      blocks += 1
      return inputs + blocks - 1
    }
    for (index, step) in source.enumerated() {
      let value = inputs + index
      guard let end = lastUse[value] ?? ElementwiseCode.slopeUse(step, lastUse) else { continue }
      if case .slope = step { continue }
      let result = takePlace(&blocks)
      place[value] = result
      var slopePlace = -1
      if case .function(_, _, let slope?) = step, lastUse[slope] != nil {
        slopePlace = takePlace(&blocks)
        place[slope] = slopePlace
      }
      let operands = step.operands.map { place[$0]! }
      steps.append(
        Step(
          step: step, places: (operands.first ?? 0, operands.last ?? 0), result: result,
          slope: slopePlace))
      for operand in Set(step.operands) where operand >= inputs && lastUse[operand] == index {
        free.append(place[operand]!)
      }
      if end == index { free.append(result) }
    }
    self.outputs = outputs.map { place[$0]! }
  }

  /// The last step that needs each value; beyond the end for results.
  private static func lastUses(
    _ steps: [ElementwiseInstruction], inputs: Int, outputs: [Int]
  ) -> [Int: Int] {
    var uses: [Int: Int] = [:]
    for output in outputs { uses[output] = steps.count }
    for (index, step) in steps.enumerated().reversed() {
      let value = inputs + index
      guard uses[value] != nil || slopeUse(step, uses) != nil else { continue }
      for operand in step.operands { uses[operand] = max(uses[operand] ?? 0, index) }
    }
    return uses
  }

  /// A function whose value is not needed may still be needed for its slope.
  private static func slopeUse(_ step: ElementwiseInstruction, _ uses: [Int: Int]) -> Int? {
    guard case .function(_, _, let slope?) = step, uses[slope] != nil else { return nil }
    return 0
  }

  /// Runs the steps on all groups of 16 entries.
  func run(
    _ operands: [UnsafeMutablePointer<LaneGroup>], _ results: [UnsafeMutablePointer<LaneGroup>],
    groups: Int
  ) {
    let size = ElementwiseCode.blockGroups
    withUnsafeTemporaryAllocation(
      byteCount: max(blocks, 1) * size * MemoryLayout<LaneGroup>.stride, alignment: 64
    ) { scratch in
      let scratch = scratch.baseAddress!.assumingMemoryBound(to: LaneGroup.self)
      withUnsafeTemporaryAllocation(
        of: UnsafeMutablePointer<LaneGroup>.self, capacity: inputs + blocks
      ) { places in
        for block in 0..<blocks {
          places.initializeElement(at: inputs + block, to: scratch + block * size)
        }
        for start in stride(from: 0, to: groups, by: size) {
          let count = min(size, groups - start)
          for input in 0..<inputs {
            places.initializeElement(at: input, to: operands[input] + start)
          }
          for step in steps { step.run(places.baseAddress!, count) }
          for (output, place) in zip(results, outputs) {
            (output + start).update(from: places[place], count: count)
          }
        }
      }
    }
  }
}

extension ElementwiseCode.Step {
  @inline(__always)
  fileprivate func run(_ block: UnsafeMutablePointer<UnsafeMutablePointer<LaneGroup>>, _ count: Int)
  {
    let (a, b, y) = (block[places.a], block[places.b], block[result])
    switch step {
    case .function(let function, _, _):
      if slope < 0 {
        function.apply(to: a, value: y, groups: count)
      } else {
        function.apply(to: a, value: y, derivative: block[slope], groups: count)
      }
    case .scalar(let operation, _): operation.apply(to: a, result: y, groups: count)
    case .binary(let operation, _, _):
      switch operation {
      case .add: for i in 0..<count { y[i] = a[i] + b[i] }
      case .subtract: for i in 0..<count { y[i] = a[i] - b[i] }
      case .multiply: for i in 0..<count { y[i] = a[i] * b[i] }
      case .divide: for i in 0..<count { y[i] = a[i] / b[i] }
      }
    case .masked:
      for i in 0..<count {
        let product = a[i] * b[i]
        // Only what is no number changes: a product with 0 keeps its sign.
        y[i] = product.replacing(with: 0, where: (product .!= product) .& (b[i] .== 0))
      }
    case .constant(let number):
      for i in 0..<count { y[i] = LaneGroup(repeating: number) }
    case .slope: break
    }
  }
}

extension ScalarOperation {
  /// `groups` times 16 entries; `result` may be `a`.
  fileprivate func apply(
    to a: UnsafeMutablePointer<LaneGroup>, result y: UnsafeMutablePointer<LaneGroup>, groups: Int
  ) {
    switch self {
    case .add(let c):
      let c = LaneGroup(repeating: Float(c))
      for i in 0..<groups { y[i] = a[i] + c }
    case .subtract(let c):
      let c = LaneGroup(repeating: Float(c))
      for i in 0..<groups { y[i] = a[i] - c }
    case .subtractFrom(let c):
      let c = LaneGroup(repeating: Float(c))
      for i in 0..<groups { y[i] = c - a[i] }
    case .multiply(let c):
      let c = LaneGroup(repeating: Float(c))
      for i in 0..<groups { y[i] = a[i] * c }
    case .divide(let c):
      let c = LaneGroup(repeating: Float(c))
      for i in 0..<groups { y[i] = a[i] / c }
    case .divideInto(let c):
      let c = LaneGroup(repeating: Float(c))
      for i in 0..<groups { y[i] = (1 / a[i]) * c }
    case .power(let c): power(c, of: a, to: y, groups: groups)
    }
  }

  /// The exponents for which `torch.pow` has a shorter way take it here, too.
  private func power(
    _ exponent: Double, of a: UnsafeMutablePointer<LaneGroup>,
    to y: UnsafeMutablePointer<LaneGroup>, groups: Int
  ) {
    switch exponent {
    case 0: for i in 0..<groups { y[i] = LaneGroup(repeating: 1) }
    case 1: for i in 0..<groups { y[i] = a[i] }
    case 2: for i in 0..<groups { y[i] = a[i] * a[i] }
    case 3: for i in 0..<groups { y[i] = a[i] * a[i] * a[i] }
    case 0.5: for i in 0..<groups { y[i] = a[i].squareRoot() }
    case -0.5: for i in 0..<groups { y[i] = 1 / a[i].squareRoot() }
    case -1: for i in 0..<groups { y[i] = 1 / a[i] }
    case -2: for i in 0..<groups { y[i] = 1 / (a[i] * a[i]) }
    default: for i in 0..<groups { y[i] = Lanes.power(Lanes(a[i]), exponent).floats }
    }
  }
}
