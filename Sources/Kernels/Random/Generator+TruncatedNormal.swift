import Platform

extension Generator {
  /// Fills `values` with normal numbers of mean 0 that lie in `from ... to`, by rejection:
  /// `torch.nn.init.trunc_normal_(std=std, a=from, b=to)` of PyTorch 2.12 and later.
  ///
  /// Every pass draws a whole array, and takes from it only what is still to be replaced, so the number of
  /// draws depends on the numbers. Where the window holds less than 30 % of the normal distribution,
  /// uniform candidates are thinned by the density. Where the deviation is no normal `Float` (zero,
  /// subnormal, infinite), or uniform candidates would leave the range of `Float`, nothing is truncated;
  /// PyTorch divides by zero there, or never ends.
  package mutating func fillTruncatedNormal(
    _ values: inout [Float], std: Double, from: Double, to: Double
  ) {
    let canTruncate = Float(std).isNormal
    let canThin = Float(from).isFinite && Float(to).isFinite && Float(to - from).isFinite
    if canTruncate, Self.probability(from: from / std, to: to / std) > 0.3 {
      rejectNormals(&values, std: std, from: Float(from), to: Float(to))
    } else if canTruncate, canThin {
      thinUniforms(&values, std: std, from: from, to: to)
    } else {
      fillNormal(&values, mean: 0, std: std)
    }
  }

  /// Φ(to) − Φ(from) of the standard normal distribution, as PyTorch computes it.
  private static func probability(from: Double, to: Double) -> Double {
    (1 + erf(to / 2.0.squareRoot())) / 2 - (1 + erf(from / 2.0.squareRoot())) / 2
  }

  private mutating func rejectNormals(
    _ values: inout [Float], std: Double, from: Float, to: Float
  ) {
    fillNormal(&values, mean: 0, std: std)
    var candidates: [Float] = []
    while values.contains(where: { $0 < from || $0 > to }) {
      if candidates.isEmpty { candidates = Array(repeating: 0, count: values.count) }
      fillNormal(&candidates, mean: 0, std: std)
      for i in values.indices where values[i] < from || values[i] > to {
        values[i] = candidates[i]
      }
    }
  }

  /// A candidate x stays when the logarithm of a uniform number is at most that of its density relative
  /// to the largest in the window.
  private mutating func thinUniforms(
    _ values: inout [Float], std: Double, from: Double, to: Double
  ) {
    let mode = max(from, min(0, to))
    let peak = Float(-0.5 * (mode / std) * (mode / std))
    let std = Float(std)
    var candidates = values
    var levels = values
    var pending = [Bool](repeating: true, count: values.count)
    while pending.contains(true) {
      fillUniform(&candidates, from: from, to: to)
      fillUniform(&levels, from: 0, to: 1)
      for i in values.indices where pending[i] {
        values[i] = candidates[i]
        let deviation = candidates[i] / std
        pending[i] = logf(levels[i]) > deviation * deviation * -0.5 - peak
      }
    }
  }
}

extension Generator {
  /// A random permutation of `0 ..< count`, of less than 2²⁸ numbers, from `count` − 1 draws:
  /// `torch.randperm(count)`.
  package mutating func permutation(_ count: Int) -> [Int] {
    precondition(count < 1 << 28, "a permutation of \(count) numbers takes 64-bit draws")
    var numbers = Array(0..<count)
    for i in numbers.indices.dropLast() {
      numbers.swapAt(i, i + Int(next()) % (count - i))
    }
    return numbers
  }
}
