import Foundation
import Kernels
import Testing

@testable import SignalPropagation

@Suite struct InitializerTests {
  /// fan_in 48 and fan_out 80 tell the modes apart.
  @Test(
    arguments: [
      ("xavier_normal", 2, 128), ("xavier_uniform", 2, 128),
      ("kaiming_normal", 1, 48), ("kaiming_normal:mode=fan_out", 1, 80),
      ("kaiming_uniform", 1, 48), ("kaiming_uniform:mode=fan_out", 1, 80),
      ("lecun_normal", 1, 48), ("lecun_uniform", 1, 48),
      ("torch_linear", 1, 144), ("normal:std=0.05", 1, 400), ("uniform:bound=0.3", 3, 100),
      ("sparse:sparsity=0.9,std=0.5", 0.25, 10), ("sparse:sparsity=0.51,std=1", 39, 80),
      ("variance_scaling", 1, 48), ("variance_scaling:scale=2", 2, 48),
      ("variance_scaling:mode=fan_out,distribution=uniform", 1, 80),
      ("variance_scaling:scale=3,mode=fan_avg,distribution=untruncated_normal", 3, 64),
      ("variance_scaling:scale=3,mode=fan_avg,distribution=truncated_normal", 3, 64),
      ("variance_scaling:scale=3,mode=fan_avg,distribution=uniform", 3, 64),
    ] as [(String, Double, Double)])
  func `the variance is the formula's, times the squared gain`(
    text: String, numerator: Double, denominator: Double
  ) throws {
    let variance = numerator / denominator
    let initializer = try Initializer(parsing: text)
    for gain in [0, 0.5, 1, 5.0 / 3] {
      let computed = initializer.distribution(fanIn: 48, fanOut: 80, gain: gain).variance
      #expect(abs(computed - gain * gain * variance) <= 4e-15 * gain * gain * variance)
    }
  }

  @Test func `bounds and windows are those of the formulas`() throws {
    func range(_ text: String, gain: Double) throws -> ClosedRange<Double>? {
      try Initializer(parsing: text).distribution(fanIn: 48, fanOut: 80, gain: gain).range
    }
    func expectBound(_ text: String, _ bound: Double, gain: Double = 1.5) throws {
      let range = try #require(try range(text, gain: gain))
      #expect(range.lowerBound == -range.upperBound)
      #expect(abs(range.upperBound / bound - 1) < 1e-15)
    }
    try expectBound("xavier_uniform", 1.5 * (6.0 / 128).squareRoot())
    try expectBound("kaiming_uniform", 1.5 * (3.0 / 48).squareRoot())
    try expectBound("torch_linear", 1.5 / 48.0.squareRoot())
    try expectBound("uniform:bound=0.25", 0.375)
    try expectBound("variance_scaling:distribution=uniform", 1.5 * (3.0 / 48).squareRoot())
    try expectBound("variance_scaling", 3 / 48.0.squareRoot() / 0.87962566103423978)
    #expect(try range("trunc_normal:std=2,a=-1,b=3", gain: 1.5) == -1.5...4.5)
    #expect(try range("xavier_normal", gain: 1.5) == nil)
    #expect(try range("sparse:sparsity=0.5", gain: 1.5) == nil)
  }

  /// Variance and mean in closed form, with Φ and φ.
  @Test(arguments: [(-2.0, 2.0), (-1, 3), (0.5, 1.5), (-0.7, -0.2), (-30, 0.1), (1, 40)])
  func `truncation has the moments of the closed form`(from: Double, to: Double) {
    func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
    let share = (erf(to / 2.0.squareRoot()) - erf(from / 2.0.squareRoot())) / 2
    let mean = (density(from) - density(to)) / share
    let variance = 1 + (from * density(from) - to * density(to)) / share - mean * mean
    let weights = WeightDistribution.truncatedNormal(std: 0.5, from: 0.5 * from, to: 0.5 * to)
    #expect(abs(weights.mean - 0.5 * mean) < 1e-13)
    #expect(abs(weights.variance - 0.25 * variance) < 1e-13)
    #expect(abs(weights.standardDeviation - 0.5 * variance.squareRoot()) < 1e-13)
  }

  @Test func `TensorFlow's constant is the deviation of the normal distribution cut at 2`() {
    let cut = WeightDistribution.truncatedNormal(std: 1, from: -2, to: 2)
    #expect(abs(cut.standardDeviation - 0.87962566103423978) < 1e-15)
    #expect(cut.mean == 0)
  }

  @Test func `a narrow window is uniform, and a far one exponential`() {
    let narrow = WeightDistribution.truncatedNormal(std: 1, from: 1, to: 1 + 1e-6)
    #expect(abs(narrow.variance / (1e-12 / 12) - 1) < 1e-6)
    let far = WeightDistribution.truncatedNormal(std: 1, from: 1000, to: 2000)
    #expect(abs((far.mean - 1000) * 1000 - 1) < 1e-5)
    #expect(abs(far.standardDeviation * 1000 - 1) < 1e-5)
  }

  @Test func `a truncated variance scaling is trunc_normal with the corrected deviation`() {
    let std = 1.2 * (2.0 / 30).squareRoot() / 0.87962566103423978
    var weights = drawn(.varianceScaling(scale: 2), 20, 30, gain: 1.2)
    #expect(weights == drawn(.truncNormal(std: std, a: -2 * std, b: 2 * std), 20, 30, gain: 1))
    weights = drawn(
      .varianceScaling(mode: .fanOut, distribution: .untruncatedNormal), 20, 30, gain: 1)
    #expect(weights == drawn(.kaimingNormal(.fanOut), 20, 30, gain: 1))
  }

  @Test(arguments: [1, 4, 15, 16, 17, 100])
  func `a layer takes the draws of its linear module first`(fanIn: Int) throws {
    for initializer in Self.each where initializer != .torchLinear {
      var generator = Generator(seed: 3)
      var reference = generator
      var weights = [Float](repeating: .nan, count: 7 * fanIn)
      var expected = weights
      initializer.fillLayer(&weights, fanOut: 7, fanIn: fanIn, gain: 1, generator: &generator)
      reference.discard(7 * fanIn)
      initializer.fill(&expected, fanOut: 7, fanIn: fanIn, gain: 1, generator: &reference)
      #expect(weights == expected)
      #expect(generator.next() == reference.next())
    }
  }

  @Test(arguments: [(16, 16), (50, 3), (33, 1), (47, 1), (17, 7), (96, 20), (100, 13)])
  func `a layer that is filled in parts has the weights of the whole`(fanOut: Int, fanIn: Int) {
    for initializer in Self.each {
      for hasBias in [false, true] {
        var generator = Generator(seed: 9)
        var reference = generator
        var (part, whole) = ([Float](), [Float](repeating: .nan, count: fanOut * fanIn))
        var parts: [Float] = []
        initializer.fillLayer(
          &part, fanOut: fanOut, fanIn: fanIn, gain: 1, hasBias: hasBias, rowsAtOnce: 16,
          generator: &generator, workspace: Workspace()
        ) { rows, values in
          #expect(rows.lowerBound * fanIn == parts.count && values.count == rows.count * fanIn)
          parts += values
        }
        initializer.fillLayer(
          &whole, fanOut: fanOut, fanIn: fanIn, gain: 1, hasBias: hasBias, generator: &reference)
        #expect(parts == whole, "\(initializer)")
        #expect(generator.next() == reference.next(), "\(initializer)")
      }
    }
  }

  @Test func `torch_linear draws once`() {
    var generator = Generator(seed: 3)
    var weights = [Float](repeating: .nan, count: 12)
    Initializer.torchLinear.fillLayer(&weights, fanOut: 3, fanIn: 4, gain: 1, generator: &generator)
    #expect(weights == drawn(.torchLinear, 3, 4, gain: 1))
    #expect(Initializer.torchLinear.layerDrawCount(fanOut: 3, fanIn: 4) == 12)
  }

  @Test(arguments: [(16, 16), (5, 7), (33, 20), (1, 16), (16, 1)])
  func `the draw counts of a layer are those taken`(fanOut: Int, fanIn: Int) {
    for initializer in Self.each {
      guard let count = initializer.layerDrawCount(fanOut: fanOut, fanIn: fanIn) else { continue }
      var generator = Generator(seed: 6)
      var reference = generator
      var weights = [Float](repeating: .nan, count: fanOut * fanIn)
      initializer.fillLayer(&weights, fanOut: fanOut, fanIn: fanIn, gain: 1, generator: &generator)
      reference.discard(count)
      #expect(generator.next() == reference.next(), "\(initializer)")
    }
  }

  @Test func `draw counts are unknown where they depend on the numbers or on a kept one`() {
    #expect(Initializer.truncNormal().drawCount(fanOut: 20, fanIn: 20) == nil)
    #expect(Initializer.varianceScaling().drawCount(fanOut: 20, fanIn: 20) == nil)
    #expect(Initializer.xavierNormal.drawCount(fanOut: 3, fanIn: 5) == nil)
    #expect(Initializer.xavierUniform.drawCount(fanOut: 3, fanIn: 5) == 15)
    #expect(Initializer.xavierNormal.layerDrawCount(fanOut: 4, fanIn: 5) == 20 + 20 + 16)
  }

  @Test func `every scheme takes a gain of zero, and the largest and smallest numbers`() {
    let extremes = [0, 1e-46, 1e-45, 1e-38, 1e30, 1.7e38, 3.4e38, 1e39, 1e308]
    for initializer in Self.each + [.truncNormal(std: 1, a: 2, b: 4)] {
      for gain in extremes {
        let weights = drawn(initializer, 5, 7, gain: gain)
        #expect(gain != 0 || weights.allSatisfy { $0 == 0 })
        #expect(gain != 1e30 || weights.allSatisfy(\.isFinite))
      }
    }
  }

  @Test func `sparse sets the asked share of each column to zero`() {
    let weights = drawn(.sparse(sparsity: 0.3), 11, 9, gain: 2)
    for column in 0..<9 {
      #expect((0..<11).count { weights[$0 * 9 + column] == 0 } == 4)
    }
  }

  static let each = Initializer.catalogue.map { entry in
    try! Initializer(parsing: entry.name + (InitializerParsingTests.required[entry.name] ?? ""))
  }
}

/// The weights of `initializer` alone, from seed 3.
private func drawn(
  _ initializer: Initializer, _ fanOut: Int, _ fanIn: Int, gain: Double
) -> [Float] {
  var generator = Generator(seed: 3)
  var weights = [Float](repeating: .nan, count: fanOut * fanIn)
  initializer.fill(&weights, fanOut: fanOut, fanIn: fanIn, gain: gain, generator: &generator)
  return weights
}
