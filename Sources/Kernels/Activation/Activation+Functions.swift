/// φ and φ′ of every activation, side by side.
///
/// At a kink both are what PyTorch's autograd gives; a comparison is turned the way that lets NaN
/// through. What an exponential would spoil in a tail, by cancellation or by overflow, is rewritten
/// in terms of functions that are accurate there.
extension Activation {
  /// Calls `body` with x ↦ (φ(x), φ′(x)).
  ///
  /// The choice is made outside of `body`, so that a loop in it is compiled once for each activation.
  @inline(__always)
  func withFunction<T: Elementary, Result>(
    _ body: ((T) -> (value: T, derivative: T)) -> Result
  ) -> Result {
    func parameter(_ index: Int) -> T { T(floatLiteral: index == 0 ? first : second) }
    switch kind {
    case .identity: return body { x in (x, 1.0) }
    case .relu: return body { x in (T.select(x < 0.0, 0.0, x), T.select(x <= 0.0, 0.0, 1.0)) }
    case .relu6: return body { x in T.hardtanh(x, from: 0.0, to: 6.0) }
    case .hardtanh:
      let (lower, upper) = (parameter(0), parameter(1))
      return body { x in T.hardtanh(x, from: lower, to: upper) }
    case .leakyReLU:
      let slope = parameter(0)
      return body { x in T.leakyReLU(x, slope: slope) }
    case .elu:
      let alpha = parameter(0)
      return body { x in
        (T.select(x > 0.0, x, alpha * T.expm1(x)), T.select(x > 0.0, 1.0, alpha * T.exp(x)))
      }
    case .celu:
      let alpha = parameter(0)
      return body { x in
        (
          T.select(x > 0.0, x, alpha * T.expm1(x / alpha)),
          T.select(x > 0.0, 1.0, T.exp(x / alpha))
        )
      }
    case .selu: return body { x in T.selu(x) }
    case .rrelu:
      let slope = T(floatLiteral: (first + second) / 2)
      return body { x in T.leakyReLU(x, slope: slope) }
    case .gelu: return body { x in T.gelu(x) }
    case .geluTanh: return body { x in T.geluTanh(x) }
    case .logSigmoid: return body { x in (-T.softplus(-x), T.sigmoid(-x)) }
    case .sigmoid: return body { x in (T.sigmoid(x), T.sigmoidSlope(x)) }
    case .tanh: return body { x in (T.tanh(x), 4.0 * T.sigmoidSlope(2.0 * x)) }
    case .hardshrink:
      let edge = parameter(0)
      return body { x in
        (T.select(T.abs(x) <= edge, 0.0, x), T.select(T.abs(x) <= edge, 0.0, 1.0))
      }
    case .softshrink:
      let edge = parameter(0)
      return body { x in
        (x - T.clamp(x, -edge, edge), T.select(T.abs(x) <= edge, 0.0, 1.0))
      }
    case .tanhshrink: return body { x in (T.tanhshrink(x), T.tanh(x) * T.tanh(x)) }
    case .softsign:
      return body { x in (x / (1.0 + T.abs(x)), 1.0 / ((1.0 + T.abs(x)) * (1.0 + T.abs(x)))) }
    case .softplus:
      let (beta, threshold) = (parameter(0), parameter(1))
      return body { x in
        let scaled = beta * x
        return (
          T.select(scaled > threshold, x, T.softplus(scaled) / beta),
          T.select(scaled > threshold, 1.0, T.sigmoid(scaled))
        )
      }
    case .hardsigmoid:
      return body { x in (T.hardsigmoid(x), T.select(T.abs(x) < 3.0, 0.16666666666666666, 0.0)) }
    case .hardswish: return body { x in T.hardswish(x) }
    case .silu: return body { x in (x * T.sigmoid(x), T.sigmoid(x) * (1.0 + x * T.sigmoid(-x))) }
    case .mish: return body { x in T.mish(x) }
    case .sin: return body { x in (T.sin(x), T.cos(x)) }
    case .cos: return body { x in (T.cos(x), -T.sin(x)) }
    case .erf: return body { x in (T.erf(x), 1.1283791670955126 * T.decay(x, times: x)) }
    case .abs: return body { x in (T.abs(x), T.select(x > 0.0, 1.0, T.select(x < 0.0, -1.0, 0.0))) }
    case .square: return body { x in (x * x, 2.0 * x) }
    case .exp: return body { x in (T.exp(x), T.exp(x)) }
    case .atan: return body { x in (T.atan(x), 1.0 / (1.0 + x * x)) }
    case .threshold:
      let (threshold, value) = (parameter(0), parameter(1))
      return body { x in
        (T.select(x <= threshold, value, x), T.select(x > threshold, 1.0, 0.0))
      }
    case .log: return body { x in (T.log(x), 1.0 / x) }
    case .sqrt: return body { x in (T.squareRoot(x), 0.5 / T.squareRoot(x)) }
    case .min:
      let limit = parameter(0)
      return body { x in (T.select(x > limit, limit, x), T.select(x < limit, 1.0, 0.0)) }
    case .max:
      let limit = parameter(0)
      return body { x in (T.select(x < limit, limit, x), T.select(x > limit, 1.0, 0.0)) }
    case .clamp:
      let (lower, upper) = (parameter(0), parameter(1))
      return body { x in
        // As torch.clamp: where the bounds are crossed, the upper one wins. At a bound it is flat, as it is
        // since PyTorch 2.14.
        let raised = T.select(x < lower, lower, x)
        return (
          T.select(raised > upper, upper, raised),
          T.select(x > lower, T.select(x < upper, 1.0, 0.0), 0.0)
        )
      }
    }
  }
}

extension Elementary {
  /// Both ends of the linear piece belong to the flat ones.
  @inline(__always)
  fileprivate static func hardtanh(_ x: Self, from lower: Self, to upper: Self) -> (Self, Self) {
    (clamp(x, lower, upper), select(x <= lower, 0.0, select(x >= upper, 0.0, 1.0)))
  }

  @inline(__always)
  fileprivate static func leakyReLU(_ x: Self, slope: Self) -> (Self, Self) {
    (select(x > 0.0, x, slope * x), select(x > 0.0, 1.0, slope))
  }

  /// Klambauer et al. 2017: scale 1.0507, and 1.7581 = 1.0507 · 1.6733 on the negative side.
  @inline(__always)
  fileprivate static func selu(_ x: Self) -> (Self, Self) {
    let scale: Self = 1.0507009873554805
    let negativeScale: Self = 1.7580993408473766
    return (
      select(x > 0.0, scale * x, negativeScale * expm1(x)),
      select(x > 0.0, scale, negativeScale * exp(x))
    )
  }

  /// x·Φ(x) and Φ(x) + x·exp(−x²/2)/√(2π).
  @inline(__always)
  fileprivate static func gelu(_ x: Self) -> (Self, Self) {
    let cdf = normalCDF(x)
    let density = 0.3989422804014327 * decay(0.5 * x, times: x)
    return (x * cdf, cdf + x * density)
  }

  /// ½x(1 + tanh u) = x·sigmoid(2u) with 2u = √(8/π)·(x + 0.044715x³).
  ///
  /// sigmoid(2u)·sigmoid(−2u) is zero long before |x| = 10⁹, for any of the number types, and there u
  /// stops growing, so that an infinite slope never meets that zero.
  @inline(__always)
  fileprivate static func geluTanh(_ x: Self) -> (Self, Self) {
    let scale: Self = 1.5957691216057308
    let t = clamp(x, -1e9, 1e9)
    let twoU = scale * t * (1.0 + 0.044715 * t * t)
    let slope = scale * (1.0 + 0.134145 * t * t)
    let s = sigmoid(twoU)
    return (x * s, s + t * slope * sigmoidSlope(twoU))
  }

  /// log(1 + e^x) = max(x, 0) + log1p(e^−|x|).
  @inline(__always)
  fileprivate static func softplus(_ x: Self) -> Self {
    select(x < 0.0, 0.0, x) + log1p(decay(x))
  }

  /// x − tanh x. Below 1 the difference cancels; there it is (x·cosh x − sinh x) / cosh x, whose
  /// numerator Σ 2k/(2k+1)! x^(2k+1) has only positive terms (at x = 1 the tenth is 2⁻⁵⁷ of the
  /// first).
  @inline(__always)
  fileprivate static func tanhshrink(_ x: Self) -> Self {
    let y = tanh(x)
    let w = x * x
    var series: Self = 1.4797143443923793e-16
    series = fma(series, w, 4.498331606952833e-14)
    series = fma(series, w, 1.0706029224547743e-11)
    series = fma(series, w, 1.9270852604185937e-09)
    series = fma(series, w, 2.505210838544172e-07)
    series = fma(series, w, 2.2045855379188714e-05)
    series = fma(series, w, 0.0011904761904761906)
    series = fma(series, w, 0.03333333333333333)
    series = fma(series, w, 0.3333333333333333)
    return select(abs(x) < 1.0, x * w * series * squareRoot(1.0 - y * y), x - y)
  }

  @inline(__always)
  fileprivate static func hardsigmoid(_ x: Self) -> Self {
    clamp(x + 3.0, 0.0, 6.0) * 0.16666666666666666
  }

  @inline(__always)
  fileprivate static func hardswish(_ x: Self) -> (Self, Self) {
    let inside = 0.3333333333333333 * x + 0.5
    return (x * hardsigmoid(x), select(x <= -3.0, 0.0, select(x >= 3.0, 1.0, inside)))
  }

  /// x·t and t + x·sigmoid(x)·(1 − t²) with t = tanh(softplus x).
  ///
  /// With e = exp(−|x|), which cannot overflow, t is (1 + 2e) / (1 + 2e + 2e²) for x ≥ 0 and
  /// e(e + 2) / (e(e + 2) + 2) for x < 0, so that 1 − t does not cancel either: it is 2e² or 2 over
  /// the same denominator.
  @inline(__always)
  fileprivate static func mish(_ x: Self) -> (Self, Self) {
    let e = decay(x)
    let numerator = select(x < 0.0, e * (e + 2.0), 1.0 + 2.0 * e)
    let rest = select(x < 0.0, 2.0, 2.0 * e * e)
    let reciprocal = 1.0 / (numerator + rest)
    let t = numerator * reciprocal
    return (x * t, t + x * sigmoid(x) * (rest * reciprocal * (1.0 + t)))
  }
}
