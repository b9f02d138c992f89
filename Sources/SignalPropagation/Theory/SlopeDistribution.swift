import Kernels
import Platform

extension PointwiseFunction {
  /// The distribution of φ′(z)² at z ~ N(0, `q`), by the nodes of a quadrature rule.
  ///
  /// Where φ′ is constant over a range, or 0, that is one atom.
  func slopeSquares(q: Double) -> AtomicMeasure {
    guard q.isNormal else { return AtomicMeasure([(slopeSquare(0), 1)]) }
    let isWrapped = isPeriodic && q > 1
    let deviation = q.squareRoot()
    let edges = isWrapped ? [0, .pi / 2, .pi] : halfLineEdges(deviation: deviation)
    var atoms: [(Double, Double)] = []
    PanelRule.fine.forEachNode(edges: refined(edges, deviation: deviation), deviation: deviation) {
      z, weight in
      let weight = isWrapped ? weight * PointwiseFunction.wrapping(z, deviation: deviation) : weight
      atoms.append((slopeSquare(z), weight))
      atoms.append((slopeSquare(-z), weight))
    }
    return AtomicMeasure(atoms)
  }

  private func slopeSquare(_ z: Double) -> Double {
    let slope = evaluate(z).derivative
    return slope * slope
  }

  private var isPeriodic: Bool { activation?.kind == .sin || activation?.kind == .cos }

  /// What z mod 2π in −π … π has for a density, (1 + 2 Σ e^(−k²q/2) cos kz)/2π for q > 1, over that of z.
  private static func wrapping(_ z: Double, deviation: Double) -> Double {
    let (q, t) = (deviation * deviation, z / deviation)
    let sum = (1...9).reduce(1.0) { sum, k in
      sum + 2 * realExp(-Double(k * k) * q / 2) * realCos(Double(k) * z)
    }
    return sum * deviation * realExp(t * t / 2) / (2 * .pi).squareRoot()
  }

  /// Each panel in four, and on until log φ′² changes by less than 4 over it on both sides of 0.
  ///
  /// E[d/(w − d)] has its pole where log d is log w, which in a product of layers is some tenths or more
  /// from the real axis. Near a zero of φ′ and in its tails log d changes fast.
  private func refined(_ edges: [Double], deviation: Double) -> [Double] {
    var result = edges.prefix(1).map { $0 }
    func append(_ left: Double, _ right: Double, splits: Int) {
      if splits > 0 || needsSplit(left, right, deviation: deviation) {
        append(left, (left + right) / 2, splits: splits - 1)
        append((left + right) / 2, right, splits: splits - 1)
      } else {
        result.append(right)
      }
    }
    for (left, right) in zip(edges, edges.dropFirst()) { append(left, right, splits: 2) }
    return result
  }

  private func needsSplit(_ left: Double, _ right: Double, deviation: Double) -> Bool {
    let t = left / deviation
    guard (right - left) / deviation * realExp(-t * t / 2) > 1e-8 else { return false }
    return [1.0, -1].contains { side in
      let squares = [0.01, 0.25, 0.5, 0.75, 0.99].map {
        slopeSquare(side * (left + (right - left) * $0))
      }
      let (least, most) = (squares.min()!, squares.max()!)
      return most > AtomicMeasure.negligible && most > 55 * least
    }
  }
}
