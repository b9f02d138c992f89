import Platform

/// Points n·α mod 1 in a cube, α the powers of 1/g with g^(d+1) = g + 1: they fill it more evenly than random
/// numbers do (Kronecker; Roberts 2018 for this α).
struct KroneckerSequence {
  private let steps: [Double]

  init(dimensions: Int) {
    var g = 2.0
    for _ in 0..<60 { g = pow(1 + g, 1 / Double(dimensions + 1)) }
    var step = 1.0
    steps = (0..<dimensions).map { _ in
      step /= g
      return step
    }
  }

  /// A coordinate of a point, in 0..<1.
  func coordinate(_ dimension: Int, ofPoint point: Int) -> Double {
    let place = 0.5 + steps[dimension] * Double(point)
    return place - place.rounded(.down)
  }
}

/// Outcomes and their probabilities, to be drawn from.
struct Distribution {
  private let sums: [Double]

  init(weights: [Double]) {
    var sum = 0.0
    sums = weights.map { weight in
      sum += weight
      return sum
    }
  }

  /// The outcome below which a fraction of the probability lies.
  func outcome(at fraction: Double) -> Int {
    let place = fraction * sums[sums.count - 1]
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > place { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
