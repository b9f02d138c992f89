import Foundation
import Kernels
import Testing

@testable import SignalPropagation

@Suite struct JacobianSpectrumTests {
  /// Singular values of stacks drawn in double precision: averages and their standard errors.
  struct Simulation: Decodable, CustomTestStringConvertible {
    var activation: String
    var gain: Double
    var depth: Int
    var orthogonal: Bool
    var width: Int
    /// From the largest down.
    var quantiles: [[Double]?]
    var mean_square: [Double]

    var testDescription: String {
      "\(activation) at \(gain), \(depth) layers, \(orthogonal ? "orthogonal" : "Gaussian")"
    }

    var experiment: Experiment {
      Experiment(
        activation: Activation(rawValue: activation)!, gain: gain,
        initializer: orthogonal ? .orthogonal : .kaimingNormal(),
        shape: .square(width: width, depth: depth), reports: .layers([depth]))
    }

    static let all: [Simulation] = load("jacobian_quantiles")
  }

  @Test(arguments: Simulation.all)
  func `Quantiles are those of simulated stacks`(simulation: Simulation) throws {
    let spectrum = try #require(try simulation.experiment.predictSpectra()[0])
    let summary = spectrum.summary(width: simulation.width)
    let predicted = SpectrumSummary.Quantile.allCases.map { summary[$0]!.doubleValue }
    print(
      "SIM", simulation.testDescription,
      String(format: "ms %.4g/%.4g", summary.meanSquare.doubleValue, simulation.mean_square[0]),
      zip(predicted, simulation.quantiles).map {
        String(format: "%.4g/%.4g(%.3f)", $0, $1?[0] ?? 0, $1?[1] ?? 0)
      }.joined(separator: " "))
  }
}
