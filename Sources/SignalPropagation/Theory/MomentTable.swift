import Kernels
import Platform

/// The moments of one function φ, remembered.
///
/// They depend on q alone, so a stack of 100 000 layers, or a search over gains, asks for the same ones
/// again and again. The last q is answered at once; an octave of q that has been asked for often is
/// answered by a Chebyshev interpolant, and the others by quadrature.
struct MomentTable {
  /// The function that this is about.
  let function: PointwiseFunction
  let homogeneity: Homogeneity
  private let trend: PairTrend
  private var lastMoments: (q: Double, moments: GaussianMoments)?
  private var lastStretch: (q: Double, dissimilarity: Double, stretch: Double)?
  private var octaves: [Int: Octave] = [:]

  /// An empty table.
  init(_ function: PointwiseFunction) {
    self.function = function
    homogeneity = Homogeneity(function)
    trend = function.jumps ? .jumping : function.isUnbounded ? .level : .saturating
  }

  /// The power of two by which the unit of length should grow, at a pre-activation of variance `q` in the unit
  /// 2^`unit`.
  func unitShift(q: WideDouble, unit: Int) -> Int { homogeneity.unitShift(q: q, unit: unit) }

  /// The moments at z ~ N(0, `q`).
  mutating func moments(q: Double) -> GaussianMoments {
    if let last = lastMoments, last.q == q { return last.moments }
    let moments = freshMoments(q: q)
    lastMoments = (q, moments)
    return moments
  }

  private mutating func freshMoments(q: Double) -> GaussianMoments {
    guard q.isNormal, q.isFinite else {
      return q == 0 || q.isSubnormal
        ? function.moments(q: 0) : .overflown
    }
    return octaves[Int(q.exponent), default: Octave()].moments(function, q: q)
  }

  /// The moments at z ~ N(0, `q`) for any `q`: far out, and near to 0, they are powers of it.
  mutating func moments(q: WideDouble) -> WideMoments {
    guard let far = FarVariance(q) else { return WideMoments(moments(q: q.doubleValue)) }
    let known = far.inward.map { freshMoments(q: $0) }
    return WideMoments(known, at: far)
  }

  /// ½ E[(φ(z_a) − φ(z_b))²] at variance `q` and correlation 1 − `dissimilarity`.
  mutating func spread(q: WideDouble, dissimilarity: WideDouble) -> WideDouble {
    guard q.significand != 0, q.isFinite, dissimilarity > 0.0 else { return 0.0 * q }
    // Independent inputs, which an odd φ keeps independent for good.
    if dissimilarity == 1.0 { return moments(q: q).variance }
    let apart = dissimilarity.doubleValue
    guard let far = FarVariance(q) else {
      return stretch(q: q.doubleValue, dissimilarity: apart) * q * dissimilarity
    }
    let angle = MomentTable.angle(apart)
    return far.value(far.inward.map { freshStretch(q: $0, angle: angle) }) * q * dissimilarity
  }

  /// The same within the range of `Double`.
  mutating func spread(q: Double, dissimilarity: Double) -> Double {
    spread(q: WideDouble(q), dissimilarity: WideDouble(dissimilarity)).doubleValue
  }

  private mutating func stretch(q: Double, dissimilarity: Double) -> Double {
    if let last = lastStretch, last.q == q, last.dissimilarity == dissimilarity {
      return last.stretch
    }
    let stretch = freshStretch(q: q, angle: MomentTable.angle(dissimilarity))
    lastStretch = (q, dissimilarity, stretch)
    return stretch
  }

  /// arccos of 1 − `dissimilarity`.
  private static func angle(_ dissimilarity: Double) -> Double {
    2 * realAsin((min(dissimilarity, 1) / 2).squareRoot())
  }

  /// The spread over q·dissimilarity: E[φ′²] between equal inputs, and smooth in the angle arccos ρ.
  ///
  /// Between nearly equal inputs it is continued linearly to that limit: no difference of two values
  /// of φ is needed below an angle of 1e-4. A φ that jumps has no limit, but spread ∝ angle.
  private mutating func freshStretch(q: Double, angle: Double) -> Double {
    let small = 1e-4
    guard angle < small else { return stretch(q: q, angle: angle) }
    let nearest = stretch(q: q, angle: small)
    if case .jumping = trend { return nearest * small / angle }
    let limit = moments(q: q).slopeSquare
    return limit + (nearest - limit) * angle / small
  }

  private mutating func stretch(q: Double, angle: Double) -> Double {
    octaves[Int(q.exponent), default: Octave()].stretch(
      function, at: PairPoint(q: q, angle: angle), trend: trend)
  }
}

/// What is known of the moments for the q of one power of two.
private struct Octave {
  private var momentVisits = 0
  private var momentNodes: [GaussianMoments] = []
  private var stretchVisits = 0
  private var stretchNodes: [Double] = []

  /// In q/2^exponent, 1 ..< 2, the moments' only singularity is at 0: the error falls by 5.8 a node.
  private static let fine = ChebyshevRule(count: 20, from: 1, to: 2)
  private static let coarse = ChebyshevRule(count: 9, from: 1, to: 2)
  private static let coordinates = ChebyshevRule(count: 14, from: 0, to: 1)

  mutating func moments(_ function: PointwiseFunction, q: Double) -> GaussianMoments {
    momentVisits += 1
    guard momentVisits > 2 * Octave.fine.nodes.count else { return function.moments(q: q) }
    if momentNodes.isEmpty {
      momentNodes = Octave.fine.nodes.map {
        function.moments(q: Double(sign: .plus, exponent: q.exponent, significand: $0))
      }
    }
    var sum = GaussianMoments()
    Octave.fine.forEachWeight(at: q.significand) { sum.add($1, momentNodes[$0]) }
    return sum
  }

  mutating func stretch(
    _ function: PointwiseFunction, at point: PairPoint, trend: PairTrend
  ) -> Double {
    stretchVisits += 1
    let (columns, rows) = (Octave.coordinates, Octave.coarse)
    // The scales on which it is smooth are known for an activation alone.
    guard function.activation != nil, stretchVisits > rows.nodes.count * columns.nodes.count else {
      return function.stretch(at: point)
    }
    if stretchNodes.isEmpty {
      stretchNodes = rows.nodes.flatMap { significand in
        let q = Double(sign: .plus, exponent: point.q.exponent, significand: significand)
        return columns.nodes.map {
          let node = trend.point(q: q, coordinate: $0)
          return function.stretch(at: node) * trend.divisor(at: node)
        }
      }
    }
    var sum = 0.0
    rows.forEachWeight(at: point.q.significand) { row, rowWeight in
      columns.forEachWeight(at: trend.coordinate(of: point)) { column, weight in
        sum += rowWeight * weight * stretchNodes[row * columns.nodes.count + column]
      }
    }
    return sum / trend.divisor(at: point)
  }
}

/// Two pre-activations of variance q at an angle arccos ρ in 0…π/2.
private struct PairPoint {
  var q: Double
  var angle: Double
}

/// How the stretch falls with the angle, which is divided out before it is interpolated.
private enum PairTrend {
  /// It hardly does, at any q.
  case level
  /// As 1/(angle·√q) once that is beyond 1, where a bounded φ is saturated.
  case saturating
  /// As 1/angle at all angles, where φ jumps.
  case jumping

  /// What is divided out.
  func divisor(at point: PairPoint) -> Double {
    switch self {
    case .level: 1
    case .saturating: 1 + point.angle * point.q.squareRoot()
    case .jumping: point.angle
    }
  }

  /// The point at 0…1 of the way from equal inputs to independent ones, on a scale along which the
  /// stretch is smooth.
  func point(q: Double, coordinate: Double) -> PairPoint {
    let density = density(q: q)
    return PairPoint(q: q, angle: realExpm1(coordinate * realLog1p(.pi / 2 * density)) / density)
  }

  /// The inverse of `point`.
  func coordinate(of point: PairPoint) -> Double {
    let density = density(q: point.q)
    return realLog1p(point.angle * density) / realLog1p(.pi / 2 * density)
  }

  /// The inverse of the angle from which on the coordinate is its logarithm: where the difference of
  /// the two, angle·√q, meets the scale 1 of φ. Where φ grows on, little happens there at large q.
  private func density(q: Double) -> Double {
    if case .level = self { min(q.squareRoot(), 32) } else { q.squareRoot() }
  }
}

extension PointwiseFunction {
  /// The spread over q·(1 − cos angle).
  fileprivate func stretch(at point: PairPoint) -> Double {
    let dissimilarity = 2 * realSin(point.angle / 2) * realSin(point.angle / 2)
    return spread(q: point.q, dissimilarity: dissimilarity) / (point.q * dissimilarity)
  }
}

/// Interpolation at Chebyshev's points of the first kind by the second barycentric formula (Berrut and
/// Trefethen 2004).
struct ChebyshevRule {
  /// The abscissas.
  let nodes: [Double]
  private let weights: [Double]

  /// `count` points between `lower` and `upper`.
  init(count: Int, from lower: Double, to upper: Double) {
    let angles = (0..<count).map { .pi * (Double($0) + 0.5) / Double(count) }
    nodes = angles.map { (lower + upper) / 2 - (upper - lower) / 2 * realCos($0) }
    weights = angles.enumerated().map { ($0.isMultiple(of: 2) ? 1 : -1) * realCos($1 - .pi / 2) }
  }

  /// Calls `body` with each node's index and its share in the interpolant at `x`; the shares sum to 1.
  func forEachWeight(at x: Double, _ body: (Int, Double) -> Void) {
    var total = 0.0
    var i = 0
    while i < nodes.count {
      if nodes[i] == x { return body(i, 1) }
      total += weights[i] / (x - nodes[i])
      i += 1
    }
    i = 0
    while i < nodes.count {
      body(i, weights[i] / (x - nodes[i]) / total)
      i += 1
    }
  }
}

/// Where φ(2^n z) = 2^n φ(z) to rounding, so that only the unit of length depends on the scale.
struct Homogeneity {
  /// For every z and n.
  let everywhere: Bool
  private let nearZero: Bool
  private let farOut: Bool
  private static let far = 100

  init(_ function: PointwiseFunction) {
    // A side that is flat, as that of selu, counts for nothing against the other one far out.
    func holds(at scale: Double) -> Bool {
      let factor = 0x1p20
      let sides = [scale, -scale].map { z in
        (near: function.evaluate(z).value, far: function.evaluate(factor * z).value)
      }
      let size = sides.map(\.far.magnitude).max()!
      return size > 1e-6 * factor * scale
        && sides.allSatisfy { ($0.far - factor * $0.near).magnitude <= 1e-15 * size }
    }
    nearZero = holds(at: 0x1p-120)
    farOut = holds(at: 0x1p100)
    everywhere = nearZero && farOut && [0x1p-20, 0.3, 1.7].allSatisfy(holds)
  }

  /// Brings √q to 1 where φ is homogeneous everywhere; to 2^±100 where it is so beyond, as the region
  /// around 0 then counts for less than rounding. Elsewhere the unit is 1.
  func unitShift(q: WideDouble, unit: Int) -> Int {
    guard q.isFinite, q.significand != 0 else { return 0 }
    let length = q.exponent >> 1
    if everywhere { return length }
    if nearZero, length + unit < -Homogeneity.far { return length + Homogeneity.far }
    if farOut, length + unit > Homogeneity.far { return length - Homogeneity.far }
    return -unit
  }
}
