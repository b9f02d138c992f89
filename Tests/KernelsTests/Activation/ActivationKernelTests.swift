import Foundation
import NamedActivations
import Testing

@testable import Kernels

/// The single-precision kernels against the same activations in double precision, which are tested
/// against PyTorch.
@Suite struct ActivationKernelTests {
  /// φ and φ′ of `inputs`, padded to whole vectors.
  func apply(_ activation: Activation, to inputs: [Float]) -> [(value: Float, derivative: Float)] {
    let count = (inputs.count + 15) / 16 * 16
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 8 * count, alignment: 64)
    defer { memory.deallocate() }
    let z = memory.initializeMemory(as: Float.self, repeating: 0, count: 2 * count)
    let h = z + count
    for (i, x) in inputs.enumerated() { z[i] = x }
    activation.apply(
      to: z.groups, value: h.groups, derivative: z.groups, groups: count / Panels.lanes)
    return inputs.indices.map { (h[$0], z[$0]) }
  }

  /// Every magnitude from subnormal to 1e4, with the kinks and their neighbours.
  func inputs(_ activation: Activation) -> [Float] {
    let magnitudes = (0..<4000).map { exp2f(-149 + 0.0405 * Float($0)) }
    let near = activation.kinks.map(Float.init).flatMap { [$0, $0.nextUp, $0.nextDown] }
    return (magnitudes + (1...3000).map { 0.011 * Float($0) }).flatMap { [$0, -$0] } + near + [0]
  }

  @Test(arguments: Activation.listed)
  func `values and derivatives are those of double precision`(_ activation: Activation) {
    let tolerance = Tolerance(activation)
    let inputs = inputs(activation)
    for (x, result) in zip(inputs, apply(activation, to: inputs)) {
      let (value, derivative) = activation.evaluate(Double(x))
      let subnormal = 0x1p-148 * Double(x.magnitude)
      #expect(
        isClose(result.value, value, ulp: tolerance.value, absolute: subnormal), "φ(\(x))")
      #expect(
        isClose(
          result.derivative, derivative, ulp: tolerance.derivative,
          absolute: max(subnormal, tolerance.nearRoot(x))), "φ′(\(x))")
    }
  }

  func isClose(_ result: Float, _ truth: Double, ulp: Double, absolute: Double) -> Bool {
    ElementaryError.unitsInTheLastPlace(result, truth) <= ulp
      || (Double(result) - truth).magnitude <= absolute
  }

  /// In units in the last place. (A product of x and a subnormal keeps the subnormal's absolute
  /// error, which the test allows for.)
  struct Tolerance {
    var value = 4.0
    var derivative = 5.0
    var hasRoot = false

    init(_ activation: Activation) {
      switch activation {
      case .gelu: (value, derivative, hasRoot) = (8, 8, true)
      // The argument of the exponential, up to 100, is rounded before: as many half units.
      case .geluTanh: (value, derivative, hasRoot) = (200, 200, true)
      case .silu, .mish, .hardswish: hasRoot = true
      default: break
      }
    }

    /// Terms of size 1 cancel near the minimum of φ.
    func nearRoot(_ x: Float) -> Double { hasRoot && -2 < x && x < -0.5 ? 0x1p-23 : 0 }
  }

  @Test(arguments: Activation.listed)
  func `NaN comes through`(_ activation: Activation) {
    let nans = [Float.nan, -.nan, Float(bitPattern: 0x7FC0_0001), Float(bitPattern: 0xFFFF_FFFF)]
    #expect(apply(activation, to: nans).allSatisfy { $0.value.isNaN })
  }

  @Test(
    arguments: [
      (.relu, 0, .infinity), (.relu6, 0, 6), (.hardtanh, -1, 1),
      (.leakyReLU, -.infinity, .infinity),
      (.elu, -1, .infinity), (.celu, -1, .infinity), (.selu, -1.7580993, .infinity),
      (.logSigmoid, -.infinity, 0), (.sigmoid, 0, 1), (.tanh, -1, 1), (.erf, -1, 1),
      (.softplus, 0, .infinity), (.hardsigmoid, 0, 1), (.exp, 0, .infinity), (.sin, .nan, .nan),
      (.cos, .nan, .nan), (.atan, -.pi / 2, .pi / 2), (.tanhshrink, -.infinity, .infinity),
      (.softshrink, -.infinity, .infinity), (.abs, .infinity, .infinity), (.softsign, .nan, .nan),
      (.gelu, .nan, .infinity), (.silu, .nan, .infinity), (.mish, .nan, .infinity),
    ] as [(Activation, Float, Float)])
  func `infinities give what PyTorch gives`(
    _ activation: Activation, atMinus: Float, atPlus: Float
  ) {
    let results = apply(activation, to: [-.infinity, .infinity]).map(\.value)
    for (result, expected) in zip(results, [atMinus, atPlus]) {
      #expect(
        expected.isFinite
          ? (result - expected).magnitude <= expected.ulp
          : result == expected || (result.isNaN && expected.isNaN))
    }
  }

  /// The same bits wherever a number stands in a batch, or the thread count would show.
  @Test(arguments: Activation.listed)
  func `a result does not depend on its place`(_ activation: Activation) {
    let inputs = (0..<64).map { 0.37 * Float($0) - 11 } + [1e6, -1e20]
    let there = apply(activation, to: inputs)
    let back = apply(activation, to: inputs.reversed()).reversed()
    for (a, b) in zip(there, back) {
      #expect(a.value.bitPattern == b.value.bitPattern)
      #expect(a.derivative.bitPattern == b.derivative.bitPattern)
    }
  }
}
