import Foundation
import NamedActivations
import Testing

@testable import SignalPropagation

/// Closed forms of E[φ] and E[φ²] at z ~ N(0, q).
struct ClosedForm: Sendable, CustomTestStringConvertible {
  var activation: Activation
  var mean: @Sendable (Double) -> Double
  var square: @Sendable (Double) -> Double
  var slopeSquare: @Sendable (Double) -> Double

  var testDescription: String { activation.name }

  static let all: [ClosedForm] = [
    ClosedForm(activation: .identity, mean: { _ in 0 }, square: { $0 }, slopeSquare: { _ in 1 }),
    ClosedForm(
      activation: .relu, mean: { ($0 / (2 * .pi)).squareRoot() }, square: { $0 / 2 },
      slopeSquare: { _ in 0.5 }),
    ClosedForm(
      activation: .abs, mean: { (2 * $0 / .pi).squareRoot() }, square: { $0 },
      slopeSquare: { _ in 1 }
    ),
    ClosedForm(
      activation: .leakyReLU, mean: { 0.99 * ($0 / (2 * .pi)).squareRoot() },
      square: { $0 * (1 + 1e-4) / 2 }, slopeSquare: { _ in (1 + 1e-4) / 2 }),
    ClosedForm(
      activation: .erf, mean: { _ in 0 },
      square: { 2 / .pi * atan(2 * $0 / (1 + 4 * $0).squareRoot()) },
      slopeSquare: { 4 / .pi / (1 + 4 * $0).squareRoot() }),
    ClosedForm(
      activation: .hardtanh, mean: { _ in 0 },
      square: { q in
        let inside = Foundation.erf(1 / (2 * q).squareRoot())
        let edge = (2 * q / .pi).squareRoot() * Foundation.exp(-1 / (2 * q))
        return q < 1e-3 ? q : q * inside - edge + erfc(1 / (2 * q).squareRoot())
      }, slopeSquare: { Foundation.erf(1 / (2 * $0).squareRoot()) }),
    ClosedForm(
      activation: .square, mean: { $0 }, square: { 3 * $0 * $0 }, slopeSquare: { 4 * $0 }),
    ClosedForm(
      activation: .sin, mean: { _ in 0 }, square: { -expm1(-2 * $0) / 2 },
      slopeSquare: { (1 + Foundation.exp(-2 * $0)) / 2 }),
    ClosedForm(
      activation: .softshrink, mean: { _ in 0 },
      square: { q in
        let t = 0.5 / q.squareRoot()
        let density = Foundation.exp(-t * t / 2) / (2 * .pi).squareRoot()
        return 2 * q * ((1 + t * t) * erfc(t / 2.0.squareRoot()) / 2 - t * density)
      }, slopeSquare: { erfc(0.5 / (2 * $0).squareRoot()) }),
  ]
}

private let variances = [1e-30, 1e-12, 1e-4, 0.1, 1, 30, 1e4, 1e12]

/// |a − b| against b, or absolutely where b is 0.
private func error(_ a: Double, _ b: Double) -> Double { b == 0 ? abs(a) : relativeError(a, b) }

@Suite struct MeanFieldMomentsTests {
  @Test(arguments: ClosedForm.all)
  func `moments have their closed forms at every variance`(form: ClosedForm) {
    for q in variances where form.activation != .softshrink || q > 0.05 {
      let moments = PointwiseFunction(form.activation).moments(q: q)
      #expect(error(moments.mean, form.mean(q)) < 1e-10, "E[φ] at \(q)")
      #expect(error(moments.square, form.square(q)) < 1e-10, "E[φ²] at \(q)")
      #expect(error(moments.slopeSquare, form.slopeSquare(q)) < 1e-10, "E[φ′²] at \(q)")
    }
  }

  /// The trapezoidal rule converges faster than any power of its step for a Gaussian times an
  /// analytic function.
  @Test(arguments: Activation.listed.filter(\.kinks.isEmpty))
  func `all moments of smooth activations are those of a fine sum`(activation: Activation) {
    // At larger q the sum's ten standard deviations cut off too much of exp.
    for q in [0.02, 1, 4] where activation != .exp || q < 1 {
      let step = 1.0 / 32
      let points = (-320...320).map { i -> (z: Double, weight: Double, v: Double, d: Double) in
        let x = Double(i) * step
        let (v, d) = activation.evaluate(x * q.squareRoot())
        return (x * q.squareRoot(), step * exp(-x * x / 2) / (2 * .pi).squareRoot(), v, d)
      }
      let mean = points.reduce(0) { $0 + $1.weight * $1.v }
      let expected: [(KeyPath<GaussianMoments, Double>, Double)] = [
        (\.mean, mean),
        (\.variance, points.reduce(0) { $0 + $1.weight * ($1.v - mean) * ($1.v - mean) }),
        (\.slopeSquare, points.reduce(0) { $0 + $1.weight * $1.d * $1.d }),
        (\.curvature, points.reduce(0) { $0 + $1.weight * $1.z * $1.d } / q),
        (\.productSlope, points.reduce(0) { $0 + $1.weight * $1.z * $1.v * $1.d } / q),
        (\.valueSlopeSquare, points.reduce(0) { $0 + $1.weight * $1.v * $1.d * $1.d }),
        (\.productSquare, points.reduce(0) { $0 + $1.weight * $1.v * $1.v * $1.d * $1.d }),
      ]
      let moments = PointwiseFunction(activation).moments(q: q)
      for (moment, value) in expected {
        let tolerance = 1e-10 * max(abs(value), 1e-5)
        #expect(abs(moments[keyPath: moment] - value) < tolerance, "\(moment) at \(q)")
      }
    }
  }

  @Test func `nothing cancels at a tiny variance`() {
    let sigmoid = PointwiseFunction(.sigmoid).moments(q: 1e-30)
    #expect(relativeError(sigmoid.variance, 1e-30 / 16) < 1e-12)
    // (φφ′)′ = φ′² + φφ″ = 1/16 at 0; E[φ″] = 0 by symmetry.
    #expect(relativeError(sigmoid.productSlope, 1.0 / 16) < 1e-12)
    // gelu″(0) = 2/√(2π).
    let gelu = PointwiseFunction(.gelu).moments(q: 1e-30)
    #expect(relativeError(gelu.curvature, 2 / (2 * .pi).squareRoot()) < 1e-12)
    #expect(relativeError(gelu.mean, 1e-30 / (2 * .pi).squareRoot()) < 1e-12)
  }

  @Test func `a dead zone leaves its tail`() {
    // Both tails of z² beyond 1/2 at √q = 0.04: 2q(t φ(t) + Φ(−t)) with t = 12.5.
    let t = 12.5
    let tail = 2 * t * exp(-t * t / 2) / (2 * .pi).squareRoot() + erfc(t / 2.0.squareRoot())
    #expect(
      relativeError(PointwiseFunction(.hardshrink).moments(q: 0.0016).square, 0.0016 * tail) < 1e-9)
  }

  @Test(arguments: [Activation.tanh, .relu, .gelu, .selu, .softsign, .hardsigmoid])
  func `the table answers as the quadrature does`(activation: Activation) {
    var table = MomentTable(PointwiseFunction(activation))
    for _ in 0..<2 {
      for i in 0..<60 {
        let q = 1.01 + 0.016 * Double(i)
        let (tabled, direct) = (table.moments(q: q), PointwiseFunction(activation).moments(q: q))
        #expect(relativeError(tabled.square, direct.square) < 1e-13)
        #expect(relativeError(tabled.slopeSquare, direct.slopeSquare) < 1e-13)
        #expect(relativeError(tabled.productSlope, direct.productSlope) < 1e-13)
        #expect(relativeError(tabled.productSquare, direct.productSquare) < 1e-13)
      }
    }
  }
}
