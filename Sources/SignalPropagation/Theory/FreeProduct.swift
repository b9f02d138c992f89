import Kernels
import Platform

/// The distribution of the squared singular values of J = D_L W_L ⋯ D_1 W_1, square and infinitely wide,
/// by free probability: D_l diagonal, W_l Gaussian or orthogonal, all independent.
///
/// With y from that distribution, let m(λ) = E[y/(λ − y)]. S-transforms multiply (Voiculescu 1987); in
/// the form of Pennington, Schoenholz and Ganguli 2017, with variances scaled to 1,
///
///     λ = (1 + m)/m · Π_l [ w_l · m/(1 + m) · (1 + m where W_l is Gaussian) ],   E[d/(w_l − d)] = m
///
/// for d from the distribution of D_l². Everything here is a logarithm, which keeps its digits at both
/// ends of the spectrum: of λ and of w_l, both with imaginary parts in 0 … π, and τ = log(m/(1 + m)) with
/// one in −π … 0. A solution in which each is in its strip is the right one.
///
/// Since E[log(1 − y/λ)] = ∫ m d log λ and the like holds for each w_l, the share of the distribution
/// above x needs no integration over a density: with λ = x + i0 and g Gaussian W_l of L,
///
///     P(y > x) = Im( g·m − (1 − L + g)·log(1 + m) + Σ_l E[log(1 − d/w_l)] )/π.
struct FreeProduct {
  /// Layers that are alike.
  struct Factor {
    /// The distribution of D², of mean 1.
    var measure: AtomicMeasure
    /// How many layers have it.
    var count: Double
  }

  private let factors: [Factor]
  private let gaussians: Double
  private let layers: Double
  /// Solutions on the line Im log λ = π/2, where nothing is near a singularity.
  private var spine: [FreeProductPoint] = []

  /// Im log λ on which quantiles are read: on the axis itself m may be singular.
  private static let height = 1e-8
  /// Farther above, a quantile would be a smoothed one.
  private static let greatestHeight = 0.03

  /// - Parameters:
  ///   - factors: Of the D_l.
  ///   - isGaussian: Whether the W_l are Gaussian, not orthogonal.
  init(factors: [Factor], isGaussian: Bool) {
    self.factors = factors
    layers = factors.reduce(0) { $0 + $1.count }
    gaussians = isGaussian ? layers : 0
  }

  /// The probability of 0: the largest of those of D_l.
  var zeroShare: Double { factors.map(\.measure.zeroShare).max()! }

  /// log x for P(y > x) = `share`, which is more than 0 and less than 1 − `zeroShare`; NaN where no
  /// solution is found.
  ///
  /// Newton's iteration, between bounds, on the logarithm of the share above or below x, whichever is the
  /// smaller: by log x, P changes at the rate Im m/π.
  ///
  /// - Parameter start: Where to begin.
  mutating func logQuantile(above share: Double, near start: Double) -> Double {
    if layers == 1, gaussians == 0 { return factors[0].measure.logQuantile(above: share) }
    let whole = 1 - zeroShare
    var (lower, upper) = (-Double.infinity, Double.infinity)
    var farthest = 4.0
    var x = start
    var point: FreeProductPoint?
    for _ in 0..<200 {
      guard let next = onAxis(x, near: point) else {
        // Too far out, most likely: back towards the last solution.
        guard let last = point?.logLambda.real, (last - x).magnitude > 1e-6 else { return .nan }
        if x < last { lower = x } else { upper = x }
        x = (x + last) / 2
        continue
      }
      point = next
      let above = self.share(above: next)
      if above > share { lower = x } else { upper = x }
      let rate = max(-next.m.imaginary / .pi, 1e-300)
      var step =
        share < whole / 2
        ? realLog(max(above, 1e-300) / share) * above / rate
        : realLog((whole - share) / max(whole - above, 1e-300)) * (whole - above) / rate
      step = min(max(step, -farthest), farthest)
      farthest *= 1.5
      let tolerance = 1e-10 * max(1, x.magnitude)
      guard step.magnitude > tolerance, upper - lower > tolerance else { return x }
      x = lower < x + step && x + step < upper ? x + step : (lower + upper) / 2
    }
    return x
  }
}

/// A solution.
struct FreeProductPoint {
  /// log λ.
  var logLambda: Complex
  var tau: Complex
  /// Of each factor.
  var logW: [Complex]
  /// E[y/(λ − y)].
  var m: Complex
  /// By log λ.
  var tauSlope: Complex
  var logWSlopes: [Complex]
}

extension FreeProduct {
  /// P(y > x) at λ = x + i0.
  private func share(above point: FreeProductPoint) -> Double {
    // 1 + m = 1/(1 − e^τ).
    let argument = -(Complex(1) - Complex.exp(point.tau)).argument
    var sum = gaussians * point.m.imaginary - (1 - layers + gaussians) * argument
    for (factor, logW) in zip(factors, point.logW) {
      sum += factor.count * factor.measure.meanArgument(logW)
    }
    return sum / .pi
  }

  /// The solution just above the real axis; `nil` where none is found.
  ///
  /// Where the nodes of a rule show as atoms, it stays as far above as it must.
  private mutating func onAxis(_ x: Double, near point: FreeProductPoint?) -> FreeProductPoint? {
    let target = Complex(x, FreeProduct.height)
    if let point, (point.logLambda.real - x).magnitude < 0.3, let next = step(point, to: target) {
      return next
    }
    guard let start = onSpine(x) else { return nil }
    let end = advance(start, to: target)
    return end.logLambda.imaginary < FreeProduct.greatestHeight ? end : nil
  }

  private mutating func onSpine(_ x: Double) -> FreeProductPoint? {
    if spine.isEmpty, let first = farPoint() { spine = [first] }
    func distance(_ point: FreeProductPoint) -> Double { (point.logLambda.real - x).magnitude }
    guard let nearest = spine.min(by: { distance($0) < distance($1) }) else { return nil }
    let end = advance(nearest, to: Complex(x, .pi / 2))
    spine.append(end)
    return end.logLambda.real == x ? end : nil
  }

  /// A solution where λ is so large that m = 1/λ and w = λ nearly.
  private func farPoint() -> FreeProductPoint? {
    let top = factors.map { $0.measure.atoms.last! }.max()!
    var x = realLog(top * (1 + layers)) + 4
    for _ in 0..<200 {
      let logLambda = Complex(x, .pi / 2)
      let guess = FreeProductPoint(
        logLambda: logLambda, tau: -logLambda, logW: factors.map { _ in logLambda },
        m: Complex(0), tauSlope: Complex(-1), logWSlopes: factors.map { _ in Complex(1) })
      if let point = step(guess, to: logLambda) { return point }
      x += 4
    }
    return nil
  }

  /// Follows the solution along a straight line, in steps as long as Newton's iteration allows, to the end
  /// or as far as 100 trials go.
  private func advance(_ start: FreeProductPoint, to target: Complex) -> FreeProductPoint {
    var point = start
    var fraction = 1.0
    for _ in 0..<100 {
      let rest = target - point.logLambda
      if let next = step(point, to: fraction == 1 ? target : point.logLambda + fraction * rest) {
        point = next
        if fraction == 1 { return point }
        fraction = min(1, 2 * fraction)
      } else {
        fraction /= 2
      }
    }
    return point
  }

  /// The solution at `target` by Newton's iteration in τ and all log w_l, from a linear prediction; `nil`
  /// where it does not converge to one in its strips.
  private func step(_ start: FreeProductPoint, to target: Complex) -> FreeProductPoint? {
    let move = target - start.logLambda
    var point = start
    point.logLambda = target
    point.tau = start.tau + start.tauSlope * move
    for k in factors.indices { point.logW[k] = start.logW[k] + start.logWSlopes[k] * move }
    for _ in 0..<10 {
      guard point.isInStrips, let size = refine(&point), size < 2 else { return nil }
      if size < 1e-9 { return point.isInStrips ? point : nil }
    }
    return nil
  }

  /// One step of Newton's iteration.
  ///
  /// With log λ = −τ + Σ (log w_l + τ) + g·log(1 + m), each log w_l is eliminated by its own equation
  /// τ(log w_l) = τ.
  ///
  /// - Returns: The largest change; `nil` where it is not finite.
  private func refine(_ point: inout FreeProductPoint) -> Double? {
    let exponential = Complex.exp(point.tau)
    let complement = Complex(1) - exponential
    let m = exponential / complement
    var residual = point.logLambda + point.tau + gaussians * complement.logarithm
    var slope = Complex(-1) + gaussians * m
    var gaps = point.logW
    for (k, factor) in factors.enumerated() {
      let (value, next, valueSlope) = factor.measure.momentFunction(point.logW[k])
      var tau = (value / next).logarithm
      if tau.imaginary > 0 { tau.imaginary -= 2 * .pi }
      // d log w/dτ, as dτ = dm/(m (1 + m)).
      let inverse = value * next / valueSlope
      point.logWSlopes[k] = inverse
      gaps[k] = (point.tau - tau) * inverse
      residual = residual - factor.count * (point.logW[k] + point.tau + gaps[k])
      slope = slope + factor.count * (Complex(1) + inverse)
    }
    let change = residual / slope
    var size = change.magnitude
    point.tau = point.tau + change
    point.tauSlope = Complex(1) / slope
    for k in factors.indices {
      let own = gaps[k] + point.logWSlopes[k] * change
      size = max(size, own.magnitude)
      point.logW[k] = point.logW[k] + own
      point.logWSlopes[k] = point.logWSlopes[k] * point.tauSlope
    }
    let exact = Complex.exp(point.tau)
    point.m = exact / (Complex(1) - exact)
    return size.isFinite ? size : nil
  }
}

extension FreeProductPoint {
  fileprivate var isInStrips: Bool {
    tau.imaginary < 0 && tau.imaginary > -.pi
      && logW.allSatisfy { $0.imaginary > 0 && $0.imaginary < .pi }
  }
}

extension AtomicMeasure {
  /// log x for P(d > x) = `share`, linear in log x between the middles of neighbouring atoms that are
  /// nodes of a rule; one of more than 5 % is an atom indeed.
  fileprivate func logQuantile(above share: Double) -> Double {
    var passed = 0.0
    var last: (log: Double, share: Double)?
    for (atom, weight) in zip(atoms, weights).reversed() {
      let log = realLog(atom)
      let isAtom = weight > 0.05
      let (start, end) =
        isAtom ? (passed, passed + weight) : (passed + weight / 2, passed + weight / 2)
      if start >= share, let last, start > last.share {
        return last.log + (log - last.log) * (share - last.share) / (start - last.share)
      }
      if end >= share { return log }
      passed += weight
      last = (log, end)
    }
    return last?.log ?? -.infinity
  }
}
