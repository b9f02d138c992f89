import Foundation
import Kernels
import Testing

/// The generator against reference numbers from PyTorch 2.13, to the bit.
@Suite struct RandomVectorsTests {
  @Test(arguments: RandomVectors.all)
  func `raw draws`(record: RandomVectors.Record) {
    var generator = record.generator
    #expect((0..<10).map { _ in generator.next() } == record.raw32_first10)
    generator.discard(614)
    #expect([generator.next(), generator.next()] == record.raw32_draw_number_625_626)
  }

  @Test(arguments: RandomVectors.all)
  func `uniform numbers`(record: RandomVectors.Record) {
    #expect(record.uniforms(20, from: 0, to: 1) == record.rand_first20)
    #expect(record.uniforms(20, from: -0.03, to: 0.03) == record.uniform_pm0p03_first20)
    var generator = record.generator
    #expect((0..<4).map { _ in generator.nextUniform() } == record.rand_float64_first4)
  }

  @Test(arguments: RandomVectors.all)
  func `normal numbers in blocks, whole and ragged`(record: RandomVectors.Record) {
    var generator = record.generator
    let whole = generator.normals(1000)
    #expect(whole.prefix(40) == record.randn1000_first40[...])
    #expect(whole.suffix(20) == record.randn1000_last20[...])
    #expect(Int(generator.next() % (1 << 20)) == record.randn1000_next_mod_2_20)
    generator = record.generator
    #expect(generator.normals(1003).suffix(20) == record.randn1003_last20[...])
    #expect(Int(generator.next() % (1 << 20)) == record.randn1003_next_mod_2_20)
    generator = record.generator
    #expect(generator.normals(16) == record.randn16)
    generator = record.generator
    #expect(generator.normals(17) == record.randn17)
  }

  @Test(arguments: RandomVectors.all)
  func `normal numbers below 16 take the cached one first`(record: RandomVectors.Record) {
    var generator = record.generator
    #expect(generator.normals(7) == record.randn7)
    #expect(generator.normals(3) == record.randn7_then_randn3)
  }

  @Test(arguments: RandomVectors.all)
  func `the forum snippet's input and first two layers`(record: RandomVectors.Record) {
    record.snippet_w64.expectMatches(width: 64, generator: record.generator)
    record.snippet_w1000.expectMatches(width: 1000, generator: record.generator)
  }

  @Test(
    arguments: [5, 4_294_967_295, 0] as [UInt64],
    [1 << 32, 1 << 63, 0xFFFF_FFFF_0000_0000] as [UInt64])
  func `only the low 32 bits of a seed matter`(seed: UInt64, high: UInt64) {
    var a = Generator(seed: seed)
    var b = Generator(seed: seed | high)
    #expect(a.normals(100) == b.normals(100))
  }
}

/// `rng_vectors.json`, under its own names.
enum RandomVectors {
  static let all: [Record] = loadRecords("rng_vectors")

  struct Record: Decodable, Sendable, CustomTestStringConvertible {
    var seed: String
    var raw32_first10: [UInt32]
    var raw32_draw_number_625_626: [UInt32]
    var rand_first20: [Float]
    var rand_float64_first4: [Double]
    var uniform_pm0p03_first20: [Float]
    var randn1000_first40: [Float]
    var randn1000_last20: [Float]
    var randn1000_next_mod_2_20: Int
    var randn1003_last20: [Float]
    var randn1003_next_mod_2_20: Int
    var randn7: [Float]
    var randn7_then_randn3: [Float]
    var randn16: [Float]
    var randn17: [Float]
    var snippet_w64: Snippet
    var snippet_w1000: Snippet

    var testDescription: String { "seed \(seed)" }

    /// A negative seed S is S + 2⁶⁴.
    var generator: Generator {
      Generator(seed: UInt64(seed) ?? UInt64(bitPattern: Int64(seed)!))
    }

    func uniforms(_ count: Int, from: Double, to: Double) -> [Float] {
      var generator = generator
      var values = [Float](repeating: 0, count: count)
      generator.fillUniform(&values, from: from, to: to)
      return values
    }
  }

  /// The input and the weights of the first two layers of the snippet, whose layers draw the weights of
  /// `nn.Linear` before those of `xavier_normal_`.
  struct Snippet: Decodable, Sendable {
    var input_first8: [Float]
    var input_std_float64: Double
    var layer0_linear_default_first8: [Float]
    var layer0_xavier_normal_gain_5_3_first8: [Float]
    var layer0_xavier_normal_gain_5_3_last8: [Float]
    var layer1_linear_default_first8: [Float]
    var layer1_xavier_normal_gain_5_3_first8: [Float]
    var layer1_xavier_normal_gain_5_3_last8: [Float]
    var next_draw_mod_2_20: Int

    func expectMatches(width: Int, generator: Generator) {
      var generator = generator
      let input = generator.normals(width * width)
      #expect(input.prefix(8) == input_first8[...])
      #expect(abs(input.standardDeviation / input_std_float64 - 1) < 1e-12)
      let bound = 3.squareRoot() * (2 / (1 + 5.0)).squareRoot() / Double(width).squareRoot()
      let std = 5.0 / 3 * (2 / Double(2 * width)).squareRoot()
      let layers = [
        (
          layer0_linear_default_first8, layer0_xavier_normal_gain_5_3_first8,
          layer0_xavier_normal_gain_5_3_last8
        ),
        (
          layer1_linear_default_first8, layer1_xavier_normal_gain_5_3_first8,
          layer1_xavier_normal_gain_5_3_last8
        ),
      ]
      for (linear, first, last) in layers {
        var weights = [Float](repeating: 0, count: width * width)
        generator.fillUniform(&weights, from: -bound, to: bound)
        #expect(weights.prefix(8) == linear[...])
        generator.fillNormal(&weights, mean: 0, std: std)
        #expect(weights.prefix(8) == first[...])
        #expect(weights.suffix(8) == last[...])
      }
      #expect(Int(generator.next() % (1 << 20)) == next_draw_mod_2_20)
    }
  }
}

extension Generator {
  /// `torch.randn(count)`.
  fileprivate mutating func normals(_ count: Int) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    fillNormal(&values, mean: 0, std: 1)
    return values
  }
}

extension [Float] {
  /// Unbiased, in double precision.
  fileprivate var standardDeviation: Double {
    let mean = reduce(0) { $0 + Double($1) } / Double(count)
    let squares = reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (squares / Double(count - 1)).squareRoot()
  }
}
