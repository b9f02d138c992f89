import Foundation
import Kernels
import Testing

@testable import SignalPropagation

/// A stack, and what PyTorch finds in double precision.
private struct JacobianReference: Decodable, Sendable, CustomTestStringConvertible {
  let layer: String
  let gain: Double
  let width: Int
  let batch: Int
  let depth: Int
  let seed: UInt64
  let layers: [Int]
  let initializer: String
  let singularValues: [String: [Double]]

  enum CodingKeys: String, CodingKey {
    case layer, gain, width, batch, depth, seed, layers
    case initializer = "init"
    case singularValues = "singular_values"
  }

  var testDescription: String { layer }

  static let all: [JacobianReference] = loadRecords("jacobians")

  func experiment() throws -> Experiment {
    Experiment(
      layer: try Layer(parsing: layer), gain: gain,
      initializer: try Initializer(parsing: initializer),
      shape: .square(width: width, depth: depth), batch: batch, seed: seed,
      reports: .layers(layers), gradients: false, spectrum: true)
  }
}

@Suite struct `The Jacobian of the first row` {
  @Test(arguments: JacobianReference.all)
  fileprivate func `has the singular values of PyTorch`(reference: JacobianReference) throws {
    let records = try reference.experiment().measure(threads: 2)
    #expect(records[0].measured.singularValues == nil)
    for record in records.dropFirst() {
      let expected = try #require(reference.singularValues["\(record.layer)"])
      let found = try #require(record.measured.singularValues)
      #expect(found.count == expected.count)
      let scale = Double(sign: .plus, exponent: found.exponent, significand: 1)
      for (value, truth) in zip(found.values, expected) {
        // Single precision leaves an error of the largest value's last digits in every one.
        #expect(abs(value * scale - truth) <= 1e-5 * truth + 2e-6 * expected[0])
      }
      for truth in expected.dropFirst(found.values.count) {
        #expect(truth < 1.1 * found.floor * scale)
      }
    }
  }

  @Test func `is an isometry where weights are orthogonal and nothing bends`() throws {
    let experiment = Experiment(
      layer: Layer(Activation(.identity)), gain: 1, initializer: .orthogonal,
      shape: .square(width: 50, depth: 8), batch: 4, reports: .layers([1, 8]), gradients: false,
      spectrum: true)
    for record in try experiment.measure(threads: 1).dropFirst() {
      let values = try #require(record.measured.singularValues)
      #expect(values.belowFloor == 0)
      let scale = Double(sign: .plus, exponent: values.exponent, significand: 1)
      #expect(values.values.allSatisfy { abs($0 * scale - 1) < 1e-5 })
    }
  }

  @Test func `is the same on any number of threads`() throws {
    let experiment = Experiment(
      layer: try Layer(parsing: "h + 0.5*tanh(W(rmsnorm(h)))"), gain: 1.2,
      shape: .square(width: 130, depth: 6), batch: 3, reports: .every(2), spectrum: true)
    let one = try experiment.measure(threads: 1)
    for threads in [2, 3, 7] { #expect(try experiment.measure(threads: threads) == one) }
  }

  @Test func `keeps its digits far beyond the range of doubles`() throws {
    let experiment = Experiment(
      layer: Layer(Activation(.sigmoid)), gain: 1, shape: .square(width: 8, depth: 900), batch: 2,
      reports: .layers([450, 900]), gradients: false, spectrum: true)
    let records = try experiment.measure(threads: 1)
    let largest = try records.dropFirst().map { record in
      let values = try #require(record.measured.singularValues)
      return log2(values.values[0]) + Double(values.exponent)
    }
    #expect(largest[1] < -1500)
    #expect(abs(largest[1] / (2 * largest[0]) - 1) < 0.1)
  }
}
