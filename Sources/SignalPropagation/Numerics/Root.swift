/// The root of `f` between two points where it has opposite signs, to the last place of `Double`.
///
/// Chandrupatla's method (1997): inverse quadratic interpolation where the last three points promise
/// that it converges, bisection otherwise. An infinite value is a sign like any other.
func findRoot(between lower: Double, and upper: Double, _ f: (Double) -> Double) -> Double {
  var (a, b) = (lower, upper)
  var (fa, fb) = (f(a), f(b))
  guard fa != 0 else { return a }
  var step = 0.5
  for _ in 0..<200 where fb != 0 {
    let x = a + step * (b - a)
    let fx = f(x)
    var (c, fc) = (a, fa)
    if (fx > 0) != (fa > 0) { (c, fc, b, fb) = (b, fb, a, fa) }
    (a, fa) = (x, fx)
    let (best, value) = fa.magnitude < fb.magnitude ? (a, fa) : (b, fb)
    let smallest = 2 * best.ulp / (b - a).magnitude
    if smallest > 0.5 || value == 0 { return best }
    step = min(max(interpolatedStep(a, fa, b, fb, c, fc) ?? 0.5, smallest), 1 - smallest)
  }
  return fb == 0 ? b : a
}

/// Where in a…b the inverse parabola through three points crosses zero, as a fraction of b − a; `nil`
/// where it would not be monotonic.
private func interpolatedStep(
  _ a: Double, _ fa: Double, _ b: Double, _ fb: Double, _ c: Double, _ fc: Double
) -> Double? {
  guard fa.isFinite, fb.isFinite, fc.isFinite else { return nil }
  let xi = (a - b) / (c - b)
  let phi = (fa - fb) / (fc - fb)
  guard phi * phi < xi, (1 - phi) * (1 - phi) < 1 - xi else { return nil }
  return fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
}
