import Platform

/// Gauss–Legendre quadrature on panels: a rule of high order between any two neighbouring edges.
///
/// Integrals against a Gaussian are cut where the integrand is not smooth, and finely enough that the
/// rule converges on each piece to rounding. Gauss–Hermite needs no cutting, but sees a kink, or a
/// step that is narrow against √q, only to a few digits.
struct PanelRule {
  /// Abscissas and weights on −1 … 1, in ascending order.
  let abscissas: [Double]
  let weights: [Double]

  /// The rule with `count` points, exact for polynomials of degree 2·count − 1.
  ///
  /// Newton's iteration on the Legendre polynomial from the asymptotic position of its roots.
  init(points count: Int) {
    var nodes: [(x: Double, weight: Double)] = []
    for i in 0..<count {
      var x = -realCos(.pi * (Double(i) + 0.75) / (Double(count) + 0.5))
      for _ in 0..<6 {
        let (value, derivative) = PanelRule.legendre(count, x)
        x -= value / derivative
      }
      let derivative = PanelRule.legendre(count, x).derivative
      nodes.append((x, 2 / ((1 - x * x) * derivative * derivative)))
    }
    abscissas = nodes.map(\.x)
    weights = nodes.map(\.weight)
  }

  /// The Legendre polynomial and its derivative by the three-term recurrence, |x| < 1.
  private static func legendre(_ degree: Int, _ x: Double) -> (value: Double, derivative: Double) {
    var (previous, value) = (1.0, x)
    for n in 1..<degree {
      let n = Double(n)
      (previous, value) = (value, ((2 * n + 1) * x * value - n * previous) / (n + 1))
    }
    return (value, Double(degree) * (x * value - previous) / (x * x - 1))
  }

  /// Enough for rounding on the panels that `panelEdges` makes.
  static let fine = PanelRule(points: 16)

  /// For double integrals, where the work is squared: about 1e-9.
  static let coarse = PanelRule(points: 8)

  /// Calls `body` with each node z and its weight in ∫ f(z) p(z) dz over the panels, p the density of
  /// N(0, deviation²).
  func forEachNode(
    edges: [Double], deviation: Double, _ body: (_ z: Double, _ weight: Double) -> Void
  ) {
    var panel = 1
    while panel < edges.count {
      let middle = (edges[panel - 1] + edges[panel]) / 2
      let half = (edges[panel] - edges[panel - 1]) / 2
      let scale = half / deviation * 0.3989422804014326779
      var i = 0
      while i < abscissas.count {
        let z = middle + half * abscissas[i]
        let t = z / deviation
        body(z, weights[i] * scale * realExp(-t * t / 2))
        i += 1
      }
      panel += 1
    }
  }
}

/// How finely panels follow the structure of φ.
struct PanelResolution {
  /// The narrowest panel, in standard deviations.
  var finest: Double
  /// The width of a panel farther than 8 from the nearest centre, in distances from it.
  var farWidth: Double
  /// The narrowest panel for a structure that repeats, in standard deviations.
  var finestRepeat = 0.02

  /// To rounding, with 16 points a panel, where the integrand grows or stays: a panel below 1e-9 is lost in
  /// the sum.
  static let full = PanelResolution(finest: 1e-9, farWidth: 1)

  /// The same where φ saturates: of φ′², what is around 0 is all there is, however narrow.
  static let saturating = PanelResolution(finest: 1e-300, farWidth: 1)
}

/// Where an integrand has structure that panels must follow.
struct PanelStructure: Equatable {
  /// Around which point.
  var centre: Double
  /// The scale on which the integrand changes there.
  var size = 1.0
  /// Whether it changes on the same scale everywhere, as sin does, and not more slowly with the distance.
  var repeats = false

  /// The same around another point.
  func moved(to centre: Double) -> PanelStructure {
    PanelStructure(centre: centre, size: size, repeats: repeats)
  }
}

/// Panel edges from `from` to `to`, ascending, for an integrand that is a Gaussian of `deviation` around
/// 0 times functions with `structures` that widen in proportion to the distance from them, and with no
/// derivative at `kinks`.
///
/// A panel is at most 2.5 standard deviations wide, where e^(−x²/2) is a polynomial of degree 31 to
/// rounding, and at most as wide as the larger of a structure's size and the distance from it, where the
/// poles of tanh, sigmoid or 1/(1 + |z|) around a centre stay far enough outside the panel.
func panelEdges(
  from lower: Double, to upper: Double, deviation: Double, structures: [PanelStructure],
  kinks: [Double], resolution: PanelResolution = .full
) -> [Double] {
  let stops = (kinks.filter { $0 > lower && $0 < upper } + [upper]).sorted()
  var edges = [lower]
  for stop in stops where stop > edges[edges.count - 1] {
    while let left = edges.last, left < stop {
      var width = 2.5 * deviation
      for structure in structures {
        let size = structure.size
        guard !structure.repeats else {
          // So narrow against the Gaussian that all phases are alike.
          width = min(width, max(2 * size, resolution.finestRepeat * deviation))
          continue
        }
        let distance = (left - structure.centre).magnitude
        let growth = distance < 8 * size ? 1 : resolution.farWidth
        // Away from a centre a panel may add `growth` distances; towards it, as much in reverse.
        let share = left < structure.centre ? growth / (1 + growth) : growth
        width = min(width, max(size, distance * share))
      }
      width = max(width, resolution.finest * deviation)
      // Where all of it is lost in rounding, one panel remains.
      guard left + width > left else {
        edges.append(stop)
        break
      }
      edges.append(stop - left < 1.2 * width ? stop : left + width)
    }
  }
  return edges
}

/// The same for structures of size 1.
func panelEdges(
  from lower: Double, to upper: Double, deviation: Double, centres: [Double], kinks: [Double],
  resolution: PanelResolution = .full
) -> [Double] {
  panelEdges(
    from: lower, to: upper, deviation: deviation,
    structures: centres.map { PanelStructure(centre: $0) }, kinks: kinks, resolution: resolution)
}
