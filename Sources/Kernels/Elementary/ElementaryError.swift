/// How far a function of `Lanes` is from the same function of `Double`.
///
/// It belongs to the tests, and is here because the tests themselves are not optimised.
struct ElementaryError {
  /// The largest error in units in the last place of the true result, and where it is.
  private(set) var worst = 0.0
  private(set) var argument: Float = 0
  private(set) var count = 0

  /// Compares on every `stride`-th bit pattern from `first` on, to the end of all 2³²; NaN must
  /// give NaN.
  init(
    of function: (Lanes) -> Lanes, against reference: (Double) -> Double, first: UInt32 = 0,
    stride: UInt32
  ) {
    var pattern = first
    var isDone = false
    while !isDone {
      var arguments = Lanes.Floats.zero
      var filled = 0
      while filled < 16, !isDone {
        arguments[filled] = Float(bitPattern: pattern)
        filled += 1
        (pattern, isDone) = pattern.addingReportingOverflow(stride)
      }
      let results = function(Lanes(arguments)).floats
      for lane in 0..<filled {
        add(results[lane], reference(Double(arguments[lane])), at: arguments[lane])
      }
    }
  }

  private mutating func add(_ result: Float, _ truth: Double, at x: Float) {
    count += 1
    let error = Self.unitsInTheLastPlace(result, truth)
    guard error > worst else { return }
    (worst, argument) = (error, x)
  }

  /// An infinity counts as 2¹²⁸, the number that would come after the largest float.
  static func unitsInTheLastPlace(_ result: Float, _ truth: Double) -> Double {
    guard !result.isNaN, !truth.isNaN else { return result.isNaN == truth.isNaN ? 0 : .infinity }
    let bound = 0x1p128
    let value = Swift.min(Swift.max(Double(result), -bound), bound)
    let target = Swift.min(Swift.max(truth, -bound), bound)
    let exponent = target == 0 ? -126 : Swift.min(Swift.max(target.exponent, -126), 127)
    return (value - target).magnitude / Double(sign: .plus, exponent: exponent - 23, significand: 1)
  }
}
