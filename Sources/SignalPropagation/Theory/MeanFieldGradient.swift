import Kernels
import Platform

/// How the gradient at the input depends on the gradient at a layer, at infinite width.
///
/// The gradient of the sum of all outputs starts as all ones. It then does not become pure noise: as
/// each layer's weights have made the activations that the cotangent is multiplied with, it keeps a
/// part along the layer's own activations h, and a residual stack passes on the ones themselves. So
///
///     g = k·1 + c·h + r,   r independent noise of variance ρ, (k, c, ρ) = (1, 0, 0) at the top.
///
/// One layer down, h' = R h + S φ(z) and z = W h with Var[w] = v. The cotangent at z is S u with
/// u = φ′(z)(k + c h' + r), where h' holds R h, which is independent of z, and S φ(z), which is not.
///
/// *Along h.* What W tells about the forward pass is z = W h alone. Given that, W = z hᵀ/|h|² + W⊥, with
/// W⊥ fresh and blind to h. So Wᵀu = h·(z·u)/|h|² + W⊥ᵀu, and with fan_out terms in z·u and
/// |h|² = fan_in·E[h²], q = fan_in v E[h²]:
///
///     c' = R c + fan_out v S E[z u]/q,   E[z u]/q = k E[φ″] + c (R m E[φ″] + S E[(φφ′)′])
///
/// *Noise.* W⊥ᵀu has variance v|u|² = fan_out v E[u²], and the skipped c S φ(z) adds its own:
///
///     ρ' = R (ρ + c² S² Var[φ]) + fan_out v S² E[u²]
///
/// *Constant.* k' = R (k + c S E[φ]).
///
/// Only fan_out appears on the way down, only fan_in (in q) on the way up: a rectangular stack needs no
/// other change. Orthogonal weights are the exception to "fresh": there W⊥ maps the rest of u without
/// changing its length, and what went along h is missing, so E[u²] becomes E[u²] − E[z u]²/q times the
/// part of z's space that h's reaches, min(1, fan_out/fan_in).
///
/// *Left out.* At width n, c also scatters by 1/√n. It is multiplied by fan_out v E[(φφ′)′] per layer, the
/// noise by the root of fan_out v E[φ′²]; where the former is the larger and c is 0 otherwise, the scatter
/// overtakes the vanishing noise in the end (hardshrink at its unit gain: mean |gradient| 20 % above this
/// theory at layer 9 of width 400).
///
/// (k, c) maps linearly and ρ is quadratic in it, so instead of going down from each reported layer,
/// the squares of the gradient at the input are kept as a form in (k, c, ρ) of the present layer and
/// pulled through one more layer at a time. All reports of a stack cost one pass.
struct MeanFieldGradient: Equatable {
  /// Variance of the noise and of c·h at the input: kk·k² + kc·k c + cc·c² + noise·ρ.
  private var kk: WideDouble = 0.0
  private var kc: WideDouble = 0.0
  private var cc: WideDouble
  private var noise: WideDouble = 1.0
  /// Mean of the gradient at the input: fromK·k + fromC·c.
  private var fromK: WideDouble = 1.0
  private var fromC: WideDouble = 0.0
  /// Whether all moments that a gradient of ones takes are known, and those of one along h.
  private var isKnown = true
  private var knowsAlong = true

  /// At the input itself, where h ~ N(0, `inputVariance`) makes c·h one more normal part.
  init(inputVariance: WideDouble) {
    cc = inputVariance
  }

  /// Measures h, and so 1/c, in a unit that is 2^shift times as large.
  mutating func changeUnit(by shift: Int) {
    kc = kc.scaled(byPowerOfTwo: -shift)
    cc = cc.scaled(byPowerOfTwo: -2 * shift)
    fromC = fromC.scaled(byPowerOfTwo: -shift)
  }

  /// Puts one more layer on top.
  mutating func append(_ map: CotangentMap) {
    let top = self
    // Above a layer of which too little is known for a gradient along h, there must be none.
    if !top.knowsAlong, map.ck != 0.0 { isKnown = false }
    knowsAlong = map.knowsAlong && (top.knowsAlong || map.cc == 0.0 && map.ck == 0.0)
    kk =
      top.kk * map.kk * map.kk + top.kc * map.kk * map.ck + top.cc * map.ck * map.ck
      + top.noise * map.noiseKK
    kc =
      top.kk * map.kk * 2.0 * map.kc + top.kc * (map.kk * map.cc + map.kc * map.ck)
      + top.cc * 2.0 * map.ck * map.cc + top.noise * map.noiseKC
    cc =
      top.kk * map.kc * map.kc + top.kc * map.kc * map.cc + top.cc * map.cc * map.cc
      + top.noise * map.noiseCC
    noise = top.noise * map.noise
    fromK = top.fromK * map.kk + top.fromC * map.ck
    fromC = top.fromK * map.kc + top.fromC * map.cc
  }

  /// Mean |gradient| at the input for a random gradient of variance 1 at the present layer.
  var ofRandom: Magnitude { Magnitude((2 / .pi * noise).squareRoot()) }

  /// Mean |gradient| at the input for the loss at the present layer.
  ///
  /// - Returns: `nil` where it takes a moment that is not known.
  func meanAbsolute(_ loss: Loss) -> Magnitude? {
    switch loss {
    case .sum: isKnown ? ofOnes : nil
    case .random: ofRandom
    }
  }

  /// Mean |gradient| at the input for a gradient of ones at the present layer.
  var ofOnes: Magnitude {
    // Where all overflows, parts become 0 · ∞.
    guard noise.isFinite, kk.isFinite, fromK.isFinite else {
      return Magnitude(noise.isFinite ? kk + fromK : noise)
    }
    return Magnitude(foldedNormalMean(mean: fromK, deviation: max(kk, 0.0).squareRoot()))
  }
}

/// E|x| for x ~ N(mean, deviation²): s √(2/π) e^(−k²/2s²) + k erf(k/(s√2)).
func foldedNormalMean(mean k: WideDouble, deviation s: WideDouble) -> WideDouble {
  guard s > 0.0 else { return k.magnitude }
  let t = (k / s).doubleValue
  return s * 0.7978845608028653559 * exp(-t * t / 2) + k * erf(t * 0.7071067811865475244)
}

/// E|x| for x ~ N(mean, deviation²): s √(2/π) e^(−k²/2s²) + k erf(k/(s√2)).
func foldedNormalMean(mean k: Double, deviation s: Double) -> Double {
  guard s > 0 else { return s == 0 ? k.magnitude : .nan }
  let t = k / s
  return s * 0.7978845608028653559 * exp(-t * t / 2) + k * erf(t * 0.7071067811865475244)
}

extension CotangentMap {
  /// That of a layer φ(W h) or h + S φ(W h), as derived above.
  ///
  /// - Parameters:
  ///   - weights: What the layer's matrix does to variances.
  ///   - signal: The layer's input.
  ///   - moments: Those of φ at the pre-activation.
  ///   - square: E[(W h)²], the variance of the pre-activation without a bias's, in the signal's unit.
  init(
    block: ResidualBlock, weights: WeightScale, signal: MeanFieldSignal, moments: WideMoments,
    square: WideDouble
  ) {
    let (carry, branch) = (WideDouble(block.carry), WideDouble(block.branch))
    // E[z u]/q = k·stein.k + c·stein.c, E[u²] as a form in (k, c).
    let stein = (
      k: moments.curvature,
      c: carry * signal.mean * moments.curvature + branch * moments.productSlope
    )
    let slopes = moments.slopeSquare
    let products = moments.valueSlopeSquare
    var formKK = slopes
    var formKC = 2.0 * (carry * signal.mean * slopes + branch * products)
    var formCC =
      carry * (signal.square * slopes + 2.0 * branch * signal.mean * products)
      + branch * branch * moments.productSquare
    let missing = weights.alignedLoss * square
    formKK = formKK - missing * stein.k * stein.k
    formKC = formKC - missing * 2.0 * stein.k * stein.c
    formCC = formCC - missing * stein.c * stein.c

    let down = weights.backward * branch
    let skipped = carry * branch * branch * moments.variance
    kk = carry
    kc = carry * (branch * moments.mean)
    ck = down * stein.k
    cc = carry + down * stein.c
    noiseKK = down * branch * formKK
    noiseKC = down * branch * formKC
    noiseCC = skipped + down * branch * formCC
    noise = carry + down * branch * slopes
  }
}

/// What a layer's random matrix does to variances.
struct WeightScale: Equatable {
  /// fan_in·Var[w]: E[z²] = forward·E[h²].
  var forward: WideDouble
  /// fan_out·Var[w]: a cotangent of mean square E[u²] comes down with backward·E[u²].
  var backward: WideDouble
  /// 0 for independent weights; for orthogonal ones the part of E[z u]²/q that E[u²] loses.
  var alignedLoss: Double
}
