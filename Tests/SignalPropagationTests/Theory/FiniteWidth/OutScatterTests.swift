import Foundation
import NamedActivations
import Testing

@testable import SignalPropagation

@Suite struct OutScatterTests {
  /// With one row, log K of a linear stack is a sum of logarithms of independent χ²/n, each of variance
  /// 2/n to first order, the input's own included.
  @Test func `a linear stack's single row wanders as a product of chi-squares`() throws {
    let experiment = Experiment(
      activation: .identity, gain: 1.7, shape: .square(width: 500, depth: 40), batch: 1,
      reports: .layers([1, 10, 40]))
    let spread = try #require(experiment.predictOutScatter()).map(\.deviation)
    for (layer, value) in zip([0, 1, 10, 40], spread) {
      #expect(relativeError(4 * value * value, 2 * Double(layer + 1) / 500) < 1e-7)
    }
  }

  /// E[φ⁴]/E[φ²]² − 1 = 5 per layer once all rows are alike.
  @Test func `relu's variance of log q grows by 5 over the width in each layer`() throws {
    let experiment = Experiment(
      activation: .relu, gain: 2.0.squareRoot(), shape: .square(width: 1000, depth: 1000),
      reports: .layers([900, 1000]))
    let spread = try #require(experiment.predictOutScatter()).map(\.deviation)
    let growth = 4 * (spread[2] * spread[2] - spread[1] * spread[1]) / 100
    #expect(relativeError(growth, 5.0 / 1000) < 0.01)
  }

  @Test func `the spread of a smooth stack does not depend on the unit of length`() throws {
    func spread(_ gain: Double) throws -> Double {
      try #require(
        Experiment(activation: .leakyReLU, gain: gain, shape: .square(width: 100, depth: 60))
          .predictOutScatter()?.last?.deviation)
    }
    #expect(relativeError(try spread(0.001), try spread(1)) < 1e-6)
  }

  /// Over 24 activation and gain pairs, 3 seeds, 4 layers: in units of its prediction, the deviation
  /// of a run from the infinite-width line must be about 1, no more and no less.
  @Test func `PyTorch's runs of width 200 scatter as much as predicted`() throws {
    let groups = Dictionary(grouping: ForumRun.all.filter { $0.width == 200 }) {
      "\($0.act) at \($0.gain)"
    }
    #expect(groups.count == 24)
    var squares: [Double] = []
    for seeds in groups.values {
      let experiment = seeds[0].experiment
      let predictions = experiment.predict(followingPairs: false)
      let scatter = try #require(experiment.predictOutScatter())
      for seed in seeds {
        for (i, checkpoint) in seed.checkpoints.enumerated() {
          let deviation = log(checkpoint.out_f64) - predictions[i + 1].predicted.outStd!.log
          squares.append(pow((deviation - scatter[i + 1].shift) / scatter[i + 1].deviation, 2))
        }
      }
    }
    let rootMeanSquare = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    #expect((0.85...1.15).contains(rootMeanSquare), "\(rootMeanSquare)")
    #expect(squares.max()! < 16)
  }

  /// Worked out by another program; simulation agrees within its error of some hundredths of the deviation.
  @Test(arguments: [
    Shift(.tanh, 1.6667, width: 50, [1: -0.00351, 2: -0.00242, 5: -0.00242, 10: -0.00266]),
    Shift(.tanh, 3, width: 50, [1: -0.00219, 2: -0.00072, 5: -0.0004, 10: -0.0004]),
    Shift(.square, 0.5774, width: 400, [1: 0.00373, 2: 0.03919, 3: 0.21237]),
    Shift(.square, 0.5774, width: 100, [1: 0.01493, 2: 0.15677, 3: 0.84949]),
    Shift(.relu, 1.4142, width: 100, [1: 0.00115, 3: -0.0015, 10: -0.05235, 30: -0.27316]),
    Shift(.sigmoid, 1, width: 100, [1: -0.00187, 3: -0.00945, 10: -0.00957, 30: -0.00957]),
    Shift(.selu, 1, width: 100, [1: -0.00089, 3: -0.00288, 10: -0.00679, 30: -0.00784]),
    Shift(.sigmoid, 10.15, width: 100, [1: -0.00065, 3: -0.00386, 10: -0.00548, 30: -0.00586]),
    Shift(.abs, 1, width: 100, [1: 0.00436, 3: 0.00301, 10: -0.02216, 30: -0.11592]),
  ])
  func `the mean of log out is off by what the map's curvature does`(reference: Shift) throws {
    for (layer, shift) in reference.shifts {
      let experiment = Experiment(
        activation: reference.activation, gain: reference.gain,
        shape: .square(width: reference.width, depth: layer), batch: reference.batch,
        reports: .layers([layer]))
      let predicted = try #require(experiment.predictOutScatter()?.last)
      #expect(abs(predicted.shift - shift) < max(6e-6, 1e-3 * abs(shift)))
    }
  }

  /// Of h = z² in the first layer: E[z⁴] = 3q² (1 + 2/n + κ/n), Var[h] = 2q².
  @Test func `weights with short tails lift the mean of log out less`() throws {
    func shift(_ initializer: Initializer) throws -> Double {
      let experiment = Experiment(
        activation: .square, gain: 1, initializer: initializer,
        shape: .square(width: 300, depth: 1))
      return try #require(experiment.predictOutScatter()?.last).shift
    }
    let difference = try shift(.xavierUniform) - shift(.xavierNormal)
    #expect(relativeError(difference, 0.75 * -1.2 / 300) < 1e-6)
  }

  @Test func `a normal distribution cut at 2 has a kurtosis of 2.37`() {
    let cut = WeightDistribution.truncatedNormal(std: 0.3, from: -0.6, to: 0.6)
    let (density, share) = (exp(-2) / sqrt(2 * Double.pi), erf(sqrt(2)))
    let (square, fourth) = (1 - 4 * density / share, 3 - 28 * density / share)
    #expect(relativeError(cut.excessKurtosis + 3, fourth / (square * square)) < 1e-9)
    #expect(relativeError(cut.excessKurtosis + 3, 2.3655) < 1e-4)
  }

  /// Where all first-order noise averages away, in the large batch of an odd function, what is left is told
  /// apart by the weights' tails: .0041 and −.0035 against .0026 and −.0014.
  @Test(arguments: [Initializer.xavierNormal, .xavierUniform])
  func `measured outs scatter around their own mean`(initializer: Initializer) throws {
    var experiment = Experiment(
      activation: .tanh, gain: 5.0 / 3, initializer: initializer,
      shape: .square(width: 50, depth: 1), batch: 5000, gradients: false)
    let scatter = try #require(experiment.predictOutScatter()?.last)
    let predicted = experiment.predict(followingPairs: false)[1].predicted.outStd!
    let logs = try (0..<100).map { seed in
      experiment.seed = UInt64(seed)
      return (try experiment.measure(threads: 2)[1].measured.outStd! / predicted).log
    }
    let mean = logs.reduce(0, +) / 100
    let deviation = sqrt(logs.reduce(0) { $0 + pow($1 - mean, 2) } / 99)
    #expect(abs(mean - scatter.shift) < 4 * scatter.deviation / sqrt(100))
    #expect(relativeError(deviation, scatter.deviation) < 0.2)
  }

  struct Shift {
    var activation: Activation
    var gain: Double
    var width: Int
    var batch: Int
    /// By layer.
    var shifts: [Int: Double]

    init(
      _ activation: Activation, _ gain: Double, width: Int, batch: Int = 1_000,
      _ shifts: [Int: Double]
    ) {
      (self.activation, self.gain, self.width) = (activation, gain, width)
      (self.batch, self.shifts) = (batch, shifts)
    }
  }
}
