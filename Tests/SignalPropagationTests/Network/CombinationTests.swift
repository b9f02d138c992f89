import Foundation
import Kernels
import NamedActivations
import Testing

@testable import SignalPropagation

/// Every activation with every initialiser, and with them in turn plain and residual stacks, square and
/// rectangular ones, and three sizes of input: all held against the naive network in double precision.
@Suite struct CombinationTests {
  static let initializers: [Initializer] = [
    .xavierNormal, .xavierUniform, .kaimingNormal(.fanOut), .kaimingUniform(), .lecunNormal,
    .lecunUniform, .orthogonal, .truncNormal(std: 0.3, a: -0.6, b: 0.6),
    .sparse(sparsity: 0.2, std: 0.4), .normal(std: 0.3), .uniform(bound: 0.5), .torchLinear,
    .varianceScaling(scale: 2, mode: .fanAverage, distribution: .uniform),
    .varianceScaling(scale: 1, mode: .fanIn, distribution: .truncatedNormal),
  ]

  static let experiments: [Experiment] = Kernels.Activation.listed.enumerated().flatMap {
    (i, activation) in
    initializers.enumerated().map { j, initializer in
      let skip: Double? = [nil, 0.5, -1][(i + j) % 3]
      let shape: Experiment.Shape =
        skip == nil && (i + j) % 2 == 0 ? .widths([11, 8, 17, 5]) : .square(width: 9, depth: 3)
      return Experiment(
        activation: activation, gain: activation == .exp ? 0.2 : 1.2, initializer: initializer,
        skip: skip, inputStd: [1, 0.5, 2][(i + 2 * j) % 3], shape: shape, batch: 5,
        seed: UInt64(i * 100 + j), reports: .every(1))
    }
  }

  @Test(arguments: experiments)
  func `Outputs, statistics and gradients are those of the naive network`(
    experiment: Experiment
  ) throws {
    let truth = NaiveRun(experiment)
    let gradients = truth.meanAbsGradients()
    for record in try experiment.measure(threads: 2) {
      let outputs = truth.rows.map { $0[record.layer] }
      let entries = outputs.flatMap { $0 }
      let largest = entries.map(\.magnitude).max()!
      let mean = entries.reduce(0, +) / Double(entries.count)
      let squares = entries.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let std = (squares / Double(entries.count - 1)).squareRoot()
      #expect(abs(record.measured.outMean! - mean) <= 1e-5 * largest)
      #expect(abs(record.measured.outStd!.doubleValue - std) <= 1e-5 * largest)
      #expect(abs(record.measured.outAbsMax! - largest) <= 1e-5 * largest)
      #expect(abs(record.measured.similarity! - meanCosine(outputs)) < 1e-4)
      guard record.layer > 0 else { continue }
      let gradient = gradients[record.layer]
      #expect(abs(record.measured.gradMeanAbs!.doubleValue - gradient) <= 1e-4 * gradient + 1e-8)
    }
  }

  private func meanCosine(_ rows: [[Double]]) -> Double {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var sum = 0.0
    for (i, a) in rows.enumerated() {
      for (j, b) in rows.enumerated() where i != j {
        let lengths = (dot(a, a) * dot(b, b)).squareRoot()
        sum += lengths > 0 ? dot(a, b) / lengths : 0
      }
    }
    return sum / Double(rows.count * (rows.count - 1))
  }
}

/// The experiment with the program's random numbers and nothing else of it.
private struct NaiveRun {
  let network: NaiveNetwork
  /// The outputs of all layers for each row of the batch.
  let rows: [[[Double]]]

  init(_ experiment: Experiment) {
    let shape = experiment.shape
    let inputSize = shape.width(ofLayer: 0)
    var generator = Generator(seed: experiment.seed)
    var input = [Float](repeating: 0, count: experiment.batch * inputSize)
    generator.fillNormal(&input, mean: 0, std: 1)
    let weights = (1...shape.depth).map { layer in
      let (fanIn, fanOut) = (shape.width(ofLayer: layer - 1), shape.width(ofLayer: layer))
      var weight = [Float](repeating: 0, count: fanIn * fanOut)
      experiment.initializer.fillLayer(
        &weight, fanOut: fanOut, fanIn: fanIn, gain: experiment.gain, generator: &generator)
      return (0..<fanOut).map { weight[($0 * fanIn)..<(($0 + 1) * fanIn)].map(Double.init) }
    }
    let network = NaiveNetwork(
      weights: weights, activation: experiment.activation, skip: experiment.skip)
    self.network = network
    rows = (0..<experiment.batch).map { row in
      let scaled = input[(row * inputSize)..<((row + 1) * inputSize)]
        .map { Double($0 * Float(experiment.inputStd)) }
      return network.outputs(scaled)
    }
  }

  /// For the sum of each layer's output, the input's first.
  func meanAbsGradients() -> [Double] {
    let differences = rows.map { network.differences($0[0]) }
    return differences[0].indices.map { layer in
      let gradients = differences.flatMap { $0[layer] }
      return gradients.reduce(0) { $0 + abs($1) } / Double(gradients.count)
    }
  }
}
