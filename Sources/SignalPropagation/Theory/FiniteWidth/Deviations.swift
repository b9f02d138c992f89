/// Covariances of the deviations of K = E[h²] and M = E[h] from what they are at infinite width.
struct Deviations {
  var kk = 0.0
  var km = 0.0
  var mm = 0.0

  /// Variance of K − 2 m M.
  func ofVariance(mean m: Double) -> Double { kk - 4 * m * km + 4 * m * m * mm }

  /// Adds a multiple.
  mutating func add(_ weight: Double, _ other: Deviations) {
    kk += weight * other.kk
    km += weight * other.km
    mm += weight * other.mm
  }

  /// J·self·Jᵀ + noise.
  func passed(_ j: Jacobian, noise: Deviations) -> Deviations {
    Deviations(
      kk: j.kk * j.kk * kk + 2 * j.kk * j.km * km + j.km * j.km * mm + noise.kk,
      km: j.kk * j.mk * kk + (j.kk * j.mm + j.km * j.mk) * km + j.km * j.mm * mm + noise.km,
      mm: j.mk * j.mk * kk + 2 * j.mk * j.mm * km + j.mm * j.mm * mm + noise.mm)
  }

  /// In units in which K is `square` times as large. Between layers they are relative to E[h²].
  func scaled(by square: Double) -> Deviations {
    Deviations(kk: kk * square * square, km: km * square * square.squareRoot(), mm: mm * square)
  }
}

/// d(K, M)'/d(K, M).
struct Jacobian {
  var kk: Double
  var km: Double
  var mk: Double
  var mm: Double
}

/// The mean deviation of K = E[h²] and M = E[h] from what they are at infinite width.
struct Drift {
  var k = 0.0
  var m = 0.0

  /// J·self + curvature.
  func passed(_ j: Jacobian, curvature: Drift) -> Drift {
    Drift(k: j.kk * k + j.km * m + curvature.k, m: j.mk * k + j.mm * m + curvature.m)
  }

  /// In units in which K is `square` times as large.
  func scaled(by square: Double) -> Drift { Drift(k: k * square, m: m * square.squareRoot()) }
}
