import Foundation
import Testing

@testable import Kernels

/// Powers against the C library in double precision.
@Suite struct `A power` {
  private func power(_ exponent: Double, of inputs: [Float]) -> [Float] {
    let columns = (inputs.count + 47) / 48 * 48
    let panels = Panels(
      features: 1, widths: Panels.widths(forColumns: columns), pool: Pool())
    panels.load(rows: inputs, firstRow: 0, count: inputs.count, scale: 1)
    let program = ElementwiseProgram(inputs: 1, instructions: [.scalar(.power(exponent), 0)])
    program.run([panels], result: panels)
    return panels.rows().prefix(inputs.count).map { $0[0] }
  }

  /// From the smallest subnormal to the largest number, near 1, and what is special.
  private static let inputs: [Float] = {
    let sizes = (0..<1100).map { exp2f(-149 + 0.252 * Float($0)) }
    let nearOne = (-200...200).map { 1 + Float($0) * 0x1p-20 }
    let positive = sizes + nearOne + (1...300).map { 0.037 * Float($0) }
    let special: [Float] = [0, -0.0, .infinity, -.infinity, .nan, 1, -1]
    return positive + positive.map { -$0 } + special
  }()

  static let exponents: [Double] = [
    0, 1, 2, 3, 4, 5, 7, 10, 17, -3, -4, -5, 0.25, -0.25, 1.0 / 3, -1.0 / 3, 2.0 / 3, 1.5, -1.5,
    2.5,
    0.1, 0.999, 1.001, 3.5, 20.5, 100, -100, 101, 1e-3, -1e-3, 1e-10, 1e4, -1e4, 1e10,
  ]

  @Test(arguments: exponents)
  func `is within two units in the last place`(exponent: Double) {
    for (x, result) in zip(Self.inputs, power(exponent, of: Self.inputs)) {
      let truth = pow(Double(x), exponent)
      let error = ElementaryError.unitsInTheLastPlace(result, truth)
      #expect(error <= 2, "\(x)^\(exponent) = \(result)")
      if truth == 0, result == 0 { #expect(truth.sign == result.sign, "\(x)^\(exponent)") }
      if truth.isInfinite { #expect(Double(result) == truth, "\(x)^\(exponent)") }
    }
  }

  /// 1/(x·x), 1/x and roots are as short as PyTorch's, and so are their ranges: -∞^½ is NaN, and x² may be
  /// out of range where x⁻² is not.
  @Test(arguments: [-1, -2, 0.5, -0.5])
  func `that has a shorter way is within two units where that is in range`(exponent: Double) {
    let inputs = Self.inputs.filter { exponent != -2 || (1e-18...1e18).contains($0.magnitude) }
      .filter { exponent.magnitude != 0.5 || $0 != -.infinity && !($0 == 0 && $0.sign == .minus) }
    for (x, result) in zip(inputs, power(exponent, of: inputs)) {
      let truth = pow(Double(x), exponent)
      #expect(
        ElementaryError.unitsInTheLastPlace(result, truth) <= 2, "\(x)^\(exponent) = \(result)")
    }
    let extremes = power(exponent, of: [0, .infinity, .nan])
    #expect(extremes[0] == (exponent < 0 ? .infinity : 0))
    #expect(extremes[1] == (exponent < 0 ? 0 : .infinity))
    #expect(extremes[2].isNaN)
  }
}
