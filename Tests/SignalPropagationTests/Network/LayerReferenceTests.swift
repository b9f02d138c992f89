import Foundation
import SignalPropagation
import Testing

/// A stack of a layer that PyTorch executed as Python, and the same float32 draws with arithmetic in double
/// precision. `scripts/reference/make_layers.py` makes the file.
struct ReferenceStack: Decodable, CustomTestStringConvertible {
  let layer: String
  let gain: Double
  let width: Int
  let batch: Int
  let depth: Int
  let seed: UInt64
  let layers: [Int]
  let float32: [Row]
  let float64: [Row]

  /// The figures of the input (layer 0) or of a layer, each with its loss.
  struct Row: Decodable {
    let layer: Int
    let outStd: Double
    let outMean: Double?
    let gradSum: Double?
    let gradRandom: Double?
    let flowSum: Double
    let flowRandom: Double
    let weightFlowSum: Double?
    let weightFlowRandom: Double?

    func grad(_ loss: Loss) -> Double? { loss == .sum ? gradSum : gradRandom }
    func flow(_ loss: Loss) -> Double { loss == .sum ? flowSum : flowRandom }
    func weightFlow(_ loss: Loss) -> Double? {
      loss == .sum ? weightFlowSum : weightFlowRandom
    }
  }

  var testDescription: String { "\(layer) \(gain) width \(width) seed \(seed)" }

  static let all: [ReferenceStack] = load("layers", keys: .convertFromSnakeCase)

  func records(
    _ loss: Loss, _ backward: Experiment.Backward
  ) throws -> [LayerRecord] {
    try Experiment(
      layer: Layer(parsing: layer), gain: gain, loss: loss, backward: backward,
      shape: .square(width: width, depth: depth), batch: batch, seed: seed,
      reports: .layers(layers)
    ).measure(threads: 2)
  }
}

@Suite struct `The layers of the reference` {
  @Test func `are all there`() {
    #expect(ReferenceStack.all.count == 68)
    #expect(Set(ReferenceStack.all.map(\.layer)).count == 29)
  }

  @Test(arguments: ReferenceStack.all, Loss.allCases)
  func `have PyTorch's outputs, and its gradient for a loss at each`(
    stack: ReferenceStack, loss: Loss
  ) throws {
    let records = try stack.records(loss, .each)
    #expect(records.map(\.layer) == stack.float64.map(\.layer))
    for (index, record) in records.enumerated() {
      let (row, single) = (stack.float64[index], stack.float32[index])
      let out = record.measured.outStd!.doubleValue
      // PyTorch prints a float; beyond its digits the rest is not determined.
      #expect(digits(Double(Float(out))) == digits(single.outStd), "out, layer \(row.layer)")
      #expect(isClose(out, row.outStd, stack.outTolerance), "out, layer \(row.layer)")
      guard let grad = row.grad(loss) else {
        #expect(record.measured.gradMeanAbs == nil)
        continue
      }
      #expect(abs(record.measured.outMean! - row.outMean!) <= 1e-6 * row.outStd)
      #expect(
        isClose(record.measured.gradMeanAbs!.doubleValue, grad, 1e-5), "grad, layer \(row.layer)")
      #expect(record.measured.weightGradMeanAbs == nil)
    }
  }

  @Test(arguments: ReferenceStack.all, Loss.allCases)
  func `have PyTorch's gradients by outputs and weights for a loss at the end`(
    stack: ReferenceStack, loss: Loss
  ) throws {
    for (record, row) in zip(try stack.records(loss, .last), stack.float64) {
      #expect(
        isClose(record.measured.outStd!.doubleValue, row.outStd, stack.outTolerance),
        "out, layer \(row.layer)")
      #expect(
        isClose(record.measured.gradMeanAbs!.doubleValue, row.flow(loss), 1e-5),
        "grad, layer \(row.layer)")
      let weights = record.measured.weightGradMeanAbs?.doubleValue
      #expect((weights == nil) == (row.weightFlow(loss) == nil))
      if let weights, let expected = row.weightFlow(loss) {
        #expect(isClose(weights, expected, 1e-5), "weights, layer \(row.layer)")
      }
    }
  }

  /// As the forum's snippet prints it.
  private func digits(_ value: Double) -> String { String(format: "%.4f", value) }

  /// The gradient of the sum over a layernorm is zero but for rounding noise: below 1e-12 in double
  /// precision, and so of single precision's size here.
  private func isClose(_ value: Double, _ truth: Double, _ tolerance: Double) -> Bool {
    truth < 1e-12 ? value < 1e-6 : abs(value - truth) <= tolerance * truth
  }
}

extension ReferenceStack {
  /// relu(x)² doubles relative errors with every layer.
  fileprivate var outTolerance: Double { layer == "relu(x)**2" ? 1e-5 : 2e-6 }
}
