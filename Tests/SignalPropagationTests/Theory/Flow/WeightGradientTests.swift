import NamedActivations
import Testing

@testable import SignalPropagation

@Suite struct WeightGradientTests {
  private static let folded = (2 / .pi as Double).squareRoot()

  private func predicted(
    _ layer: String, depth: Int = 1, batch: Int, similarity: Double = 0, loss: Loss = .sum
  ) throws -> [Double] {
    let stack = try stack(
      layer, gain: 1, depth: depth, inputSimilarity: similarity, loss: loss)
    return stack.predictFlow(layers: Array(1...depth), batch: batch).dropFirst().map {
      $0.predicted.weightGradMeanAbs?.doubleValue ?? .nan
    }
  }

  /// An entry is the sum of a column of the batch: variance B + B(B − 1)·cosine.
  @Test(arguments: [(1, 0.0), (1, 0.3), (64, 0), (64, 0.3), (1000, 0), (1000, 0.9)])
  func `a linear layer sums the columns of the batch`(batch: Int, similarity: Double) throws {
    let rows = Double(batch)
    let exact =
      WeightGradientTests.folded * (rows + rows * (rows - 1) * similarity).squareRoot()
    let size = try predicted("W(h)", batch: batch, similarity: similarity)[0]
    #expect(relativeError(size, exact) < 1e-4)
  }

  /// Half of relu's units pass on a cotangent: E|z̄| = ½ for one row, E[z̄²] = ½ for many.
  @Test func `relu hides half of the units`() throws {
    let one = try predicted("relu(W(h))", batch: 1)[0]
    #expect(relativeError(one, 0.5 * WeightGradientTests.folded) < 1e-4)
    let many = try predicted("relu(W(h))", batch: 10_000, loss: .random)[0]
    #expect(relativeError(many, (5000.0).squareRoot() * WeightGradientTests.folded) < 1e-4)
  }

  /// Two layers of one row, a random readout: |∂L/∂W₂| = |r||h₁|.
  @Test func `one row is a product of two magnitudes`() throws {
    let sizes = try predicted("relu(W(h))", depth: 2, batch: 1, loss: .random)
    // q₂ = ½; E|r φ′| = ½ √(2/π) and E[relu] = 1/√(2π).
    let top = 0.5 * WeightGradientTests.folded / (2 * .pi as Double).squareRoot()
    #expect(relativeError(sizes[1], top) < 1e-4)
  }

  @Test(
    arguments: [
      ("tanh", 5.0 / 3, nil), ("relu", 1.4142, nil), ("sin", 1.5, nil), ("gelu", 1.2, 0.5),
    ]
      as [(String, Double, Double?)])
  func `a measurement finds the same`(name: String, gain: Double, skip: Double?) throws {
    for loss in Loss.allCases {
      var ratios: [Int: Double] = [:]
      let layers = [1, 3, 6]
      let seeds = 6
      for seed in 0..<seeds {
        var run = Experiment(
          activation: Activation.named(name), gain: gain, skip: skip,
          shape: .square(width: 120, depth: 6), batch: 120, seed: UInt64(seed),
          reports: .layers(layers))
        run.backward = .last
        run.loss = loss
        let records = run.predict()
        for (measured, known) in zip(try run.measure(threads: 1), records).dropFirst() {
          let ratio = measured.measured.weightGradMeanAbs! / known.predicted.weightGradMeanAbs!
          ratios[known.layer, default: 0] += ratio.log / Double(seeds)
        }
      }
      for layer in layers { #expect(abs(ratios[layer]!) < 0.12, "\(loss) \(layer)") }
    }
  }

  @Test func `layers that are more than a function of one matrix have none, and say so`() throws {
    let gated = try stack("W1(h)*sigmoid(W2(h))", gain: 1, depth: 3)
    #expect(gated.weightGradientLimit == "for layers other than f(W(h)) and h + s*f(W(h))")
    #expect(gated.predictFlow(layers: [1], batch: 9)[1].predicted.weightGradMeanAbs == nil)
    #expect(try stack("tanh(W(h, bias=1))", gain: 1, depth: 3).weightGradientLimit == nil)
  }
}
