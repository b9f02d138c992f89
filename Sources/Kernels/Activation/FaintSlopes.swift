/// Columns of z in which all of φ′ is faint: so small that with what it will be multiplied by it would leave the
/// range of floats, or has left it already.
///
/// There φ′ is worked out again with exponents that have no end, and stored in units of a power of two of the
/// column's own.
struct FaintSlopes {
  private let function: Activation
  private let z: Panels
  /// The power of two of each column, 0 for those that are not faint.
  private(set) var exponents: [Int32] = []
  /// φ′ in these units, one entry for each feature, by the number of the column.
  private var slopes: [Int: [Float]] = [:]

  /// A cotangent has its largest entry within 2⁻⁴⁰ … 2⁴⁰, so with φ′ above this the product is far from the
  /// smallest floats.
  private static let limit = Float(0x1p-60)

  /// What is faint among the first `count` columns; `nil` where nothing is, as nearly always.
  ///
  /// A column is settled by the first entry that is not faint, so that of z the first row or two are read.
  init?(_ function: Activation, of z: Panels, count: Int) {
    (self.function, self.z) = (function, z)
    z.forEachGroup(count) { group, column, width in
      let known = min(count - column, Panels.lanes)
      let faint = FaintSlopes.faintLanes(function, group, z.features, width, count: known)
      for lane in faint { add(group + lane, column + lane, width) }
    }
    if slopes.isEmpty { return nil }
  }

  /// The lanes of a group, of the first `count`, with no entry of magnitude `limit` or more.
  private static func faintLanes(
    _ function: Activation, _ group: UnsafeMutablePointer<Float>, _ features: Int, _ width: Int,
    count: Int
  ) -> [Int] {
    var largest = SIMD16<UInt32>(repeating: 0)
    for lane in count..<Panels.lanes { largest[lane] = .max }
    let limit = SIMD16<UInt32>(repeating: limit.bitPattern)
    function.withFunction { (function: (Lanes) -> (value: Lanes, derivative: Lanes)) in
      for feature in 0..<features {
        let slope = function(Lanes((group + feature * width).groups[0])).derivative
        // As bits NaN is above all numbers: what is no number stays as it is.
        let magnitude = slope.bits & 0x7fff_ffff
        largest.replace(with: magnitude, where: magnitude .> largest)
        if all(largest .>= limit) { break }
      }
    }
    return (0..<Panels.lanes).filter { largest[$0] < limit[0] }
  }

  /// Works out a column that begins at `first`. One where φ′ is zero, or too small even for this, stays as it is.
  private mutating func add(_ first: UnsafeMutablePointer<Float>, _ column: Int, _ width: Int) {
    let exact = function.withFunction {
      (function: (WideDouble) -> (value: WideDouble, derivative: WideDouble)) in
      (0..<z.features).map { function(WideDouble(Double(first[$0 * width]))).derivative }
    }
    let regular = exact.filter { $0.isFinite && $0.significand != 0 }
    guard let largest = regular.map(\.exponent).max(), let exponent = Int32(exactly: largest)
    else { return }
    if exponents.isEmpty { exponents = Array(repeating: 0, count: z.columns) }
    exponents[column] = exponent
    slopes[column] = exact.map { Float($0.scaled(byPowerOfTwo: -largest).doubleValue) }
  }

  /// Writes φ(z) and φ′(z), the faint columns of φ′ in their units.
  ///
  /// - Parameters:
  ///   - value: Apart from z.
  ///   - derivative: May be z.
  func run(value: Panels, derivative: Panels) {
    let groups = z.count / Panels.lanes
    function.apply(
      to: z.base.groups, value: value.base.groups, derivative: derivative.base.groups,
      groups: groups)
    derivative.forEachGroup(z.columns) { group, column, width in
      for lane in 0..<Panels.lanes {
        guard let slopes = slopes[column + lane] else { continue }
        for feature in 0..<z.features { group[feature * width + lane] = slopes[feature] }
      }
    }
  }
}
