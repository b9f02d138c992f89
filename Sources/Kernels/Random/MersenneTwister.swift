/// The Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), the engine of PyTorch's CPU generator.
///
/// The state is held untempered, so that advancing costs the recurrence alone. It is a value of 2.5 KB:
/// a copy is a snapshot of the stream.
struct MersenneTwister: Sendable {
  private typealias Vector = SIMD16<UInt32>

  private static let size = 624
  private static let middle = 397

  /// The 624 words of the state, and 16 more for vectors that reach over the end.
  private var words = InlineArray<640, UInt32>(repeating: 0)
  /// The next word to hand out; `size` where the state must be renewed first.
  private var position = MersenneTwister.size

  /// Seeded as `init_genrand(seed)` of the reference implementation.
  init(seed: UInt32) {
    words[0] = seed
    for j in 1..<Self.size {
      let previous = words[j - 1]
      words[j] = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(j)
    }
  }

  /// One draw.
  mutating func next() -> UInt32 {
    if position == Self.size { renew() }
    defer { position += 1 }
    return Self.temper(Vector(repeating: words[position]))[0]
  }

  /// Advances as `count` calls of `next` would.
  mutating func discard(_ count: Int) {
    var remaining = count
    while remaining > Self.size - position {
      remaining -= Self.size - position
      renew()
    }
    position += remaining
  }

  /// Writes `count` uniform numbers in `from ..< to`, each from the low 24 bits of one draw.
  ///
  /// `from + x·(to − from)` is one fused operation, and where it rounds up to `to` the number is
  /// `from`: `uniform_` of `torch.Tensor` as compiled for AVX2 and AVX-512.
  mutating func fillUniform(
    _ output: UnsafeMutablePointer<Float>, count: Int, from: Float, to: Float
  ) {
    var done = 0
    while done < count {
      if position == Self.size { renew() }
      let portion = min(count - done, Self.size - position)
      words.span.withUnsafeBufferPointer { words in
        Self.convert(
          words.baseAddress! + position, to: output + done, count: portion, from: from, to: to)
      }
      position += portion
      done += portion
    }
  }

  /// Reads whole vectors, so up to 15 words more than `count`, and writes `count` numbers.
  private static func convert(
    _ words: UnsafePointer<UInt32>, to output: UnsafeMutablePointer<Float>, count: Int,
    from: Float, to: Float
  ) {
    let width = Vector.scalarCount
    for whole in 0..<count / width {
      let values = uniform(words + width * whole, from: from, to: to)
      let target = UnsafeMutableRawPointer(output + width * whole)
      target.storeBytes(of: values, as: SIMD16<Float>.self)
    }
    let done = count / width * width
    let last = uniform(words + done, from: from, to: to)
    for lane in 0..<count % width { output[done + lane] = last[lane] }
  }

  @inline(__always)
  private static func uniform(
    _ words: UnsafePointer<UInt32>, from: Float, to: Float
  ) -> SIMD16<Float> {
    let draws = temper(load(words))
    let value = SIMD16(repeating: from).addingProduct(unit(draws), SIMD16(repeating: to - from))
    return value.replacing(with: from, where: value .== to)
  }

  /// The low 24 bits times 2⁻²⁴, exactly: the low 23 as the significand of a number in 1/2 ..< 1, and
  /// the top one as the exponent of 1/2 or 1, from which 1 is to be taken.
  @inline(__always)
  private static func unit(_ draws: Vector) -> SIMD16<Float> {
    let half = Vector(repeating: 0x3F00_0000)
    let low = unsafeBitCast(draws & 0x7F_FFFF | half, to: SIMD16<Float>.self)
    let top = unsafeBitCast(draws & 0x80_0000 | half, to: SIMD16<Float>.self)
    return low + (top - 1)
  }

  @inline(__always)
  private static func temper(_ word: Vector) -> Vector {
    var y = word
    y ^= y &>> 11
    y ^= (y &<< 7) & 0x9D2C_5680
    y ^= (y &<< 15) & 0xEFC6_0000
    return y ^ (y &>> 18)
  }
}

extension MersenneTwister {
  /// Renews all words in place, 16 at a time.
  ///
  /// Word i needs the old words i and i+1, and word i+397 modulo 624: an old one below 227, a new one
  /// from there on. A copy of the first 16 new words behind the last word lets the vectors that reach
  /// over the end read on. What is read was written 227 words ago or not yet, so vectors of 16 are safe.
  private mutating func renew() {
    var span = words.mutableSpan
    span.withUnsafeMutableBufferPointer { buffer in
      let words = buffer.baseAddress!
      Self.renew(words, 0..<16, middle: Self.middle)
      (words + Self.size).update(from: words, count: 16)
      Self.renew(words, 16..<240, middle: Self.middle)
      Self.renew(words, 240..<Self.size, middle: Self.middle - Self.size)
    }
    position = 0
  }

  @inline(__always)
  private static func renew(
    _ words: UnsafeMutablePointer<UInt32>, _ range: Range<Int>, middle: Int
  ) {
    let first = words + range.lowerBound
    renew(
      first, next: first + 1, middle: first + middle, vectors: range.count / Vector.scalarCount)
  }

  /// Renews `vectors` times 16 words from the addresses of word i, word i+1 and word i+397.
  ///
  /// Out of line, because LLVM, where it sees that two of the addresses overlap, shuffles lanes instead
  /// of loading twice. The pointers count words: a raw pointer plus a multiple of
  /// `MemoryLayout<Vector>.stride` makes Swift 6.3 forget that a load is unaligned.
  @inline(never)
  private static func renew(
    _ word: UnsafeMutablePointer<UInt32>, next: UnsafePointer<UInt32>,
    middle: UnsafePointer<UInt32>, vectors: Int
  ) {
    for vector in 0..<vectors {
      let offset = vector * Vector.scalarCount
      let high = load(word + offset) & 0x8000_0000
      let low = load(next + offset)
      // The matrix A of the recurrence: a shift, and a constant where the lowest bit is set.
      let odd = (0 &- (low & 1)) & 0x9908_B0DF
      let renewed = load(middle + offset) ^ (high | low & 0x7FFF_FFFF) &>> 1 ^ odd
      UnsafeMutableRawPointer(word + offset).storeBytes(of: renewed, as: Vector.self)
    }
  }

  @inline(__always)
  private static func load(_ words: UnsafePointer<UInt32>) -> Vector {
    UnsafeRawPointer(words).loadUnaligned(as: Vector.self)
  }
}
