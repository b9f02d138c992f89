import Foundation
import Testing

@testable import SignalPropagation

@Suite struct GradientScatterTests {
  /// Worked out by another program. Variances are times the width.
  @Test(arguments: [
    Reference(
      .tanh, 5.0 / 3, width: 1000, batch: 1000, depth: 1, pair: 0.1815037, row: 1.00564,
      deviation: 0.01350288),
    Reference(
      .tanh, 5.0 / 3, width: 1000, batch: 1000, depth: 2, pair: 0.3355167, row: 2.612608,
      deviation: 0.01837917),
    Reference(
      .tanh, 5.0 / 3, width: 1000, batch: 1000, depth: 5, pair: 0.5957203, row: 6.579448,
      deviation: 0.02452966),
    Reference(
      .tanh, 5.0 / 3, width: 1000, batch: 1000, depth: 30, pair: 0.688377, row: 38.78221,
      deviation: 0.02695312),
    Reference(
      .tanh, 1, width: 1000, batch: 1000, depth: 1, pair: 0.3326477, row: 0.7903658,
      deviation: 0.01825117),
    Reference(
      .tanh, 1, width: 1000, batch: 1000, depth: 2, pair: 0.6950132, row: 1.798525,
      deviation: 0.02638402),
    Reference(
      .tanh, 1, width: 1000, batch: 1000, depth: 5, pair: 1.930855, row: 4.070757,
      deviation: 0.04396584),
    Reference(
      .tanh, 1, width: 1000, batch: 1000, depth: 30, pair: 13.69334, row: 20.80919,
      deviation: 0.117049),
    Reference(
      .selu, 1, width: 200, batch: 100, depth: 1, pair: 0.4216504, row: 0.6846621,
      deviation: 0.04605869),
    Reference(
      .selu, 1, width: 200, batch: 100, depth: 2, pair: 0.7160637, row: 1.443727,
      deviation: 0.06013902),
    Reference(
      .selu, 1, width: 200, batch: 100, depth: 5, pair: 1.320259, row: 4.039502,
      deviation: 0.08208079),
    Reference(
      .selu, 1, width: 200, batch: 100, depth: 30, pair: 2.078421, row: 30.95063,
      deviation: 0.1087921),
    Reference(
      .sigmoid, 4, width: 200, batch: 200, depth: 1, pair: 0.1384009, row: 1.112148,
      deviation: 0.02676468),
    Reference(
      .sigmoid, 4, width: 200, batch: 200, depth: 2, pair: 0.4238683, row: 2.822338,
      deviation: 0.04668301),
    Reference(
      .sigmoid, 4, width: 200, batch: 200, depth: 5, pair: 2.734967, row: 6.49143,
      deviation: 0.1173403),
    Reference(
      .sigmoid, 4, width: 200, batch: 200, depth: 30, pair: 32.68027, row: 36.6268,
      deviation: 0.4043514),
    Reference(
      .identity, 1, width: 200, batch: 50, depth: 1, pair: 0.5707963, row: 0.5707963,
      deviation: 0.05342267),
    Reference(
      .identity, 1, width: 200, batch: 50, depth: 2, pair: 1.070796, row: 1.070796,
      deviation: 0.07317091),
    Reference(
      .identity, 1, width: 200, batch: 50, depth: 5, pair: 2.570796, row: 2.570796,
      deviation: 0.1133754),
    Reference(
      .identity, 1, width: 200, batch: 50, depth: 30, pair: 15.0708, row: 15.0708,
      deviation: 0.2745068),
  ])
  func `the scatter of the gradient of ones is as another program has it`(reference: Reference)
    throws
  {
    let scatter = try #require(reference.experiment.predictGradientScatter()?.last)
    let width = Double(reference.width)
    #expect(relativeError(scatter.pairVariance * width, reference.pair) < 1e-6)
    #expect(relativeError(scatter.rowVariance * width, reference.row) < 1e-6)
    #expect(relativeError(scatter.deviation, reference.deviation) < 1e-6)
  }

  struct Reference: CustomTestStringConvertible {
    var activation: Activation
    var gain: Double
    var width: Int
    var batch: Int
    var depth: Int
    var pair: Double
    var row: Double
    var deviation: Double

    init(
      _ activation: Activation, _ gain: Double, width: Int, batch: Int, depth: Int, pair: Double,
      row: Double, deviation: Double
    ) {
      (self.activation, self.gain, self.width, self.batch) = (activation, gain, width, batch)
      (self.depth, self.pair, self.row, self.deviation) = (depth, pair, row, deviation)
    }

    var testDescription: String { "\(activation) at \(gain), layer \(depth)" }

    var experiment: Experiment {
      Experiment(
        activation: activation, gain: gain, shape: .square(width: width, depth: depth),
        batch: batch, reports: .layers([depth]))
    }
  }
}
