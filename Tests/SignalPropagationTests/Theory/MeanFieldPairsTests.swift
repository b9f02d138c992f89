import Foundation
import NamedActivations
import Testing

@testable import SignalPropagation

/// E[φ(z_a)φ(z_b)] in closed form, for z_a, z_b ~ N(0, q) with covariance c.
struct PairForm: Sendable, CustomTestStringConvertible {
  var activation: Activation
  var product: @Sendable (_ q: Double, _ c: Double) -> Double

  var testDescription: String { activation.name }

  static let all: [PairForm] = [
    // Cho and Saul 2009.
    PairForm(activation: .relu) { q, c in
      let angle = acos(c / q)
      return q / (2 * .pi) * (Foundation.sin(angle) + (.pi - angle) * Foundation.cos(angle))
    },
    PairForm(activation: .abs) { q, c in
      let angle = acos(c / q)
      return 2 * q / .pi * (Foundation.sin(angle) + (.pi / 2 - angle) * Foundation.cos(angle))
    },
    // Williams 1997.
    PairForm(activation: .erf) { q, c in
      2 / .pi * atan2(2 * c, ((1 + 2 * q) * (1 + 2 * q) - 4 * c * c).squareRoot())
    },
    PairForm(activation: .sin) { q, c in Foundation.exp(-q) * sinh(c) },
    PairForm(activation: .cos) { q, c in Foundation.exp(-q) * cosh(c) },
    PairForm(activation: .exp) { q, c in Foundation.exp(q + c) },
    PairForm(activation: .square) { q, c in q * q + 2 * c * c },
  ]
}

@Suite struct MeanFieldPairsTests {
  @Test(arguments: PairForm.all)
  func `the spread of two inputs has its closed form`(form: PairForm) {
    for q in [1e-6, 0.3, 1, 40] {
      for dissimilarity in [1, 0.7, 0.2, 1e-3] {
        let spread = PointwiseFunction(form.activation).spread(q: q, dissimilarity: dissimilarity)
        let expected = form.product(q, q) - form.product(q, q * (1 - dissimilarity))
        #expect(
          abs(spread - expected) < 1e-7 * expected + 1e-15 * form.product(q, q),
          "at \(q), \(dissimilarity)")
      }
    }
  }

  @Test(arguments: [Activation.relu, .gelu, .sigmoid, .relu6, .hardsigmoid])
  func `nearly equal inputs part as the slope says`(activation: Activation) {
    var table = MomentTable(PointwiseFunction(activation))
    for q in [0.2, 3] {
      let spread = table.spread(q: q, dissimilarity: 1e-14)
      #expect(
        relativeError(spread, q * 1e-14 * PointwiseFunction(activation).moments(q: q).slopeSquare)
          < 1e-6)
    }
  }

  @Test(arguments: [Activation.relu, .gelu, .sigmoid, .relu6])
  func `the table of spreads answers as the quadrature does`(activation: Activation) {
    var table = MomentTable(PointwiseFunction(activation))
    for i in 0..<140 { _ = table.spread(q: 1 + Double(i) / 1000, dissimilarity: 0.5) }
    for dissimilarity in [0.9, 0.4, 0.03, 1e-5] {
      let direct = PointwiseFunction(activation).spread(q: 1.7, dissimilarity: dissimilarity)
      let tabled = table.spread(q: 1.7, dissimilarity: dissimilarity)
      #expect(relativeError(tabled, direct) < 1e-7)
    }
  }
}
