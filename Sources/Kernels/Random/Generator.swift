import Platform

/// PyTorch's CPU generator: for the same seed, the numbers of `torch.manual_seed` and after, to the bit.
///
/// One serial stream of 32-bit draws of a Mersenne Twister, and a normal number kept by the serial path of
/// `fillNormal`. It is a value of 2.5 KB: a copy is a snapshot from which the same numbers come again.
package struct Generator: Sendable {
  private var twister: MersenneTwister
  /// The second of a pair of standard normal numbers, taken by the next serial normal whatever was drawn
  /// in between.
  private var cachedNormal: Double?

  /// As `torch.manual_seed(seed)`, of which only the low 32 bits matter.
  package init(seed: UInt64) {
    twister = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
  }

  /// One 32-bit draw.
  package mutating func next() -> UInt32 {
    twister.next()
  }

  /// A double in 0 ..< 1 from the low 53 bits of two draws, the first of them the high word:
  /// `torch.rand(1, dtype=torch.float64)`.
  package mutating func nextUniform() -> Double {
    let high = UInt64(next())
    let low = UInt64(next())
    return Double((high << 32 | low) & (1 << 53 - 1)) * 0x1p-53
  }

  /// Advances by `count` ≥ 0 draws, faster than drawing them; keeps the cached normal.
  package mutating func discard(_ count: Int) {
    precondition(count >= 0, "cannot go back by \(-count) draws")
    twister.discard(count)
  }
}

extension Generator {
  /// The draws that `fillUniform` takes for `count` numbers.
  package static func drawCount(uniforms count: Int) -> Int {
    count
  }

  /// The draws that `fillNormal` takes for `count` numbers; `nil` where that depends on the cached
  /// normal (below 16).
  package static func drawCount(normals count: Int) -> Int? {
    if count == 0 { return 0 }
    guard count >= NormalTransform.block else { return nil }
    return count.isMultiple(of: NormalTransform.block) ? count : count + NormalTransform.block
  }

  /// Fills `values` with uniform numbers in `from ..< to`: `torch.Tensor.uniform_(from, to)`.
  package mutating func fillUniform(_ values: inout [Float], from: Double, to: Double) {
    values.withUnsafeMutableBufferPointer { fillUniform($0, from: from, to: to) }
  }

  /// Fills `values` with normal numbers: `torch.Tensor.normal_(mean, std)`, `torch.randn`.
  ///
  /// A standard deviation of zero takes the same draws. It must not be negative.
  package mutating func fillNormal(_ values: inout [Float], mean: Double, std: Double) {
    values.withUnsafeMutableBufferPointer { fillNormal($0, mean: mean, std: std) }
  }

  mutating func fillUniform(
    _ values: UnsafeMutableBufferPointer<Float>, from: Double, to: Double
  ) {
    guard let start = values.baseAddress else { return }
    twister.fillUniform(start, count: values.count, from: Float(from), to: Float(to))
  }

  mutating func fillNormal(_ values: UnsafeMutableBufferPointer<Float>, mean: Double, std: Double) {
    precondition(!(std < 0), "the standard deviation \(std) is negative")
    if values.count < NormalTransform.block {
      for i in values.indices { values[i] = Float(nextNormal() * std + mean) }
    } else {
      fillNormalBlocks(values, mean: Float(mean), std: Float(std))
    }
  }

  /// Blocks of 16, of which a last one, where the count is ragged, is drawn anew over the last 16 numbers.
  ///
  /// PyTorch draws all uniform numbers before it transforms the first. Piece by piece gives the same
  /// numbers, and a piece stays in the L1 cache.
  private mutating func fillNormalBlocks(
    _ values: UnsafeMutableBufferPointer<Float>, mean: Float, std: Float
  ) {
    let start = values.baseAddress!
    let block = NormalTransform.block
    let blocks = values.count / block
    let piece = 128
    for first in stride(from: 0, to: blocks, by: piece) {
      drawBlocks(start + first * block, blocks: min(piece, blocks - first), mean: mean, std: std)
    }
    let ragged = values.count % block
    guard ragged > 0 else { return }
    twister.discard(ragged)
    drawBlocks(start + values.count - block, blocks: 1, mean: mean, std: std)
  }

  private mutating func drawBlocks(
    _ values: UnsafeMutablePointer<Float>, blocks: Int, mean: Float, std: Float
  ) {
    twister.fillUniform(values, count: blocks * NormalTransform.block, from: 0, to: 1)
    NormalTransform.apply(to: values, blocks: blocks, mean: mean, std: std)
  }

  /// A standard normal number of the serial path: `at::normal_distribution<double>`.
  private mutating func nextNormal() -> Double {
    if let normal = cachedNormal {
      cachedNormal = nil
      return normal
    }
    let angle = 2 * Double.pi * nextUniform()
    let radius = (-2 * log1p(-nextUniform())).squareRoot()
    cachedNormal = radius * sin(angle)
    return radius * cos(angle)
  }
}
