import SignalPropagation

/// The values of one axis of a sweep: a list of single values and ranges, as `0.5,1:2:0.25`.
extension Operand {
  /// The items between commas, ranges written out, each value once.
  ///
  /// - Parameter value: Reads one value; ranges come as the decimals that they stand for.
  func list<Value: Hashable>(
    _ value: (Operand) throws(ArgumentError) -> Value
  ) throws(ArgumentError) -> [Value] {
    var values: [Value] = []
    var seen: Set<Value> = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      for text in try range(item) ?? [String(item)] {
        let value = try value(Operand(name: name, text: text))
        if seen.insert(value).inserted { values.append(value) }
      }
      guard values.count <= SweepArguments.mostPoints else {
        throw .value(self, .sweep(.tooManyValues(most: SweepArguments.mostPoints)))
      }
    }
    return values
  }

  /// The decimals of `from:to:step`; `nil` where the item is no range.
  private func range(_ item: Substring) throws(ArgumentError) -> [String]? {
    guard item.contains(":") else { return nil }
    let operand = Operand(name: name, text: String(item))
    do throws(SweepValueProblem) {
      return try DecimalRange(item).values(most: SweepArguments.mostPoints)
    } catch {
      throw .value(operand, .sweep(error))
    }
  }

  /// Numbers, and names of gains.
  func gains() throws(ArgumentError) -> [Sweep.GainSetting] {
    try list { (item) throws(ArgumentError) in
      if let name = item.gainName() { return .named(name) }
      return .number(try item.gain())
    }
  }

  /// Numbers, and `none` for a plain stack.
  func skips() throws(ArgumentError) -> [Double?] {
    try list { (item) throws(ArgumentError) in
      item.text.lowercased() == "none" ? nil : try item.real()
    }
  }

  /// Schemes, whose parameters have commas of their own: `orthogonal,trunc_normal:a=-1,b=1,normal:std=1`
  /// has three.
  func initializers() throws(ArgumentError) -> [Initializer] {
    var schemes: [String] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let continues = item.contains("=") && !item.contains(":")
      if continues, let scheme = schemes.popLast() {
        schemes.append("\(scheme),\(item)")
      } else {
        schemes.append(String(item))
      }
    }
    var initializers: [Initializer] = []
    for scheme in schemes {
      let initializer = try Operand(name: name, text: scheme).initializer()
      if !initializers.contains(initializer) { initializers.append(initializer) }
    }
    return initializers
  }

  /// `I/N`, I from 1 to N.
  func shard() throws(ArgumentError) -> Shard {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      .map { try? Operand(name: name, text: String($0)).count() }
    guard parts.count == 2, let index = parts[0], let count = parts[1], index <= count else {
      throw .value(self, .sweep(.notAShard))
    }
    return Shard(index: index, count: count)
  }
}

/// One of `count` parts of a sweep, counted from 1.
struct Shard: Equatable, Sendable {
  let index: Int
  let count: Int
}

/// A range of decimals, kept as whole multiples of a power of ten: adding a step of 0.1 ten times in
/// binary does not give 1, and gives neighbours of 0.3 and 0.7 on the way.
struct DecimalRange {
  private let first: Int128
  private let last: Int128
  private let step: Int128
  private let exponent: Int

  /// Reads `from:to:step`.
  init(_ text: Substring) throws(SweepValueProblem) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(Decimal.init)
    guard parts.count == 3, let from = parts[0], let to = parts[1], let by = parts[2] else {
      throw .notARange
    }
    exponent = min(from.exponent, to.exponent, by.exponent)
    guard let first = from.digits(exponent: exponent), let last = to.digits(exponent: exponent),
      let step = by.digits(exponent: exponent)
    else { throw .tooFine }
    guard step != 0, first == last || (first < last) == (step > 0) else { throw .stepsAway }
    (self.first, self.last, self.step) = (first, last, step)
  }

  /// The values, at most `most`, as decimals.
  func values(most: Int) throws(SweepValueProblem) -> [String] {
    let steps = (last - first) / step
    guard steps < most else { throw .tooManyValues(most: most) }
    return (0...steps).map { Decimal(digits: first + $0 * step, exponent: exponent).description }
  }
}

/// digits · 10^exponent.
private struct Decimal {
  let digits: Int128
  let exponent: Int

  init(digits: Int128, exponent: Int) {
    self.digits = digits
    self.exponent = exponent
  }

  /// Reads `-12.50`, `.5`, `1e-3`; exponents are bounded so that nothing here can overflow.
  init?(_ text: Substring) {
    let halves = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count), let exponent = halves.count == 1 ? 0 : Int(halves[1]),
      exponent.magnitude <= 400
    else { return nil }
    let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : ""
    guard (1...2).contains(parts.count), fraction.first != "+", fraction.first != "-",
      let digits = Int128(parts[0] + fraction), digits.magnitude < Decimal.most
    else { return nil }
    self.digits = digits
    self.exponent = exponent - fraction.count
  }

  /// The same number as a multiple of a smaller power of ten; `nil` where that has too many digits.
  func digits(exponent: Int) -> Int128? {
    var result = digits
    for _ in exponent..<self.exponent where result != 0 {
      result *= 10
      guard result.magnitude < Decimal.most else { return nil }
    }
    return result
  }

  /// Two of these can be subtracted, and any of them be multiplied by ten.
  private static let most: UInt128 = 1_000_000_000_000_000_000_000_000_000_000_000_000

  /// As it would be typed, without zeros after its last digit: `0.5`, `-120`.
  var description: String {
    guard digits != 0 else { return "0" }
    guard exponent < 0 else { return "\(digits)\(String(repeating: "0", count: exponent))" }
    let figures = String(digits.magnitude)
    let padded = String(repeating: "0", count: max(0, 1 - exponent - figures.count)) + figures
    let fraction = padded.suffix(-exponent).reversed().drop { $0 == "0" }.reversed()
    return (digits < 0 ? "-" : "") + padded.dropLast(-exponent)
      + (fraction.isEmpty ? "" : "." + String(fraction))
  }
}
