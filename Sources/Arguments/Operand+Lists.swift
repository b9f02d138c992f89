/// Lists of single values and ranges, as `0.5,1:2:0.25`.
extension Operand {
  /// The items between commas, ranges written out, each value once.
  ///
  /// - Parameters:
  ///   - most: The largest number of values, in the whole list or in one range.
  ///   - makeRoom: Called with the number of values before any of them is made; may refuse them.
  ///   - value: Reads one value; ranges come as the decimals that they stand for.
  package func list<Value: Hashable>(
    most: Int, makeRoom: (Int) throws(ArgumentError) -> Void = { _ in },
    _ value: (Operand) throws(ArgumentError) -> Value
  ) throws(ArgumentError) -> [Value] {
    let items = text.split(separator: ",", omittingEmptySubsequences: false)
    // What is wrong with an item is said when it is read.
    let count = items.reduce(0) { $0 + ((try? range($1, most: most))?.count ?? 1) }
    if count <= most { try makeRoom(count) }
    var values: [Value] = []
    values.reserveCapacity(min(count, most))
    var seen: Set<Value> = []
    for item in items {
      let texts = try range(item, most: most).map { AnySequence($0) }
      for text in texts ?? AnySequence(CollectionOfOne(String(item))) {
        let value = try value(with(text))
        // The values of one range are in order, so equal ones are neighbours.
        let isNew = items.count == 1 ? value != values.last : seen.insert(value).inserted
        if isNew { values.append(value) }
      }
      guard values.count <= most else { throw .value(self, .tooManyValues(most: most)) }
    }
    return values
  }

  /// The decimals of `from:to:step`; `nil` where the item is no range.
  private func range(
    _ item: Substring, most: Int
  ) throws(ArgumentError) -> LazyMapCollection<Range<Int>, String>? {
    guard item.contains(":") else { return nil }
    do throws(ValueProblem) {
      return try DecimalRange(item).values(most: most)
    } catch {
      throw .value(with(item), error)
    }
  }
}

/// A range of decimals, kept as whole multiples of a power of ten: adding a step of 0.1 ten times in
/// binary does not give 1, and gives neighbours of 0.3 and 0.7 on the way.
struct DecimalRange {
  private let first: Int128
  private let last: Int128
  private let step: Int128
  private let exponent: Int

  /// Reads `from:to:step`.
  init(_ text: Substring) throws(ValueProblem) {
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

  /// The values, at most `most`, as decimals that are made when they are looked at.
  func values(most: Int) throws(ValueProblem) -> LazyMapCollection<Range<Int>, String> {
    let steps = (last - first) / step
    guard steps < most else { throw .tooManyValues(most: most) }
    return (0..<Int(steps) + 1).lazy.map {
      Decimal(digits: first + Int128($0) * step, exponent: exponent).description
    }
  }
}
