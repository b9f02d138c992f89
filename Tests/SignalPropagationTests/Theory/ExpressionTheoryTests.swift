import Foundation
import Testing

@testable import SignalPropagation

/// Predictions by an independent program, for layers of many kinds: the same algebra on 6000 equidistant
/// points, good to about 1e-5.
struct LayerTheoryReference: Decodable, CustomTestStringConvertible {
  struct Row: Decodable {
    var layer: Int
    var out_std: Double
    var similarity: Double
    var grad_sum: Double
    var grad_random: Double
  }
  var layer: String
  var gain: Double
  var width: Int
  var depth: Int
  var rows: [Row]

  var testDescription: String { layer }

  static let all: [LayerTheoryReference] = load("layer_theory")
}

/// The stack of a layer, square unless widths are given.
func stack(
  _ layer: String, gain: Double = 1, width: Int = 1000, depth: Int, inputStd: Double = 1,
  inputSimilarity: Double = 0, loss: Loss = .sum,
  initializer: Initializer = .xavierNormal
) throws -> LayerStack {
  try LayerStack(
    Layer(parsing: layer), gain: gain, shape: .square(width: width, depth: depth),
    initializer: initializer, inputStd: inputStd, inputSimilarity: inputSimilarity, loss: loss)
}

@Suite struct ExpressionTheoryTests {
  @Test(arguments: LayerTheoryReference.all)
  func `layers of all kinds come out as in the independent program`(
    reference: LayerTheoryReference
  ) throws {
    for loss in Loss.allCases {
      let stack = try stack(
        reference.layer, gain: reference.gain, width: reference.width, depth: reference.depth,
        loss: loss)
      try stack.checkTheory()
      let records = stack.predict(layers: reference.rows.map(\.layer))
      for (record, row) in zip(records.dropFirst(), reference.rows) {
        let place = "\(loss) at \(row.layer)"
        let out = try #require(record.predicted.outStd).doubleValue
        #expect(relativeError(out, row.out_std) < 3e-5, "\(place): out \(out), \(row.out_std)")
        let similarity = try #require(record.predicted.similarity)
        // Its series ends after 80 terms, which is felt where φ has a kink.
        #expect(
          abs(similarity - row.similarity) < 5e-4, "\(place): \(similarity), \(row.similarity)")
        let expected = loss == .sum ? row.grad_sum : row.grad_random
        let gradient = try #require(record.predicted.gradMeanAbs).doubleValue
        #expect(
          abs(gradient - expected) < 2e-4 * expected + 1e-7, "\(place): \(gradient), \(expected)")
      }
    }
  }

  /// The algebra on a layer that the closed forms cover as well, hidden from them by a branch of size 0.
  @Test(arguments: [
    "tanh", "relu", "gelu", "selu", "softsign", "sigmoid", "hardtanh", "sin", "abs",
  ])
  func `the algebra agrees with the closed forms`(name: String) throws {
    for (plain, general) in [
      ("\(name)(W(h))", "\(name)(W(h)) + 0*tanh(W2(h))"),
      ("h + 0.4*\(name)(W(h))", "1*h + 0.4*\(name)(W(h)) + 0*tanh(W2(h))"),
    ] {
      for initializer in [Initializer.xavierNormal, .orthogonal] {
        for loss in Loss.allCases {
          let layers = [1, 2, 9, 30]
          let (a, b) = (
            try stack(
              plain, gain: 1.2, depth: 30, inputStd: 1.3, loss: loss, initializer: initializer),
            try stack(
              general, gain: 1.2, depth: 30, inputStd: 1.3, loss: loss, initializer: initializer)
          )
          for (expected, record) in zip(a.predict(layers: layers), b.predict(layers: layers))
            .dropFirst()
          {
            let place = "\(general), \(loss), \(initializer) at \(record.layer)"
            #expect(
              relativeError(
                record.predicted.outStd!.doubleValue, expected.predicted.outStd!.doubleValue)
                < 1e-11,
              "out of \(place)")
            #expect(
              relativeError(
                record.predicted.gradMeanAbs!.doubleValue,
                expected.predicted.gradMeanAbs!.doubleValue) < 1e-9, "grad of \(place)")
            #expect(
              abs(record.predicted.similarity! - expected.predicted.similarity!) < 1e-6,
              "similarity of \(place)")
          }
        }
      }
    }
  }

  @Test(arguments: [
    ("tanh(W(h) + x0)", "x0 in a layer makes the layers depend on each other", 1),
    ("tanh(W1(h)) + W1(tanh(h))", "W1 is applied to two values", 1),
    (
      "relu(h + W(h))",
      "relu is applied to h + W(h), which is not a function of one pre-activation", 1
    ),
    (
      "tanh(W1(h)*W2(h))",
      "tanh is applied to W1(h)*W2(h), which is not a function of one pre-activation", 1
    ),
    (
      "relu(W(tanh(h))*h)",
      "relu is applied to W(tanh(h))*h, which is not a function of one pre-activation", 1
    ),
    (
      "h/(W(h)*h + 2)", "W(h)*h + 2 is divided by, which is not a function of one pre-activation", 1
    ),
    (
      "relu(W(h)) + relu(h)", "relu is applied to h, which is not a function of one pre-activation",
      2
    ),
  ])
  func `what the theory does not cover is named`(layer: String, summary: String, number: Int) throws
  {
    let stack = try stack(layer, depth: 4)
    let error = try #require(throws: TheoryLimit.self) { try stack.checkTheory() }
    #expect(error.layer == number)
    #expect(error.summary.hasSuffix(summary) || error.summary == summary, "\(error.summary)")
  }

  @Test func `weights with a mean are not covered`() throws {
    let stack = try stack(
      "tanh(W(h))", depth: 4, initializer: .truncNormal(std: 1, a: -1, b: 2))
    #expect(throws: TheoryLimit(reason: .meanNotZero("W"), layer: 1)) { try stack.checkTheory() }
  }

  @Test func `a sum of Gaussians that occurs nowhere else is a Gaussian`() throws {
    // Two matrices of half the variance are one matrix.
    let (one, two) = (
      try stack("gelu(W(h))", gain: 1.4, depth: 12),
      try stack("gelu(W1(h, gain=g/sqrt(2)) + W2(h, gain=g/sqrt(2)))", gain: 1.4, depth: 12)
    )
    for (a, b) in zip(one.predict(layers: [1, 5, 12]), two.predict(layers: [1, 5, 12])).dropFirst()
    {
      #expect(
        relativeError(b.predicted.outStd!.doubleValue, a.predicted.outStd!.doubleValue) < 1e-12)
      #expect(
        relativeError(b.predicted.gradMeanAbs!.doubleValue, a.predicted.gradMeanAbs!.doubleValue)
          < 1e-10)
      #expect(abs(b.predicted.similarity! - a.predicted.similarity!) < 1e-8)
    }
  }

  @Test func `a thousand layers may vanish beyond the range of Double`() throws {
    let layer = "tanh(0.3*W(h)) + 0*W2(h)"
    let record = try stack(layer, depth: 2000).predict(layers: [1000, 2000])
    #expect(abs(record[2].predicted.outStd!.log - 2 * record[1].predicted.outStd!.log) < 0.1)
    #expect(record[2].predicted.outStd!.log < -2000)
    #expect(abs(record[2].predicted.gradMeanAbs!.log - 2000 * log(0.3)) < 0.5)
  }

  @Test func `kinks of a formula are found`() throws {
    let formula = try stack("leaky_relu(1.7*x + 0.3)", depth: 1).predict(layers: [1])[1]
    // E over z ~ N(0.3, 1.7²) of leaky_relu.
    let (m, s) = (0.3, 1.7)
    let density = exp(-m * m / (2 * s * s)) / (2 * .pi).squareRoot()
    let positive = 0.5 * erfc(-m / s / 2.0.squareRoot())
    let mean = m * positive + s * density
    let square = (m * m + s * s) * positive + m * s * density
    let (left, leftSquare) = (m - mean, m * m + s * s - square)
    let all = (mean + 0.01 * left, square + 1e-4 * leftSquare)
    #expect(
      relativeError(formula.predicted.outStd!.doubleValue, (all.1 - all.0 * all.0).squareRoot())
        < 1e-12)
  }
}
