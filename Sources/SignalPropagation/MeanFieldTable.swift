/// The moments of one activation, remembered.
///
/// They depend on q alone, so a stack of 100 000 layers, or a search over gains, asks for the same ones
/// again and again. The last q is answered at once; an octave of q that has been asked for often is
/// answered by a Chebyshev interpolant, and the others by quadrature.
struct MomentTable {
  /// The activation that this is about.
  let activation: Activation
  let homogeneity: Homogeneity
  private let jumps: Bool
  private var lastMoments: (q: Double, moments: GaussianMoments)?
  private var lastStretch: (q: Double, dissimilarity: Double, stretch: Double)?
  private var octaves: [Int: Octave] = [:]

  /// An empty table.
  init(_ activation: Activation) {
    self.activation = activation
    homogeneity = Homogeneity(activation)
    jumps = activation.jumps
  }

  /// The power of two by which the unit of length should grow, at a pre-activation of variance `q`.
  func unitShift(q: Double) -> Int { homogeneity.unitShift(q: q) }

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
        ? activation.moments(q: 0) : GaussianMoments(lanes: SIMD8(repeating: q))
    }
    return octaves[Int(q.exponent), default: Octave()].moments(activation, q: q)
  }

  /// ½ E[(φ(z_a) − φ(z_b))²] at variance `q` and correlation 1 − `dissimilarity`.
  mutating func spread(q: Double, dissimilarity: Double) -> Double {
    guard q.isNormal, q.isFinite, dissimilarity > 0 else { return 0 * q }
    // Independent inputs, which an odd φ keeps independent for good.
    if dissimilarity == 1 { return moments(q: q).variance }
    if let last = lastStretch, last.q == q, last.dissimilarity == dissimilarity {
      return last.stretch * q * dissimilarity
    }
    let stretch = freshStretch(q: q, angle: 2 * realAsin((min(dissimilarity, 1) / 2).squareRoot()))
    lastStretch = (q, dissimilarity, stretch)
    return stretch * q * dissimilarity
  }

  /// The spread over q·dissimilarity: E[φ′²] between equal inputs, and smooth in the angle arccos ρ.
  ///
  /// Between nearly equal inputs it is continued linearly to that limit: no difference of two values
  /// of φ is needed below an angle of 1e-4. A φ that jumps has no limit, but spread ∝ angle.
  private mutating func freshStretch(q: Double, angle: Double) -> Double {
    let small = 1e-4
    guard angle < small else { return stretch(q: q, angle: angle) }
    let nearest = stretch(q: q, angle: small)
    if jumps { return nearest * small / angle }
    let limit = moments(q: q).slopeSquare
    return limit + (nearest - limit) * angle / small
  }

  private mutating func stretch(q: Double, angle: Double) -> Double {
    octaves[Int(q.exponent), default: Octave()].stretch(
      activation, q: q, angle: angle, power: jumps ? 1 : 0)
  }
}

/// What is known of the moments for the q of one power of two.
private struct Octave {
  private var momentVisits = 0
  private var momentNodes: [SIMD8<Double>] = []
  private var stretchVisits = 0
  private var stretchNodes: [Double] = []

  /// In q/2^exponent, 1 ..< 2, the moments' only singularity is at 0: the error falls by 5.8 a node.
  private static let fine = ChebyshevRule(count: 20, from: 1, to: 2)
  private static let coarse = ChebyshevRule(count: 12, from: 1, to: 2)
  private static let angles = ChebyshevRule(count: 18, from: 0, to: .pi / 2)

  mutating func moments(_ activation: Activation, q: Double) -> GaussianMoments {
    momentVisits += 1
    guard momentVisits > 2 * Octave.fine.nodes.count else { return activation.moments(q: q) }
    if momentNodes.isEmpty {
      momentNodes = Octave.fine.nodes.map {
        activation.moments(q: Double(sign: .plus, exponent: q.exponent, significand: $0)).lanes
      }
    }
    var sum = SIMD8<Double>.zero
    Octave.fine.forEachWeight(at: q.significand) { sum += $1 * momentNodes[$0] }
    return GaussianMoments(lanes: sum)
  }

  mutating func stretch(
    _ activation: Activation, q: Double, angle: Double, power: Int
  ) -> Double {
    stretchVisits += 1
    let (columns, rows) = (Octave.angles, Octave.coarse)
    guard stretchVisits > 2 * rows.nodes.count * columns.nodes.count else {
      return activation.stretch(q: q, angle: angle)
    }
    func smooth(_ angle: Double) -> Double { power == 1 ? angle : 1 }
    if stretchNodes.isEmpty {
      stretchNodes = rows.nodes.flatMap { significand in
        let q = Double(sign: .plus, exponent: q.exponent, significand: significand)
        return columns.nodes.map { activation.stretch(q: q, angle: $0) * smooth($0) }
      }
    }
    var sum = 0.0
    rows.forEachWeight(at: q.significand) { row, rowWeight in
      columns.forEachWeight(at: angle) { column, weight in
        sum += rowWeight * weight * stretchNodes[row * columns.nodes.count + column]
      }
    }
    return sum / smooth(angle)
  }
}

extension Activation {
  /// The spread over q·(1 − cos angle).
  fileprivate func stretch(q: Double, angle: Double) -> Double {
    let dissimilarity = 1 - realCos(angle)
    return spread(q: q, dissimilarity: dissimilarity) / (q * dissimilarity)
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
    if let hit = nodes.firstIndex(of: x) { return body(hit, 1) }
    var total = 0.0
    for (node, weight) in zip(nodes, weights) { total += weight / (x - node) }
    for i in nodes.indices { body(i, weights[i] / (x - nodes[i]) / total) }
  }
}

/// Where φ(2^n z) = 2^n φ(z) to rounding, so that only the unit of length depends on the scale.
struct Homogeneity {
  /// For every z and n.
  let everywhere: Bool
  private let nearZero: Bool
  private let farOut: Bool
  private static let far = 100

  init(_ activation: Activation) {
    func holds(at scale: Double) -> Bool {
      let factor = 0x1p20
      return [scale, -scale].allSatisfy { z in
        let (near, far) = (activation.evaluate(z).value, activation.evaluate(factor * z).value)
        return far.isFinite && (far - factor * near).magnitude <= 4 * far.ulp
      }
    }
    nearZero = holds(at: 0x1p-120)
    farOut = holds(at: 0x1p100)
    everywhere = nearZero && farOut && [0x1p-20, 0.3, 1.7].allSatisfy(holds)
  }

  /// Brings √q to 1 where φ is homogeneous everywhere; to 2^±100 where it is so beyond, as the region
  /// around 0 then counts for less than rounding.
  func unitShift(q: Double) -> Int {
    guard q.isNormal else { return 0 }
    let length = Int((Double(q.exponent) / 2).rounded(.down))
    if everywhere { return length }
    if nearZero, length < -Homogeneity.far { return length + Homogeneity.far }
    if farOut, length > Homogeneity.far { return length - Homogeneity.far }
    return 0
  }
}
