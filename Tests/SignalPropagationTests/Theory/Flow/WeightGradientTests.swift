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

  /// ∂L/∂W₁ is made of r z₂ h, ∂L/∂W₂ of r z₁ h, all three of them normal.
  @Test func `a product of two matrices has a factor more`() throws {
    let folded = WeightGradientTests.folded
    let cube = folded * folded * folded
    let one = try predicted("W1(h)*W2(h)", batch: 1, loss: .random)[0]
    #expect(relativeError(one, cube) < 0.005)
    let many = try predicted("W1(h)*W2(h)", batch: 10_000, loss: .random)[0]
    #expect(relativeError(many, 100 * folded) < 1e-4)
  }

  /// The second matrix, of a readout r and relu(z); the first, of r W₂ φ′(z), E[(r W₂)²] = d·2/(3d + d), and h.
  @Test func `the matrices of a layer count by their entries`() throws {
    let folded = WeightGradientTests.folded
    let hidden = (0.5 as Double).squareRoot()
    let second = folded * hidden / (2 * .pi as Double).squareRoot()
    let first = hidden * folded / 2 * folded
    let both = try predicted("W2(relu(W1(h, out=3*d)))", batch: 1, loss: .random)[0]
    #expect(relativeError(both, (first + second) / 2) < 0.005)
    // A square matrix beside them, with no gradient.
    let three = try predicted("W2(relu(W1(h, out=3*d))) + 0*W(h)", batch: 1, loss: .random)[0]
    #expect(relativeError(three, (first + second) / 2 * 6 / 7) < 0.005)
  }

  @Test func `a normalised input has a size of its own`() throws {
    for rows in [1, 100] {
      let plain = try predicted("tanh(W(h))", batch: rows, similarity: 0.4)
      let normalised = try predicted("tanh(W(rmsnorm(7*h)))", batch: rows, similarity: 0.4)
      #expect(relativeError(normalised[0], plain[0]) < 1e-3)
    }
  }

  @Test func `vanishing signals and gradients keep their digits beyond the range of Double`() throws
  {
    let stack = try stack("tanh(W(h))", gain: 1e-30, depth: 40)
    let sizes = stack.predictFlow(layers: [1, 40], batch: 16).dropFirst().map {
      $0.predicted.weightGradMeanAbs!
    }
    // All rows have one cotangent; in the last layer it is 1.
    let folded = WeightGradientTests.folded
    #expect(abs(sizes[0].log10 - (-1170 + Magnitude(4 * folded * folded).log10)) < 1e-6)
    #expect(abs(sizes[1].log10 - (-1170 + Magnitude(4 * folded).log10)) < 1e-6)
  }

  @Test(
    arguments: [
      ("tanh(W(h))", 5.0 / 3, Loss.allCases), ("relu(W(h))", 1.4142, Loss.allCases),
      ("sin(W(h))", 1.5, Loss.allCases), ("h + 0.5*gelu(W(h))", 1.2, Loss.allCases),
      ("h + W(gelu(W(layernorm(h), out=2*d)))", 0.6, Loss.allCases),
      ("h + W(tanh(h), gain=0.5)", 1, Loss.allCases),
      ("h + W(relu(W(rmsnorm(h), init=orthogonal)), init=orthogonal)", 1, Loss.allCases),
      ("tanh(W1(h, bias=0.3) + W2(h))", 1, Loss.allCases),
      ("layernorm(h + W(relu(W(h, out=2*d))))", 1, [.random]),
      ("n = rmsnorm(h); h + W2(silu(W1(n, out=2*d))*W3(n, out=2*d))", 1, Loss.allCases),
      ("h + rmsnorm(W(silu(W1(h))*W3(h)))", 1, Loss.allCases),
      ("W1(h)*sigmoid(W2(h))", 2, Loss.allCases), ("selu(W(h))", 1, Loss.allCases),
    ] as [(String, Double, [Loss])])
  func `a measurement finds the same`(layer: String, gain: Double, losses: [Loss]) throws {
    for loss in losses {
      var ratios: [Int: Double] = [:]
      let layers = [1, 3, 6]
      let seeds = 6
      for seed in 0..<seeds {
        var run = try Experiment(
          layer: Layer(parsing: layer), gain: gain,
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

  @Test func `stacks of more than five thousand layers have none, and say so`() throws {
    let deep = try stack("W1(h)*sigmoid(W2(h))", gain: 1, depth: 5001)
    #expect(deep.weightGradientLimit == "for more than 5000 layers")
    #expect(deep.predictFlow(layers: [1], batch: 9)[1].predicted.weightGradMeanAbs == nil)
    #expect(try stack("tanh(W(h, bias=1))", gain: 1, depth: 3).weightGradientLimit == nil)
  }
}

@Suite struct RowOverlapTests {
  /// The products of unrelated rows of n units have the variance 1/n; of a linear layer's output, the sum of both.
  @Test func `the scatter of a linear stack grows by 1/n a layer`() throws {
    let stack = try stack("W(h)", gain: 1, width: 100, depth: 3)
    var field = MeanField(stack, followsPairs: true)
    var ascent = Ascent(field.signal, depth: stack.depth)
    for layer in 1...3 {
      field.advance()
      ascent.append(field)
      ascent.followOverlap(stack, batch: 9)
      #expect(relativeError(ascent.overlaps[layer].variance, Double(layer + 1) / 100) < 1e-6)
      #expect(abs(ascent.overlaps[layer].shift) < 1e-9)
    }
  }

  /// C² of the product of two: with h = z₁z₂, E[h_a h_b] = C², whose mean over the scatter T is T.
  @Test func `a product makes a mean of the scatter`() throws {
    let stack = try stack("W1(h)*W2(h)", gain: 1, width: 100, depth: 1)
    var field = MeanField(stack, followsPairs: true)
    var ascent = Ascent(field.signal, depth: stack.depth)
    field.advance()
    ascent.append(field)
    ascent.followOverlap(stack, batch: 9)
    #expect(relativeError(ascent.overlaps[1].shift, 0.01) < 1e-6)
    #expect(relativeError(ascent.overlaps[1].variance, 0.01) < 1e-6)
  }
}
