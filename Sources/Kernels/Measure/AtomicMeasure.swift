import Platform

/// A probability distribution on positive numbers and zero, given by atoms: often the nodes of a
/// quadrature rule.
package struct AtomicMeasure: Sendable {
  /// The positive atoms, ascending and distinct.
  package let atoms: [Double]
  /// Their probabilities.
  package let weights: [Double]
  /// The probability of 0.
  package let zeroShare: Double

  /// The same, eight by eight; the last vector is filled up with weights of 0.
  private let lanes: [(atom: DoubleVector, weight: DoubleVector)]

  /// What the probabilities lack of 1 by rounding.
  private static let rounding = 1e-12

  /// - Parameters:
  ///   - atoms: Pairs of a number, not negative, and its probability, in any order. What the
  ///     probabilities lack of 1 belongs to 0.
  package init(_ atoms: [(value: Double, probability: Double)]) {
    var (values, weights): ([Double], [Double]) = ([], [])
    for atom in atoms.filter({ $0.value > 0 }).sorted(by: { $0.value < $1.value }) {
      if atom.value == values.last {
        weights[weights.count - 1] += atom.probability
      } else {
        values.append(atom.value)
        weights.append(atom.probability)
      }
    }
    self.atoms = values
    self.weights = weights
    let rest = 1 - weights.reduce(0, +)
    zeroShare = rest > AtomicMeasure.rounding ? rest : 0
    lanes = stride(from: 0, to: values.count, by: 8).map { first in
      var lane = (atom: DoubleVector(repeating: 1), weight: DoubleVector.zero)
      for i in 0..<min(8, values.count - first) {
        lane.atom[i] = values[first + i]
        lane.weight[i] = weights[first + i]
      }
      return lane
    }
  }

  /// The mean.
  package var mean: Double { zip(atoms, weights).reduce(0) { $0 + $1.0 * $1.1 } }

  /// The same distribution of multiples of the numbers.
  package func scaled(by factor: Double) -> AtomicMeasure {
    AtomicMeasure(zip(atoms, weights).map { ($0 * factor, $1) })
  }

  /// E[d/(w − d)] and its derivative by log w.
  ///
  /// - Parameter logW: log w, 0 < Im < π; |w| is in the range of `Double`.
  package func momentFunction(_ logW: Complex) -> (value: Complex, slope: Complex) {
    // With |w| = 1, so that no square leaves the range; beyond 1e150, d/(w − d) is −1.
    let scale = DoubleVector(repeating: realExp(-logW.real))
    let w = Complex(realCos(logW.imaginary), realSin(logW.imaginary))
    let (real, imaginary) = (DoubleVector(repeating: w.real), DoubleVector(repeating: w.imaginary))
    let square = imaginary * imaginary
    let limit = DoubleVector(repeating: 1e150)
    // Σ p d/(w − d) and Σ p d/(w − d)².
    var (sumReal, sumImaginary) = (DoubleVector.zero, DoubleVector.zero)
    var (slopeReal, slopeImaginary) = (DoubleVector.zero, DoubleVector.zero)
    for lane in lanes {
      let atom = pointwiseMin(lane.atom * scale, limit)
      let x = real - atom
      let inverse = 1 / (x * x + square)
      let share = lane.weight * (atom * inverse)
      let (a, b) = (x * inverse, imaginary * inverse)
      sumReal += share * x
      sumImaginary += share
      let density = lane.weight * atom
      slopeReal += density * (a * a - b * b)
      slopeImaginary += density * (a * b)
    }
    let value = Complex(sumReal.sum(), -w.imaginary * sumImaginary.sum())
    let slope = Complex(slopeReal.sum(), -2 * slopeImaginary.sum())
    return (value, -(w * slope))
  }

  /// E[arg(1 − d/w)], in 0 … π.
  package func meanArgument(_ logW: Complex) -> Double {
    let scale = realExp(-logW.real)
    let (cosine, sine) = (realCos(logW.imaginary), realSin(logW.imaginary))
    var sum = 0.0
    for (atom, weight) in zip(atoms, weights) {
      let ratio = min(atom * scale, 1e150)
      sum += weight * atan2(ratio * sine, 1 - ratio * cosine)
    }
    return sum
  }
}
