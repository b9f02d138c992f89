/// The distribution of a layer's output h over units and over pairs of inputs, at infinite width.
///
/// Lengths are measured in 2^unit, so that a stack may shrink or grow its signal without end: where φ
/// is homogeneous, φ(2^n z) = 2^n φ(z), a change of the unit changes nothing else.
struct MeanFieldSignal: Equatable {
  /// Var[h] over all entries: what the printed `out` is the root of.
  var variance: Double
  /// E[h].
  var mean: Double
  /// E[h²] − E[h_a h_b] = ½ E[(h_a − h_b)²] for the rows a, b of two inputs.
  ///
  /// Kept instead of the product E[h_a h_b] itself: it starts at the whole of E[h²] and, where inputs
  /// become alike, falls to 1e-300 without losing a digit.
  var dissimilarity: Double
  /// Lengths are in units of 2^unit.
  var unit = 0
  /// Whether h is a Gaussian, as the input is and a sum of outputs of matrices.
  var isNormal = true

  /// The input: rows √c·common + √(1 − c)·own of N(0, inputStd²), independent for `similarity` c = 0.
  init(inputStd: Double, similarity: Double = 0) {
    variance = inputStd * inputStd
    mean = 0
    dissimilarity = variance * (1 - similarity)
  }

  /// E[h²].
  var square: Double { variance + mean * mean }

  /// The standard deviation over all entries.
  var deviation: Magnitude { Magnitude(variance.squareRoot(), timesPowerOfTwo: unit) }

  /// E[h_a h_b]/E[h²], the cosine of the angle between the outputs of two inputs.
  var similarity: Double { square > 0 ? 1 - dissimilarity / square : .nan }

  /// Measures lengths in a unit that is 2^shift times as large.
  mutating func changeUnit(by shift: Int) {
    let scale = Double(sign: .plus, exponent: -shift, significand: 1)
    variance *= scale * scale
    dissimilarity *= scale * scale
    mean *= scale
    unit += shift
  }

  /// Passes h' = R h + S φ(z), z ~ N(0, q), with R = 1 in a residual stack and 0 in a plain one.
  ///
  /// z_i is a sum over all units, so it is independent of h_i, and variances, covariances and
  /// differences add up without mixed terms: Var[h'] = R Var[h] + S² Var[φ], and
  /// E[(h'_a − h'_b)²] = R E[(h_a − h_b)²] + S² E[(φ(z_a) − φ(z_b))²].
  ///
  /// - Parameter spread: ½ E[(φ(z_a) − φ(z_b))²].
  mutating func pass(_ block: ResidualBlock, moments: GaussianMoments, spread: Double) {
    let branch = block.branch * block.branch
    // An infinite variance is not to become 0 · ∞.
    if block.carry == 0 { (variance, dissimilarity, mean) = (0, 0, 0) }
    variance += branch * moments.variance
    dissimilarity += branch * spread
    mean += block.branch * moments.mean
    isNormal = false
  }
}

/// h' = carry·h + branch·φ(z): 0 and 1 in a plain stack, 1 and S in a residual one.
struct ResidualBlock: Equatable {
  var carry: Double
  var branch: Double

  init(skip: Double?) {
    carry = skip == nil ? 0 : 1
    branch = skip ?? 1
  }
}
