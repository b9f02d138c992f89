/// The Box–Muller transform of PyTorch's vectorised normal numbers, to the bit.
///
/// PyTorch evaluates logarithm, sine and cosine by the single-precision polynomials of Cephes with fused
/// multiply-adds (`avx_mathfun.h`). Another polynomial, even a better one, would give other numbers.
enum NormalTransform {
  private typealias Vector = SIMD16<Float>

  /// Numbers that are transformed together: eight radii, then eight angles.
  static let block = 16

  /// Replaces unit uniform numbers by normal ones, `blocks` times 16 of them, in place.
  ///
  /// In each block, numbers j and j+8 (j < 8) give the radius and the angle of normal numbers j and j+8.
  static func apply(
    to values: UnsafeMutablePointer<Float>, blocks: Int, mean: Float, std: Float
  ) {
    transformPairs(values, count: blocks / 2, mean: mean, std: std)
    guard blocks % 2 == 1 else { return }
    let last = values + block * (blocks - 1)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * block) { pair in
      let pair = pair.baseAddress!
      pair.initialize(from: last, count: block)
      (pair + block).initialize(repeating: 0, count: block)
      transformPairs(pair, count: 1, mean: mean, std: std)
      last.update(from: pair, count: block)
    }
  }

  /// Transforms two neighbouring blocks at a time.
  ///
  /// Swapping the angles of the first with the radii of the second makes whole vectors of radii and of
  /// angles, and puts the results in their places again. It is done in passes of its own: next to
  /// shuffles, LLVM computes in half vectors.
  private static func transformPairs(
    _ values: UnsafeMutablePointer<Float>, count: Int, mean: Float, std: Float
  ) {
    swapMiddles(values, pairs: count)
    for pair in 0..<count {
      let radial = values + 2 * block * pair
      let angular = radial + block
      let (x, y) = normals(load(radial), load(angular))
      store(Vector(repeating: mean).addingProduct(x, Vector(repeating: std)), at: radial)
      store(Vector(repeating: mean).addingProduct(y, Vector(repeating: std)), at: angular)
    }
    swapMiddles(values, pairs: count)
  }

  private static func swapMiddles(_ values: UnsafeMutablePointer<Float>, pairs: Int) {
    let half = block / 2
    for pair in 0..<pairs {
      let angles = UnsafeMutableRawPointer(values + 2 * block * pair + half)
      let radii = UnsafeMutableRawPointer(values + 2 * block * pair + 2 * half)
      let kept = angles.loadUnaligned(as: SIMD8<Float>.self)
      angles.storeBytes(of: radii.loadUnaligned(as: SIMD8<Float>.self), as: SIMD8<Float>.self)
      radii.storeBytes(of: kept, as: SIMD8<Float>.self)
    }
  }

  @inline(__always)
  private static func load(_ values: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(values).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  private static func store(_ vector: Vector, at values: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(values).storeBytes(of: vector, as: Vector.self)
  }

  /// Standard normal numbers from uniform ones.
  @inline(__always)
  private static func normals(_ radial: Vector, _ angular: Vector) -> (Vector, Vector) {
    let radius = (-2 * logarithm(1 - radial)).squareRoot()
    let (sine, cosine) = sineAndCosine(Float(bitPattern: 0x40C9_0FDB) * angular)
    return (radius * cosine, radius * sine)
  }

  /// log x for normal x > 0: x = m·2ᴱ with sqrt(1/2) ≤ m < sqrt(2), a polynomial in t = m − 1, and
  /// E·log 2 in two parts.
  @inline(__always)
  private static func logarithm(_ x: Vector) -> Vector {
    let bits = x.bits
    let m = Vector(bits: bits & 0x007F_FFFF | 0x3F00_0000)
    // The top bit of the difference says whether m is below sqrt(1/2).
    let isLow = (m.bits &- 0x3F35_04F3) &>> 31
    // A small integer in the low bits of 2²³ is that integer added to it.
    let e = Vector(bits: (bits &>> 23 | 0x4B00_0000) &- isLow) - (0x1p23 + 126)
    let t = m - 1 + Vector(bits: m.bits & (0 &- isLow))
    let w = t * t
    var p = Vector(repeating: 7.037_683_629_2e-2)
    p = p.times(t, plus: -1.151_461_031_0e-1)
    p = p.times(t, plus: 1.167_699_874_0e-1)
    p = p.times(t, plus: -1.242_014_084_6e-1)
    p = p.times(t, plus: 1.424_932_278_7e-1)
    p = p.times(t, plus: -1.666_805_766_5e-1)
    p = p.times(t, plus: 2.000_071_476_5e-1)
    p = p.times(t, plus: -2.499_999_399_3e-1)
    p = p.times(t, plus: 3.333_333_117_4e-1)
    var y = (e * -2.121_944_40e-4).addingProduct(p * t, w)
    y = y.addingProduct(w, Vector(repeating: -0.5))
    return (t + y).addingProduct(e, Vector(repeating: 0.693_359_375))
  }

  /// sin θ and cos θ for θ in 0 ... 2π.
  ///
  /// With j the even integer nearest to θ·4/π (a tie goes up) and x = θ − j·π/4, π/4 in three parts, the
  /// polynomials give sin x and cos x; j says which is which, and their signs.
  @inline(__always)
  private static func sineAndCosine(_ theta: Vector) -> (sine: Vector, cosine: Vector) {
    let (j, y) = evenOctant(theta * 1.273_239_544_735_16)
    var x = y.times(-0.785_156_25, plus: theta)
    x = y.times(-2.418_756_484_985_351_562_5e-4, plus: x)
    x = y.times(-3.774_894_977_445_941_08e-8, plus: x)
    let w = x * x
    let c = cosinePolynomial(w)
    let s = sinePolynomial(x, w)
    let swap = (s.bits ^ c.bits) & (0 &- (j &>> 1 & 1))
    let sineSign = j &<< 29 & 0x8000_0000
    let cosineSign = (j &+ 2) &<< 29 & 0x8000_0000
    return (
      Vector(bits: s.bits ^ swap ^ sineSign), Vector(bits: c.bits ^ swap ^ cosineSign)
    )
  }

  /// (⌊v⌋ + 1) rounded down to an even number, as an integer and as a float, for v in 0 ... 8.
  ///
  /// Adding 2²³ rounds to an integer, which stands in the low bits of the sum; a step back where that
  /// was upwards makes it ⌊v⌋.
  @inline(__always)
  private static func evenOctant(_ v: Vector) -> (integer: SIMD16<UInt32>, float: Vector) {
    let rounded = v + 0x1p23
    let wasUp = (v - (rounded - 0x1p23)).bits &>> 31
    let j = (rounded.bits &- wasUp &+ 1) & ~1
    return (j, Vector(bits: j) - 0x1p23)
  }

  /// cos x for |x| ≤ π/4, w = x².
  @inline(__always)
  private static func cosinePolynomial(_ w: Vector) -> Vector {
    var c = Vector(repeating: 2.443_315_711_809_948e-5)
    c = c.times(w, plus: -1.388_731_625_493_765e-3)
    c = c.times(w, plus: 4.166_664_568_298_827e-2)
    c = (-0.5 * w).addingProduct(c * w, w)
    return c + 1
  }

  /// sin x for |x| ≤ π/4, w = x².
  @inline(__always)
  private static func sinePolynomial(_ x: Vector, _ w: Vector) -> Vector {
    var s = Vector(repeating: -1.951_529_589_1e-4)
    s = s.times(w, plus: 8.332_160_873_6e-3)
    s = s.times(w, plus: -1.666_665_461_1e-1)
    return x.addingProduct(s * w, x)
  }
}

extension SIMD16<Float> {
  /// self·factor + constant, fused.
  @inline(__always)
  fileprivate func times(_ factor: Self, plus constant: Float) -> Self {
    Self(repeating: constant).addingProduct(self, factor)
  }

  /// self·factor + summand, fused.
  @inline(__always)
  fileprivate func times(_ factor: Float, plus summand: Self) -> Self {
    summand.addingProduct(self, Self(repeating: factor))
  }

  fileprivate var bits: SIMD16<UInt32> {
    @inline(__always) get { unsafeBitCast(self, to: SIMD16<UInt32>.self) }
  }

  @inline(__always)
  fileprivate init(bits: SIMD16<UInt32>) {
    self = unsafeBitCast(bits, to: Self.self)
  }
}
