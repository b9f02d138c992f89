import Foundation
import Kernels
import NamedActivations
import Testing

@testable import SignalPropagation

/// A chain of products and functions with derivatives below all floats; `scripts/reference/make_tails.py` makes
/// the file.
private struct TailReference: Decodable, Sendable, CustomTestStringConvertible {
  let layer: String
  let gain: Double
  let width: Int
  let batch: Int
  let depth: Int
  let seed: UInt64
  let inputStd: Double
  /// Decimal numbers with exponents that no `Double` holds.
  let grad: String
  /// By the matrices of the first layer.
  let firstWeightGrad: String
  let largestSingularValue: String

  var testDescription: String { "\(layer) \(gain) width \(width) seed \(seed)" }

  static let all: [TailReference] = {
    struct File: Decodable { let records: [TailReference] }
    return (load("tails", keys: .convertFromSnakeCase) as File).records
  }()

  /// The figures of the input, the first and the last layer.
  func figures(
    _ backward: Experiment.Backward = .each, spectrum: Bool = false
  ) throws -> [LayerFigures] {
    try Experiment(
      layer: Layer(parsing: layer), gain: gain, inputStd: inputStd, backward: backward,
      shape: .square(width: width, depth: depth), batch: batch, seed: seed,
      reports: .layers(depth == 1 ? [1] : [1, depth]), spectrum: spectrum
    ).measure(threads: 2).map(\.measured)
  }
}

/// How far a figure is from a decimal number of any size, relative to it.
private func relativeError(_ figure: Magnitude, _ truth: String) throws -> Double {
  let parts = truth.split(separator: "e")
  let significand = try #require(Double(parts[0]))
  let exponent = parts.count > 1 ? try #require(Double(parts[1])) : 0
  // The logarithm of 1e-300000 has some ten digits after the point.
  return abs(pow(10, figure.log10 - exponent) / significand - 1)
}

@Suite struct `Derivatives below all floats` {
  @Test(arguments: TailReference.all)
  fileprivate func `reach the gradient at the input`(reference: TailReference) throws {
    let each = try #require(try reference.figures().last?.gradMeanAbs)
    #expect(try relativeError(each, reference.grad) < 1e-5)
    let flow = try #require(try reference.figures(.last).first?.gradMeanAbs)
    #expect(try relativeError(flow, reference.grad) < 1e-5)
  }

  @Test(arguments: TailReference.all)
  fileprivate func `reach the gradients of the weights`(reference: TailReference) throws {
    let found = try #require(try reference.figures(.last)[1].weightGradMeanAbs)
    #expect(try relativeError(found, reference.firstWeightGrad) < 1e-5)
  }

  @Test(arguments: TailReference.all)
  fileprivate func `reach the singular values`(reference: TailReference) throws {
    let values = try #require(try reference.figures(spectrum: true).last?.singularValues)
    let largest = Magnitude(values.values[0], timesPowerOfTwo: values.exponent)
    #expect(try relativeError(largest, reference.largestSingularValue) < 1e-5)
  }

  // MARK: Columns

  /// [1 ½; −¼ 2]: its products with eighths are floats without rounding.
  private static let weight: [Float] = [1, 0.5, -0.25, 2]

  /// The gradients at the input of one layer φ(W h), by row, where row r is (r, 40 − r)/8 times ±`scale`.
  private func gradients(
    _ layer: String, scale: Float, rows: Range<Int>
  ) throws -> [[Double]] {
    let pool = Pool()
    let experiment = Experiment(
      layer: try Layer(parsing: layer), gain: 1, shape: .square(width: 2, depth: 1),
      batch: rows.count, reports: .layers([1]))
    let input = Panels(
      features: 2, widths: Panels.widths(forColumns: rows.count), pool: pool)
    input.load(
      rows: rows.flatMap { [Float($0) / 8, Float(40 - $0) / 8] }, firstRow: 0, count: rows.count,
      scale: scale)
    let tape = Tape(
      network: try Network(experiment), input: input, count: rows.count, pool: pool)
    let matrix = PackedMatrix(rows: 2, columns: 2, pool: pool)
    matrix.pack(Self.weight)
    let weights = [LayerWeights.Matrix(packed: matrix, bias: nil)]
    tape.forward(layer: 1, weights: weights, purpose: .gradient)
    matrix.transpose()
    tape.finishForward()
    tape.startLoss(features: 2) { $0.fillOnes() }
    tape.backward(layer: 1, transposed: weights, releases: true)
    let (gradient, exponents) = tape.finishBackward()[0]
    return zip(gradient.rows(), exponents).prefix(rows.count).map { column, exponent in
      column.map { Double(sign: .plus, exponent: exponent, significand: Double($0)) }
    }
  }

  /// Functions whose derivative ends in a tail, and two without.
  private static let tailed: [SignalPropagation.Activation] = [
    .erf, .tanh, .sigmoid, .logSigmoid, .gelu, .geluTanh, .silu, .mish, .softplus, .elu, .celu,
    .selu, .softsign, .relu,
  ]

  /// Rows of a batch that are fine beside others in which all of φ′ is below the floats.
  @Test(
    arguments: tailed, [1, -1, 4, -4, -20])
  func `are right in every row, whatever stands beside it`(
    activation: SignalPropagation.Activation, scale: Float
  ) throws {
    let found = try gradients("\(activation.name)(W(h))", scale: scale, rows: 0..<40)
    for (row, gradient) in found.enumerated() {
      let h = [Double(row) / 8, Double(40 - row) / 8].map { $0 * Double(scale) }
      let slopes = [h[0] + 0.5 * h[1], -0.25 * h[0] + 2 * h[1]]
        .map { activation.evaluate($0).derivative }
      let truth = [slopes[0] - 0.25 * slopes[1], 0.5 * slopes[0] + 2 * slopes[1]]
      // What cancels has an error of what it is a difference of. Floats hold the cube in gelu_tanh to 2⁻²⁴, and
      // its exponential some hundred times less exactly.
      let size = slopes.map(\.magnitude).max()!
      for (value, expected) in zip(gradient, truth) {
        #expect(abs(value - expected) <= 2e-5 * size, "row \(row): \(value), not \(expected)")
      }
    }
  }

  @Test func `change no bit of another row`() throws {
    let all = try gradients("erf(W(h))", scale: 2, rows: 0..<40)
    for rows in [0..<5, 3..<20, 20..<40] {
      #expect(try gradients("erf(W(h))", scale: 2, rows: rows) == Array(all[rows]))
    }
  }
}
