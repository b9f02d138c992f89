import Foundation
import Kernels
import SignalPropagation
import Testing

/// Weights over many seeds against the distribution that they are to have.
@Suite struct InitializerDistributionTests {
  @Test(arguments: [
    "xavier_normal", "xavier_uniform", "kaiming_normal:mode=fan_out", "kaiming_uniform",
    "lecun_normal", "lecun_uniform", "normal:std=0.05", "uniform:bound=0.05", "torch_linear",
    "trunc_normal", "trunc_normal:a=-1,b=3", "trunc_normal:std=2,a=0.2,b=0.5",
    "trunc_normal:a=2,b=4", "variance_scaling:scale=2,mode=fan_avg",
    "variance_scaling:mode=fan_out,distribution=untruncated_normal",
    "variance_scaling:distribution=uniform",
  ])
  func `Kolmogorov and Smirnov see no difference`(text: String) throws {
    let initializer = try Initializer(parsing: text)
    let sample = try Self.sample(initializer).sorted()
    let expected = initializer.distribution(fanIn: 40, fanOut: 60, gain: 1.25)
    let count = Double(sample.count)
    let distance = sample.enumerated().reduce(0.0) { largest, entry in
      let probability = expected.cumulative(Double(entry.element))
      let above = Double(entry.offset + 1) / count - probability
      return max(largest, above, 1 / count - above)
    }
    // The 99.9 % point of Kolmogorov's distribution.
    #expect(distance * count.squareRoot() < 1.95)
  }

  /// Within five standard errors, by the sample's own fourth moment.
  @Test(arguments: [
    "xavier_normal", "kaiming_uniform:mode=fan_out", "trunc_normal:a=-1,b=3", "torch_linear",
    "sparse:sparsity=0.3,std=1", "sparse:sparsity=0.91", "variance_scaling:scale=2",
  ])
  func `mean and variance are the computed ones`(text: String) throws {
    let initializer = try Initializer(parsing: text)
    let sample = try Self.sample(initializer).map(Double.init)
    let expected = initializer.distribution(fanIn: 40, fanOut: 60, gain: 1.25)
    let count = Double(sample.count)
    let squares = sample.map { ($0 - expected.mean) * ($0 - expected.mean) }
    let variance = squares.reduce(0, +) / count
    let spread = squares.reduce(0) { $0 + ($1 - variance) * ($1 - variance) } / count
    let mean = sample.reduce(0, +) / count
    #expect(abs(mean - expected.mean) < 5 * (expected.variance / count).squareRoot())
    #expect(abs(variance - expected.variance) < 5 * (spread / count).squareRoot())
  }

  /// The weights of 12 seeds, all in the range that the distribution states.
  private static func sample(_ initializer: Initializer) throws -> [Float] {
    var sample: [Float] = []
    for seed in 0..<12 as Range<UInt64> {
      var generator = Generator(seed: seed)
      var weights = [Float](repeating: .nan, count: 40 * 60)
      initializer.fill(&weights, fanOut: 60, fanIn: 40, gain: 1.25, generator: &generator)
      sample += weights
    }
    if let range = initializer.distribution(fanIn: 40, fanOut: 60, gain: 1.25).range {
      let (lowest, highest) = (Float(range.lowerBound), Float(range.upperBound))
      #expect(sample.allSatisfy { lowest <= $0 && $0 <= highest })
    }
    return sample
  }
}

extension WeightDistribution {
  fileprivate func cumulative(_ x: Double) -> Double {
    func phi(_ x: Double) -> Double { (1 + erf(x / 2.0.squareRoot())) / 2 }
    switch self {
    case .normal(let std): return phi(x / std)
    case .uniform(let bound): return (x / bound + 1) / 2
    case .truncatedNormal(let std, let from, let to):
      return (phi(x / std) - phi(from / std)) / (phi(to / std) - phi(from / std))
    case .sparseNormal, .orthogonal: return .nan
    }
  }
}
