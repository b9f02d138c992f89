import Foundation
import Testing

@testable import SignalPropagation

@Suite struct ThreePointRuleTests {
  static let sets: [[Double]] = [
    [0.1, 0.2, 0.4, 0.8], [-3, -3, -3, 1, 2, 2.5], (0..<90).map { 1 / (1 + Double($0)) },
    (0..<30).map { 5 + pow(0.5, Double($0)) },
  ]

  @Test(arguments: sets)
  func `Polynomials of degree five have the same sum`(numbers: [Double]) {
    let rule = ThreePointRule(of: numbers)
    for power in 0...5 {
      let sum = numbers.reduce(0) { $0 + pow($1, Double(power)) }
      let ours = zip(rule.points, rule.weights).reduce(0) { $0 + pow($1.0, Double(power)) * $1.1 }
      #expect(abs(ours - sum) < 1e-10 * numbers.reduce(0) { $0 + pow(abs($1), Double(power)) })
    }
    #expect(rule.points.allSatisfy { $0 >= numbers.min()! && $0 <= numbers.max()! })
    #expect(rule.weights.allSatisfy { $0 > 0 })
  }
}
