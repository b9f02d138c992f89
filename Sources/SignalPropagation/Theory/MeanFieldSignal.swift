import Kernels

/// The distribution of a layer's output h over units and over pairs of inputs, at infinite width.
///
/// Lengths are measured in 2^unit, in which φ is evaluated: where φ is homogeneous, φ(2^n z) = 2^n φ(z), a
/// change of the unit changes nothing else. No unit brings both a small variance and a mean that is not small
/// into the range of `Double`, as a sigmoid has them, so these are numbers of any size.
struct MeanFieldSignal: Equatable {
  /// Var[h] over all entries: what the printed `out` is the root of.
  var variance: WideDouble
  /// E[h].
  var mean: WideDouble
  /// E[h²] − E[h_a h_b] = ½ E[(h_a − h_b)²] for the rows a, b of two inputs.
  ///
  /// Kept instead of the product E[h_a h_b] itself: it starts at the whole of E[h²] and, where inputs
  /// become alike, falls without losing a digit.
  var dissimilarity: WideDouble
  /// Lengths are in units of 2^unit.
  var unit = 0
  /// Whether h is a Gaussian, as the input is and a sum of outputs of matrices.
  var isNormal = true

  /// The input: rows √c·common + √(1 − c)·own of N(0, inputStd²), independent for `similarity` c = 0.
  init(inputStd: Double, similarity: Double = 0) {
    variance = WideDouble(inputStd) * WideDouble(inputStd)
    mean = 0.0
    dissimilarity = variance * (1 - similarity)
  }

  /// That of an output in doubles.
  init(_ signal: ScaledSignal) {
    variance = WideDouble(signal.variance)
    mean = WideDouble(signal.mean)
    dissimilarity = WideDouble(signal.dissimilarity)
    (unit, isNormal) = (signal.unit, signal.isNormal)
  }

  /// E[h²].
  var square: WideDouble { variance + mean * mean }

  /// The standard deviation over all entries.
  var deviation: Magnitude { Magnitude(variance.squareRoot().scaled(byPowerOfTwo: unit)) }

  /// E[h_a h_b]/E[h²], the cosine of the angle between the outputs of two inputs.
  var similarity: Double { square > 0.0 ? 1 - (dissimilarity / square).doubleValue : .nan }

  /// Measures lengths in a unit that is 2^shift times as large.
  mutating func changeUnit(by shift: Int) {
    variance = variance.scaled(byPowerOfTwo: -2 * shift)
    dissimilarity = dissimilarity.scaled(byPowerOfTwo: -2 * shift)
    mean = mean.scaled(byPowerOfTwo: -shift)
    unit += shift
  }

  /// Passes h' = R h + S φ(z), z ~ N(0, q), with R = 1 in a residual stack and 0 in a plain one.
  ///
  /// z_i is a sum over all units, so it is independent of h_i, and variances, covariances and
  /// differences add up without mixed terms: Var[h'] = R Var[h] + S² Var[φ], and
  /// E[(h'_a − h'_b)²] = R E[(h_a − h_b)²] + S² E[(φ(z_a) − φ(z_b))²].
  ///
  /// - Parameter spread: ½ E[(φ(z_a) − φ(z_b))²].
  mutating func pass(_ block: ResidualBlock, moments: WideMoments, spread: WideDouble) {
    let branch = WideDouble(block.branch) * WideDouble(block.branch)
    // An infinite variance is not to become 0 · ∞.
    if block.carry == 0 { (variance, dissimilarity, mean) = (0.0, 0.0, 0.0) }
    variance = variance + branch * moments.variance
    dissimilarity = dissimilarity + branch * spread
    mean = mean + block.branch * moments.mean
    isNormal = false
  }

  /// A signal 2^power times as long, in the same unit.
  func lengthened(byPowerOfTwo power: Int) -> MeanFieldSignal {
    var signal = inUnit(changedBy: -power)
    signal.unit = unit
    return signal
  }

  /// The same in a unit that is 2^shift times as large.
  func inUnit(changedBy shift: Int) -> MeanFieldSignal {
    var signal = self
    signal.changeUnit(by: shift)
    return signal
  }

  /// The output of a layer whose input is `far`, from those of inputs nearer to 1.
  func extrapolated(_ known: [MeanFieldSignal], to far: FarVariance) -> MeanFieldSignal {
    var signal = self
    for figure in [\MeanFieldSignal.variance, \.mean, \.dissimilarity] {
      signal[keyPath: figure] = far.value(known.map { $0[keyPath: figure] })
    }
    return signal
  }

  /// In doubles.
  var scaled: ScaledSignal {
    ScaledSignal(
      variance: variance.doubleValue, mean: mean.doubleValue,
      dissimilarity: dissimilarity.doubleValue, unit: unit, isNormal: isNormal)
  }
}

/// The same in doubles, for what works in a unit in which the signal is of a size with 1.
struct ScaledSignal: Equatable {
  /// Var[h].
  var variance: Double
  /// E[h].
  var mean: Double
  /// E[h²] − E[h_a h_b].
  var dissimilarity: Double
  /// Lengths are in units of 2^unit.
  var unit = 0
  /// Whether h is a Gaussian.
  var isNormal = true

  /// E[h²].
  var square: Double { variance + mean * mean }

  /// The cosine of the angle between the outputs of two inputs.
  var similarity: Double { square > 0 ? 1 - dissimilarity / square : .nan }

  /// Measures lengths in a unit that is 2^shift times as large.
  mutating func changeUnit(by shift: Int) {
    let scale = Double(sign: .plus, exponent: -shift, significand: 1)
    variance *= scale * scale
    dissimilarity *= scale * scale
    mean *= scale
    unit += shift
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
