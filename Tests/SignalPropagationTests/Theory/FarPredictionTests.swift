import Foundation
import Kernels
import NamedActivations
import Testing

@testable import SignalPropagation

/// Gains and input deviations whose squares no double holds, against closed forms.
@Suite struct FarPredictionTests {
  static let decades = Array(stride(from: -300, through: 300, by: 60)) + [-170, -154, 154, 170]

  /// The logarithm of gain or input deviation 10^decade.
  private static func power(_ decade: Int) -> Double { Double("1e\(decade)")! }

  /// φ with φ(c x) = c φ(x), and √Var[φ], √E[φ′²] and √E[φ²] at q = 1.
  private static let homogeneous: [(Activation, out: Double, slope: Double, square: Double)] = [
    (.identity, 1, 1, 1), (.abs, (1 - 2 / Double.pi).squareRoot(), 1, 1),
    (
      .relu, ((1 - 1 / Double.pi) / 2).squareRoot(), 0.5.squareRoot(), 0.5.squareRoot()
    ),
    (
      .leakyReLU, (0.50005 - 0.99 * 0.99 / (2 * Double.pi)).squareRoot(), 0.50005.squareRoot(),
      0.50005.squareRoot()
    ),
  ]

  private func expect(_ figure: Magnitude?, log logarithm: Double, _ what: String) throws {
    let figure = try #require(figure)
    #expect(abs(figure.log - logarithm) < 1e-11 * max(1, abs(logarithm)), "\(what)")
  }

  @Test(arguments: FarPredictionTests.decades, FarPredictionTests.decades)
  func `a homogeneous stack multiplies by the gain and its own factor`(gain: Int, std: Int) throws {
    for (activation, out, slope, square) in Self.homogeneous {
      for backward in [Experiment.Backward.each, .last] {
        let experiment = Experiment(
          layer: Layer(activation), gain: Self.power(gain), inputStd: Self.power(std),
          loss: .random, backward: backward, shape: .square(width: 100, depth: 100),
          reports: .layers([1, 2, 10, 100]))
        for record in experiment.predict(followingPairs: false).dropFirst() {
          let layers = Double(record.layer)
          let what = "\(activation.name) at layer \(record.layer)"
          let factor = log(Self.power(gain))
          try expect(
            record.predicted.outStd,
            log: log(Self.power(std)) + layers * factor + (layers - 1) * log(square) + log(out),
            what)
          let passed = backward == .each ? layers : 100 - layers
          try expect(
            record.predicted.gradMeanAbs,
            log: passed * (factor + log(slope)) + log(2 / Double.pi) / 2, what)
        }
      }
    }
  }

  @Test(arguments: FarPredictionTests.decades.filter { $0 < -100 })
  func `a residual stack that adds next to nothing stays as it is`(gain: Int) throws {
    for text in ["h + tanh(W(h))", "h + 2*W(tanh(h))", "h + W2(relu(W1(h)))"] {
      let layer = try Layer(parsing: text)
      let records = Experiment(
        layer: layer, gain: Self.power(gain), inputStd: Self.power(gain),
        shape: .square(width: 100, depth: 10)
      ).predict()
      let last = records.last!.predicted
      try expect(last.outStd, log: log(Self.power(gain)), text)
      try expect(last.gradMeanAbs, log: 0, text)
      #expect(last.similarity == 0)
    }
  }

  /// φ(0) and the slopes of φ on both sides of 0, for those that are not flat there.
  static func rest(_ activation: Activation) -> (
    value: Double, right: Double, left: Double
  )? {
    let (right, left) = (activation.evaluate(1e-9), activation.evaluate(-1e-9))
    let flat: Set<Activation.Kind> = [.tanhshrink, .cos, .square, .hardshrink, .softshrink]
    return flat.contains(activation.kind)
      ? nil : (activation.evaluate(0).value, right.derivative, left.derivative)
  }

  static let steep = Activation.listed.filter { rest($0) != nil }

  /// With slopes a and b, Var[φ] = q((a² + b²)/2 − (a − b)²/2π), and the squared gradient of the sum has
  /// (a² + b²)/2 from the noise and (a − b)²/2π along the input.
  @Test(arguments: [-20, -100, -170, -300])
  func `a small signal sees the slopes at 0`(decade: Int) throws {
    for activation in FarPredictionTests.steep { try expectSlopes(activation, decade) }
  }

  private func expectSlopes(_ activation: Activation, _ decade: Int) throws {
    let (value, right, left) = try #require(Self.rest(activation))
    let mean = (right - left) * (right - left) / (2 * Double.pi)
    let square = (right * right + left * left) / 2
    for (gain, std) in [(Self.power(decade), 1), (1, Self.power(decade)), (3, Self.power(decade))] {
      let figures = Experiment(
        activation: activation, gain: gain, inputStd: std, shape: .square(width: 100, depth: 1)
      ).predict()[1].predicted
      let what = "\(activation.name), gain \(gain), std \(std)"
      func near(_ figure: Magnitude?, _ logarithm: Double) throws {
        #expect(abs(try #require(figure).log - logarithm) < 1e-8, "\(what)")
      }
      try near(figures.outStd, log(gain) + log(std) + log(square - mean) / 2)
      try near(figures.gradMeanAbs, log(gain) + log((square + mean) * 2 / Double.pi) / 2)
      let cosine = value == 0 ? mean / square : 1
      #expect(abs(figures.similarity! - cosine) < 1e-7, "\(what)")
    }
  }

  /// cos: φ² falls as q²/2; square: 2 q²; tanhshrink as z³/3: 5/3 q³.
  @Test(arguments: [-100, -200, -300])
  func `a flat function passes on a power of a small signal`(decade: Int) throws {
    let cases: [(Activation, power: Double, out: Double, grad: Double)] = [
      (.cos, 2, 0.5, 2), (.square, 2, 2, 8), (.tanhshrink, 3, 5.0 / 3, 3),
    ]
    for (activation, power, out, grad) in cases {
      let figures = Experiment(
        activation: activation, gain: 1, inputStd: Self.power(decade),
        shape: .square(width: 100, depth: 1)
      ).predict()[1].predicted
      let small = log(Self.power(decade))
      try expect(figures.outStd, log: power * small + log(out) / 2, activation.name)
      try expect(
        figures.gradMeanAbs, log: (power - 1) * small + log(grad * 2 / Double.pi) / 2,
        activation.name)
    }
  }

  /// E[φ′²] of tanh at large q is ∫ φ′² dz / √(2πq) = 4/(3√(2πq)).
  @Test(arguments: [12, 60, 150, 200, 300])
  func `a saturated tanh is full, and its gradient that of the few units that are not`(
    decade: Int
  ) throws {
    let records = Experiment(
      layer: Layer(.tanh), gain: Self.power(decade), inputSimilarity: 0.5, loss: .random,
      shape: .square(width: 100, depth: 2), reports: .every(1)
    ).predict()
    let slope = 4 / (3 * (2 * Double.pi).squareRoot())
    for record in records.dropFirst() {
      #expect(abs(record.predicted.outStd!.log) < 1e-11)
      // E[sign sign] = 2/π asin ρ, and 0.5 and 1/3 are the cosines below.
      let below = record.layer == 1 ? 0.5 : 1 / 3.0
      #expect(abs(record.predicted.similarity! - 2 / Double.pi * asin(below)) < 1e-6)
      let expected =
        Double(record.layer) * (log(Self.power(decade)) + log(slope)) / 2 + log(2 / Double.pi) / 2
      #expect(abs(record.predicted.gradMeanAbs!.log - expected) < 1e-9)
    }
  }

  @Test func `a signal that comes back from far below is bent again`() {
    let records = Experiment(
      activation: .tanh, gain: 1e12, inputStd: 1e-200, shape: .square(width: 100, depth: 19),
      reports: .layers([16, 19])
    ).predict(followingPairs: false)
    #expect(abs(records[1].predicted.outStd!.log10 + 8) < 1e-9)
    #expect(abs(records[2].predicted.outStd!.log10) < 1e-9)
  }

  /// rmsnorm divides by √(q + 2⁻²³).
  @Test(arguments: [-20, -100, -200, -300])
  func `layers of other kinds pass on a small signal as well`(decade: Int) throws {
    let factor = 11.5 * log(2.0)
    let small = log(Self.power(decade))
    for (text, slope, cosine) in [
      ("tanh(W(rmsnorm(h)))", 1.0, 0.0), ("sigmoid(W(rmsnorm(h)))", 0.25, 1.0),
      ("0.5 + tanh(W(rmsnorm(h)))", 1.0, 1.0),
      ("exp(sigmoid(W(rmsnorm(h))))", 0.4121803176750320, 1.0),
    ] {
      let layer = try Layer(parsing: text)
      for (gain, std) in [(Self.power(decade), 1), (1, Self.power(decade))] {
        let figures = Experiment(
          layer: layer, gain: gain, inputStd: std, loss: .random,
          shape: .square(width: 100, depth: 1)
        ).predict()[1].predicted
        let passed = small + log(slope) + (std < 1 ? factor : 0)
        #expect(abs(try #require(figures.outStd).log - passed) < 1e-6, "\(text) \(gain) \(std)")
        #expect(abs(figures.similarity! - cosine) < 1e-6, "\(text) \(gain) \(std)")
        #expect(
          abs(
            try #require(figures.gradMeanAbs).log - (std < 1 ? passed - small : passed) - log(
              2 / Double.pi) / 2)
            < 1e-6, "\(text) \(gain) \(std)")
      }
    }
  }

  @Test(arguments: [0, -0.0])
  func `without a gain nothing is left`(gain: Double) {
    let figures = Experiment(activation: .tanh, gain: gain).predict().last!.predicted
    #expect(figures.outStd == Magnitude(0) && figures.gradMeanAbs == Magnitude(0))
  }

  @Test func `a function whose square no double holds is not taken for 0`() throws {
    let experiment = Experiment(
      layer: try Layer(parsing: "1e-200*tanh(x)"), gain: 1, shape: .square(width: 100, depth: 1))
    let figures = experiment.predict()[1].predicted
    #expect(figures.outStd!.significand.isNaN && figures.gradMeanAbs!.significand.isNaN)
  }

  @Test func `what leaves every range and follows no power is not a number`() {
    // E[(φφ′)′] of atan falls as log(q)/q^1.5.
    let records = Experiment(
      activation: .atan, gain: 1e200, shape: .square(width: 100, depth: 2), reports: .every(1)
    ).predict(followingPairs: false)
    #expect(records[1].predicted.gradMeanAbs!.significand.isFinite)
    #expect(records[2].predicted.gradMeanAbs!.significand.isNaN)
  }
}
