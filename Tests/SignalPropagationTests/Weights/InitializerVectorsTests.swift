import Foundation
import Kernels
import SignalPropagation
import Testing

/// Initialisers against reference numbers from PyTorch 2.13, to the bit, with the draws that they take.
@Suite struct InitializerVectorsTests {
  @Test(arguments: InitializerVectors.ofInitializers)
  func `the weights and the draws are PyTorch's`(record: InitializerVectors.Record) throws {
    let (initializer, gain) = try #require(record.initializer)
    var generator = Generator(seed: record.seed)
    var weights = [Float](repeating: .nan, count: record.rows * record.cols)
    initializer.fill(
      &weights, fanOut: record.rows, fanIn: record.cols, gain: gain, generator: &generator)
    record.expect(weights, drawsFrom: generator)
    if let count = initializer.drawCount(fanOut: record.rows, fanIn: record.cols) {
      #expect(count == record.draws32)
    }
  }

  /// LAPACK and the product here round in different orders.
  @Test(arguments: InitializerVectors.all.filter { $0.scheme == "orthogonal_" })
  func `orthogonal weights are PyTorch's to rounding`(record: InitializerVectors.Record) throws {
    let gain = try #require(record.params.gain)
    var generator = Generator(seed: record.seed)
    var weights = [Float](repeating: .nan, count: record.rows * record.cols)
    Initializer.orthogonal.fill(
      &weights, fanOut: record.rows, fanIn: record.cols, gain: gain, generator: &generator)
    let tolerance = Float(1e-6 * gain)
    for (weight, truth) in zip(weights.prefix(8) + weights.suffix(8), record.first8 + record.last8)
    {
      #expect(abs(weight - truth) <= tolerance)
    }
    record.expectDraws(generator)
  }

  @Test(arguments: InitializerVectors.bare)
  func `normal and uniform numbers of any mean`(record: InitializerVectors.Record) throws {
    var generator = Generator(seed: record.seed)
    var values = [Float](repeating: .nan, count: record.rows * record.cols)
    if let mean = record.params.mean, let std = record.params.std {
      generator.fillNormal(&values, mean: mean, std: std)
    } else {
      generator.fillUniform(
        &values, from: try #require(record.params.a), to: try #require(record.params.b))
    }
    record.expect(values, drawsFrom: generator)
  }

  @Test func `no record is left out but those of schemes that the program has not`() {
    let all = InitializerVectors.all
    let tested = InitializerVectors.ofInitializers + InitializerVectors.bare
    let others = Set(all.map(\.scheme)).subtracting(tested.map(\.scheme))
    #expect(all.count == 159)
    #expect(others == ["eye_", "orthogonal_"])
    #expect(all.count { $0.scheme == "orthogonal_" } > 3)
  }
}

/// `init_vectors.json`, under its own names.
enum InitializerVectors {
  static let all: [Record] = loadRecords("init_vectors")

  /// Those of the program's initialisers.
  static let ofInitializers = all.filter { $0.initializer != nil }

  /// Those of `normal_` and `uniform_`, with any mean.
  static let bare = all.filter(\.isBare)

  struct Record: Decodable, Sendable, CustomTestStringConvertible {
    var scheme: String
    var params: Parameters
    var rows: Int
    var cols: Int
    var seed: UInt64
    var draws32: Int
    var next_draw_mod_2_20: UInt32
    var first8: [Float]
    var last8: [Float]
    var mean: Double
    var std: Double
    var min: Float
    var max: Float

    struct Parameters: Decodable, Sendable {
      var gain: Double?
      var mode: String?
      var nonlinearity: String?
      var mean: Double?
      var std: Double?
      var a: Double?
      var b: Double?
      var sparsity: Double?
    }

    var testDescription: String { "\(scheme) \(params) \(rows)×\(cols)" }

    var isBare: Bool { scheme == "normal_" || scheme == "uniform_" }

    func expect(_ weights: [Float], drawsFrom generator: Generator) {
      #expect(weights.prefix(8) == first8[...])
      #expect(weights.suffix(8) == last8[...])
      #expect(weights.min() == min)
      #expect(weights.max() == max)
      let count = Double(weights.count)
      let mean = weights.reduce(0) { $0 + Double($1) } / count
      let squares = weights.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      #expect(abs(mean - self.mean) <= 1e-14 + 1e-12 * self.std)
      #expect(abs((squares / (count - 1)).squareRoot() / self.std - 1) < 1e-12)
      expectDraws(generator)
    }

    func expectDraws(_ generator: Generator) {
      var (next, reference) = (generator, Generator(seed: seed))
      reference.discard(draws32)
      let draw = next.next()
      #expect(draw == reference.next())
      #expect(draw % (1 << 20) == next_draw_mod_2_20)
    }

    /// The initialiser and the gain that make the call of the record; `nil` where the program has none.
    var initializer: (Initializer, gain: Double)? {
      let mode: Initializer.FanMode = params.mode == "fan_out" ? .fanOut : .fanIn
      switch scheme {
      case "xavier_normal_": return (.xavierNormal, params.gain!)
      case "xavier_uniform_": return (.xavierUniform, params.gain!)
      case "kaiming_normal_": return (.kaimingNormal(mode), kaimingGain)
      case "kaiming_uniform_": return (.kaimingUniform(mode), kaimingGain)
      case "trunc_normal_":
        return (.truncNormal(std: params.std!, a: params.a!, b: params.b!), 1)
      case "sparse_": return (.sparse(sparsity: params.sparsity!, std: params.std!), 1)
      case "nn.Linear default weight": return (.torchLinear, 1)
      case "normal_" where params.mean == 0: return (.normal(std: params.std!), 1)
      default: return nil
      }
    }

    /// `torch.nn.init.calculate_gain`.
    private var kaimingGain: Double {
      switch params.nonlinearity {
      case "leaky_relu": (2 / (1 + params.a! * params.a!)).squareRoot()
      case "relu": 2.0.squareRoot()
      case "tanh": 5.0 / 3
      case "selu": 3.0 / 4
      default: 1
      }
    }
  }
}
