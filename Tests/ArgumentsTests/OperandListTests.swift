import Testing

@testable import Arguments

@Suite struct `A list of values` {
  private func reals(_ text: String) throws -> [Double] {
    try Operand(name: "--input-std", text: text).list(most: 1_000_000) {
      (item) throws(ArgumentError) in
      try item.real()
    }
  }

  private func counts(_ text: String) throws -> [Int] {
    try Operand(name: "--width", text: text).list(most: 1_000_000) { (item) throws(ArgumentError) in
      try item.count()
    }
  }

  private func problem(_ text: String) -> ArgumentError? {
    #expect(throws: ArgumentError.self) { _ = try self.reals(text) }
  }

  @Test(arguments: [
    ("1", 1), ("1,2,2", 3), ("0:1:0.1", 11), ("0:1:0.1,5,5:3:-1", 15),
    ("0:0.999999:0.000001", 1_000_000),
  ])
  func `is counted before it is made`(text: String, count: Int) {
    let refusal = ArgumentError.refused("too many")
    var counted: [Int] = []
    #expect(throws: refusal) {
      _ = try Operand(name: "--width", text: text).list(
        most: 1_000_000,
        makeRoom: { (values) throws(ArgumentError) in
          counted.append(values)
          throw refusal
        }
      ) { (item) throws(ArgumentError) -> Double in
        Issue.record("\(item.text) was made")
        return try item.real()
      }
    }
    #expect(counted == [count])
  }

  /// The doubles nearest to these decimals are fewer.
  @Test func `has each value of a range once`() throws {
    #expect(
      try reals("1:1.0000000000000005:0.0000000000000001") == [
        1, 1.0000000000000002, 1.0000000000000004,
      ])
  }

  /// Written out by hand: adding 0.1 in binary gives 0.30000000000000004 and 0.7999999999999999.
  @Test func `has ranges that are exact in decimal`() throws {
    #expect(try reals("0:1:0.1") == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    #expect(try reals("0.5:2:0.1").count == 16)
    #expect(try reals("1.1:1.3:0.1") == [1.1, 1.2, 1.3])
    #expect(try reals("-0.2:0.2:.1") == [-0.2, -0.1, 0, 0.1, 0.2])
    #expect(try reals("1e-3:5e-3:2e-3") == [0.001, 0.003, 0.005])
    #expect(try reals("1e300:3e300:1e300") == [1e300, 2e300, 3e300])
  }

  /// The parser of the language is the judge of what each decimal is.
  @Test func `has a hundred thousand steps without drift`() throws {
    let values = try reals("0:1:0.00001")
    #expect(values.count == 100_001)
    let isExact = values.indices.allSatisfy { values[$0] == Double("\($0)e-5") }
    #expect(isExact)
  }

  @Test func `has ranges that stop short, go down, or stay`() throws {
    #expect(try reals("0:1:0.3") == [0, 0.3, 0.6, 0.9])
    #expect(try reals("1:0:-0.25") == [1, 0.75, 0.5, 0.25, 0])
    #expect(try reals("2:2:1") == [2])
    #expect(try reals("1:2:5") == [1])
  }

  @Test func `mixes single values and ranges, each value once`() throws {
    #expect(try reals("5/3,0:1:0.5,sqrt2,0.5,1e0,3") == [5.0 / 3, 0, 0.5, 1, 2.0.squareRoot(), 3])
    #expect(try counts("10,100:300:100,200,1e2:1e2:1") == [10, 100, 200, 300])
  }

  @Test(arguments: [
    ("1:2", ValueProblem.notARange), (":2:1", .notARange), ("1:2:1:1", .notARange),
    ("a:2:1", .notARange), ("1/2:2:1", .notARange), ("nan:2:1", .notARange),
    ("1:inf:1", .notARange), ("0x1:2:1", .notARange), ("1.5.5:2:1", .notARange),
    ("1:2:+-1", .notARange), ("1:2:1e", .notARange), ("1:2:1e401", .notARange),
    ("1:2:0", .stepsAway), ("1:2:-1", .stepsAway), ("2:1:1", .stepsAway), ("1:1:0", .stepsAway),
    ("0:1:1e-300", .tooFine), ("0:1e300:1", .tooFine),
    ("0:1:1e-9", .tooManyValues(most: 1_000_000)),
    ("0:1:1e-30", .tooManyValues(most: 1_000_000)),
  ])
  func `refuses what is no range`(text: String, reason: ValueProblem) {
    let operand = Operand(name: "--input-std", text: text)
    #expect(problem(text) == .value(operand, reason))
    #expect(problem("1,\(text),2") == .value(operand, reason))
  }

  @Test func `refuses an empty value`() {
    #expect(problem("1,,2") == .value(Operand(name: "--input-std", text: ""), .notANumber))
    #expect(problem("") == .value(Operand(name: "--input-std", text: ""), .notANumber))
  }
}
