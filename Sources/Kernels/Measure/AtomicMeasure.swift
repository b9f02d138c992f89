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
  /// Σ p, Σ p d over the vectors before each, and Σ p, Σ p/d over those from each on.
  private let below: [(weight: Double, moment: Double)]
  private let above: [(weight: Double, inverse: Double)]

  /// What the probabilities lack of 1 by rounding.
  private static let rounding = 1e-12

  /// Numbers that are smaller count as 0.
  package static let negligible = 1e-290

  /// - Parameters:
  ///   - atoms: Pairs of a number, not negative, and its probability, in any order. What the
  ///     probabilities lack of 1 belongs to 0.
  package init(_ atoms: [(value: Double, probability: Double)]) {
    var (values, weights): ([Double], [Double]) = ([], [])
    for atom in atoms.filter({ $0.value > AtomicMeasure.negligible }).sorted(by: {
      $0.value < $1.value
    }) {
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
    let lanes = stride(from: 0, to: values.count, by: 8).map { first in
      var lane = (atom: DoubleVector(repeating: values.last!), weight: DoubleVector.zero)
      for i in 0..<min(8, values.count - first) {
        lane.atom[i] = values[first + i]
        lane.weight[i] = weights[first + i]
      }
      return lane
    }
    self.lanes = lanes
    below = lanes.reduce(into: [(0, 0)]) { sums, lane in
      let last = sums[sums.count - 1]
      sums.append((last.0 + lane.weight.sum(), last.1 + (lane.weight * lane.atom).sum()))
    }
    above = Array(
      lanes.reversed().reduce(into: [(0, 0)]) { sums, lane in
        let last = sums[sums.count - 1]
        sums.append((last.0 + lane.weight.sum(), last.1 + (lane.weight / lane.atom).sum()))
      }.reversed())
  }

  /// The distribution of the numbers over their mean; the same where all are 0.
  package func normalized() -> AtomicMeasure {
    let mean = zip(atoms, weights).reduce(0) { $0 + $1.0 * $1.1 }
    return atoms.isEmpty ? self : AtomicMeasure(zip(atoms, weights).map { ($0 / mean, $1) })
  }

  /// E[d/(w − d)], E[w/(w − d)], which is 1 more but keeps its digits where it is small, and the derivative
  /// of either by log w.
  ///
  /// - Parameter logW: log w, 0 < Im < π; |w| is in the range of `Double`.
  package func momentFunction(_ logW: Complex) -> (value: Complex, next: Complex, slope: Complex) {
    // With |w| = 1, so that no square leaves the range.
    let (size, w) = (realExp(logW.real), Complex.exp(Complex(0, logW.imaginary)))
    let scale = DoubleVector(repeating: 1 / size)
    let (real, imaginary) = (DoubleVector(repeating: w.real), DoubleVector(repeating: w.imaginary))
    let square = imaginary * imaginary
    // 1/(w − d) = (x − iy)/(x² + y²); Σ p d/(w − d), Σ p/(w − d) and Σ p d/(w − d)².
    var (valueReal, valueImaginary) = (DoubleVector.zero, DoubleVector.zero)
    var (nextReal, nextImaginary) = (DoubleVector.zero, DoubleVector.zero)
    var (slopeReal, slopeImaginary) = (DoubleVector.zero, DoubleVector.zero)
    let near = lanes(near: size)
    for lane in lanes[near] {
      let atom = lane.atom * scale
      let x = real - atom
      let inverse = 1 / (x * x + square)
      let (a, b) = (x * inverse, imaginary * inverse)
      let moment = lane.weight * atom
      valueReal.addProduct(moment, a)
      valueImaginary.addProduct(moment, b)
      nextReal.addProduct(lane.weight, a)
      nextImaginary.addProduct(lane.weight, b)
      slopeReal.addProduct(moment, a * a - b * b)
      slopeImaginary.addProduct(moment, a * b)
    }
    // d/(w − d) is d/w far below w, and −1 − w/d far above.
    let (below, above) = (below[near.lowerBound], above[near.upperBound])
    let low = below.moment / size * Complex(w.real, -w.imaginary)
    let high = above.inverse * size * w
    let value = Complex(valueReal.sum(), -valueImaginary.sum())
    let next = w * Complex(nextReal.sum(), -nextImaginary.sum())
    let slope = w * Complex(slopeReal.sum(), -2 * slopeImaginary.sum())
    return (
      value + low - high - Complex(above.weight),
      next + low - high + Complex(zeroShare + below.weight),
      -(slope + low + high)
    )
  }

  /// E[arg(1 − d/w)], in 0 … π.
  package func meanArgument(_ logW: Complex) -> Double {
    let size = realExp(logW.real)
    let (cosine, sine) = (realCos(logW.imaginary), realSin(logW.imaginary))
    let near = lanes(near: size)
    var sum = below[near.lowerBound].moment / size * sine
    // The last vector may be filled up.
    let end = min(8 * near.upperBound, atoms.count)
    for i in min(8 * near.lowerBound, end)..<end {
      let ratio = atoms[i] / size
      sum += weights[i] * atan2(ratio * sine, 1 - ratio * cosine)
    }
    let above = above[near.upperBound]
    return sum + above.weight * (.pi - logW.imaginary) - above.inverse * size * sine
  }

  /// The vectors with atoms that are within a factor of 10⁶ of |w|; for the others the first term of a
  /// series is right to 1e-12.
  private func lanes(near size: Double) -> Range<Int> {
    let lower = firstLane { $0.atom[7] > size * 1e-6 }
    return lower..<max(lower, firstLane { $0.atom[0] > size * 1e6 })
  }

  /// The first vector of which `condition` holds, as it does for all after.
  private func firstLane(_ condition: ((atom: DoubleVector, weight: DoubleVector)) -> Bool) -> Int {
    var (lower, upper) = (0, lanes.count)
    while lower < upper {
      let middle = (lower + upper) / 2
      if condition(lanes[middle]) { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}
