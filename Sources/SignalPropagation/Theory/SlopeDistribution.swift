import Kernels
import Platform

extension Activation {
  /// The distribution of φ′(z)² at z ~ N(0, `q`), by the nodes of a quadrature rule.
  ///
  /// Where φ′ is constant over a range, or 0, that is one atom.
  func slopeSquares(q: Double) -> AtomicMeasure {
    guard q.isNormal else { return AtomicMeasure([(slopeSquare(0), 1)]) }
    if isPeriodic, q > 1 { return periodicSlopeSquares(q: q) }
    let deviation = q.squareRoot()
    var atoms: [(Double, Double)] = []
    PanelRule.fine.forEachNode(
      edges: Activation.refined(halfLineEdges(deviation: deviation)), deviation: deviation
    ) { z, weight in
      atoms.append((slopeSquare(z), weight))
      atoms.append((slopeSquare(-z), weight))
    }
    return AtomicMeasure(atoms)
  }

  private func slopeSquare(_ z: Double) -> Double {
    let slope = evaluate(z).derivative
    return slope * slope
  }

  /// Each panel in four: a transform of the distribution has poles near the real axis, where its
  /// spectrum is narrow.
  private static func refined(_ edges: [Double]) -> [Double] {
    zip(edges, edges.dropFirst()).flatMap { left, right in
      (0..<4).map { left + (right - left) * Double($0) / 4 }
    } + edges.suffix(1)
  }

  private var isPeriodic: Bool { self == .sin || self == .cos }

  /// Over one period, where z mod 2π has the density (1 + 2 Σ e^(−k²q/2) cos kz)/2π; the sum over
  /// equidistant nodes converges exponentially.
  private func periodicSlopeSquares(q: Double) -> AtomicMeasure {
    let count = 1024
    return AtomicMeasure(
      (0..<count).map { node in
        let z = 2 * .pi * (Double(node) + 0.5) / Double(count)
        let density = (1...9).reduce(1.0) { sum, k in
          sum + 2 * realExp(-Double(k * k) * q / 2) * realCos(Double(k) * z)
        }
        return (slopeSquare(z), density / Double(count))
      })
  }
}
