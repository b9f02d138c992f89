import Foundation
import Kernels
import NamedActivations
import Testing

@testable import SignalPropagation

/// A small stack with the same weights and input for the tape and for the naive network.
private struct Case {
  let widths: [Int]
  let rows = 19
  var weights: [[Float]] = []
  var input: [Float] = []

  init(widths: [Int], gain: Double, seed: UInt64) {
    self.widths = widths
    var generator = Generator(seed: seed)
    input = Array(repeating: 0, count: rows * widths[0])
    generator.fillNormal(&input, mean: 0, std: 1)
    for (fanIn, fanOut) in zip(widths, widths.dropFirst()) {
      var weight = [Float](repeating: 0, count: fanIn * fanOut)
      generator.fillNormal(&weight, mean: 0, std: gain / Double(fanIn).squareRoot())
      weights.append(weight)
    }
  }

  func naive(_ activation: Activation, skip: Double?) -> NaiveNetwork {
    let matrices = zip(weights, widths).map { weight, fanIn in
      stride(from: 0, to: weight.count, by: fanIn).map {
        weight[$0..<($0 + fanIn)].map(Double.init)
      }
    }
    return NaiveNetwork(weights: matrices, activation: activation, skip: skip)
  }

  func row(_ index: Int) -> [Double] {
    input[(index * widths[0])..<((index + 1) * widths[0])].map(Double.init)
  }

  /// The output of every layer and the gradients of the sums over `layers`, both as [column][feature].
  func run(_ activation: Activation, skip: Double?, layers: [Int])
    throws -> (outputs: [[[Float]]], gradients: [[[Double]]])
  {
    let pool = Pool()
    let panels = Panels(
      features: widths[0], widths: Panels.widths(forColumns: rows), pool: pool)
    panels.load(rows: input, firstRow: 0, count: rows, scale: 1)
    let experiment = Experiment(
      activation: activation, gain: 1, skip: skip, shape: .widths(widths), batch: rows,
      reports: .every(1))
    let tape = Tape(network: try Network(experiment), input: panels, count: rows, pool: pool)
    let packed = zip(weights, zip(widths, widths.dropFirst())).map { weight, sizes in
      let matrix = PackedMatrix(rows: sizes.1, columns: sizes.0, pool: pool)
      matrix.pack(weight)
      return LayerWeights.Matrix(packed: matrix, bias: nil)
    }
    var outputs: [[[Float]]] = []
    for (layer, matrix) in zip(1..., packed) {
      tape.forward(layer: layer, weights: [matrix], purpose: .gradient)
      outputs.append(tape.output!.rows())
    }
    for matrix in packed { matrix.packed.transpose() }
    tape.finishForward()
    for (layer, matrix) in zip(1..., packed).reversed() {
      if layers.contains(layer) { tape.startLoss(features: widths[layer]) { $0.fillOnes() } }
      guard tape.losses > 0 else { continue }
      tape.backward(layer: layer, transposed: [matrix], releases: true)
    }
    let results = tape.finishBackward()
    let gradients = results.map { gradient, exponents in
      zip(gradient.rows(), exponents).map { column, exponent in
        column.map { Double($0) * Double(sign: .plus, exponent: exponent, significand: 1) }
      }
    }
    return (outputs, gradients)
  }
}

@Suite struct TapeTests {
  @Test(arguments: Activation.listed, [0, 0.5, -1])
  func `Gradients are central differences, for every operation`(
    activation: SignalPropagation.Activation, scale: Double
  ) throws {
    let skip = scale == 0 ? nil : scale
    let widths = skip == nil ? [5, 9, 4, 7] : [6, 6, 6, 6]
    let example = Case(widths: widths, gain: activation == .exp ? 0.2 : 1, seed: 3)
    let naive = example.naive(activation, skip: skip)
    let run = try example.run(activation, skip: skip, layers: [3, 2, 1])
    for row in 0..<example.rows {
      let outputs = naive.outputs(example.row(row))
      let differences = naive.differences(example.row(row))
      for layer in 1...3 {
        #expect(isClose(run.outputs[layer - 1][row].map(Double.init), outputs[layer], 1e-5))
        #expect(
          isClose(run.gradients[3 - layer][row], differences[layer], 1e-4),
          "\(activation) layer \(layer) row \(row)")
      }
    }
  }

  @Test func `The gradient of an identity stack is a product of matrices`() throws {
    let example = Case(widths: [8, 8, 8, 8, 8], gain: 1, seed: 5)
    let run = try example.run(.identity, skip: nil, layers: [4])
    var product = [Double](repeating: 1, count: 8)
    for weight in example.weights.reversed() {
      product = (0..<8).map { column in
        (0..<8).reduce(0) { $0 + product[$1] * Double(weight[$1 * 8 + column]) }
      }
    }
    for row in 0..<example.rows { #expect(isClose(run.gradients[0][row], product, 1e-5)) }
  }

  /// Each factor of a stack of 1 × 1 identity layers is known, so the gradient is g^depth.
  @Test(arguments: [1e-10, 0.5, 3, 1e9])
  func `Gradients neither underflow nor overflow`(factor: Float) throws {
    let depth = 30
    let pool = Pool()
    let input = Panels(features: 1, widths: [16], pool: pool)
    input.load(rows: [1], firstRow: 0, count: 1, scale: 0)
    let experiment = Experiment(
      activation: .identity, gain: 1, shape: .square(width: 1, depth: depth), batch: 1,
      reports: .layers([depth]))
    let tape = Tape(network: try Network(experiment), input: input, count: 1, pool: pool)
    let weight = PackedMatrix(rows: 1, columns: 1, pool: pool)
    weight.pack([factor])
    let weights = [LayerWeights.Matrix(packed: weight, bias: nil)]
    for layer in 1...depth { tape.forward(layer: layer, weights: weights, purpose: .gradient) }
    tape.startLoss(features: 1) { $0.fillOnes() }
    for layer in (1...depth).reversed() {
      tape.backward(layer: layer, transposed: weights, releases: true)
    }
    let result = tape.finishBackward()[0]
    let gradient = Magnitude(
      Double(result.gradient.rows()[0][0]), timesPowerOfTwo: result.exponents[0])
    let logarithm = Double(gradient.exponent) + log2(gradient.significand)
    #expect(abs(logarithm - Double(depth) * log2(Double(factor))) < 1e-4)
  }

  /// Within `tolerance` of the largest entry: float32 sums have errors of that scale.
  private func isClose(_ values: [Double], _ truth: [Double], _ tolerance: Double) -> Bool {
    let scale = max(1e-30, truth.map(\.magnitude).max()!)
    return zip(values, truth).allSatisfy { abs($0 - $1) <= tolerance * scale }
  }
}
