import Foundation
import NamedActivations
import Testing

@testable import SignalPropagation

@Suite struct JacobianSpectrumTests {
  /// Singular values of stacks drawn in double precision: averages and their standard errors.
  struct Simulation: Decodable, CustomTestStringConvertible {
    var activation: String
    var gain: Double
    var depth: Int
    var orthogonal: Bool
    var width: Int
    /// From the largest down.
    var quantiles: [[Double]?]
    var mean_square: [Double]

    var testDescription: String {
      "\(activation) at \(gain), \(depth) layers, \(orthogonal ? "orthogonal" : "Gaussian")"
    }

    var experiment: Experiment {
      Experiment(
        activation: Activation.named(activation), gain: gain,
        initializer: orthogonal ? .orthogonal : .kaimingNormal(),
        shape: .square(width: width, depth: depth), reports: .layers([depth]))
    }

    static let all: [Simulation] = load("jacobian_quantiles")
  }

  @Test(arguments: Simulation.all)
  func `Quantiles are those of simulated stacks`(simulation: Simulation) throws {
    let spectrum = try #require(try simulation.experiment.predictSpectra()[0])
    let summary = spectrum.summary(width: simulation.width)
    let predicted = SpectrumSummary.Quantile.allCases.map { summary[$0]!.doubleValue }
    for (quantile, (prediction, measured)) in zip(
      SpectrumSummary.Quantile.allCases, zip(predicted, simulation.quantiles))
    {
      if let measured {
        // One smallest value scatters by its own size, and its logarithm is not in the middle.
        let error = abs(log(prediction / measured[0]))
        #expect(error < 5 * measured[1] + (quantile == .smallest ? 2 : 0.03), "\(quantile)")
      } else {
        #expect(prediction < 1e-11 * predicted[0], "\(quantile)")
      }
    }
    let meanSquare = simulation.mean_square
    let error = abs(log(summary.meanSquare.doubleValue / meanSquare[0]))
    #expect(error < 5 * meanSquare[1] + 0.01)
  }

  /// The same equations solved with NumPy on 4000 equidistant nodes, and a simulation at width 400.
  @Test(
    arguments: [
      (
        5.0 / 3, 5, Initializer.xavierNormal,
        [
          .largest: [5.94, 5.92], .upperDecile: [1.976, 1.972], .median: [0.0338, 0.0343],
          .lowerDecile: [6.5e-7, 7.9e-7],
        ]
      ),
      (1.05, 20, .orthogonal, [.largest: [0.718, 0.713], .median: [0.181, 0.188]]),
    ] as [(Double, Int, Initializer, [SpectrumSummary.Quantile: [Double]])])
  func `Quantiles of tanh are those that others found`(
    gain: Double, depth: Int, initializer: Initializer,
    known: [SpectrumSummary.Quantile: [Double]]
  ) throws {
    let experiment = Experiment(
      activation: Activation.named("tanh"), gain: gain, initializer: initializer,
      shape: .square(width: 400, depth: depth), reports: .layers([depth]))
    let summary = try #require(try experiment.predictSpectra()[0]).summary(width: 400)
    for (quantile, values) in known {
      for value in values {
        let error = abs(log(summary[quantile]!.doubleValue / value))
        #expect(error < (quantile == .lowerDecile ? 0.17 : 0.045), "\(quantile)")
      }
    }
  }

  /// Penson and Życzkowski 2011: the squared values of a product of L Gaussian matrices have the density
  /// sin²t sin^(L−1)(Lt)/(π sin^L((L+1)t)) at sin^(L+1)((L+1)t)/(sin t sin^L(Lt)), 0 < t < π/(L+1).
  @Test(arguments: [1, 2, 5, 20])
  func `A linear Gaussian stack has the Fuss-Catalan distribution`(depth: Int) throws {
    let spectrum = try #require(try linear(depth: depth).predictSpectra()[0])
    let l = Double(depth)
    func point(_ t: Double) -> Double {
      pow(sin((l + 1) * t), l + 1) / (sin(t) * pow(sin(l * t), l))
    }
    let steps = 40000
    let width = Double.pi / (l + 1) / Double(steps)
    var above = 0.0
    for step in 0..<(steps * 9 / 10) {
      let t = (Double(step) + 0.5) * width
      let density =
        pow(sin(t), 2) * pow(sin(l * t), l - 1) / (.pi * pow(sin((l + 1) * t), l))
      above += density * (point(max(t - width / 2, 1e-9)) - point(t + width / 2))
      guard step % 4000 == 3999 else { continue }
      let quantile = try #require(spectrum.quantiles([1 - above])[0])
      #expect(abs(2 * quantile.log - log(point(t + width / 2))) < 1e-4)
    }
    let edge = pow(l + 1, l + 1) / pow(l, l)
    let largest = try #require(spectrum.quantiles([1 - 1e-7])[0])
    #expect(abs(2 * largest.log - log(edge)) < 1e-3)
    #expect(2 * largest.log < log(edge))
    #expect(abs(spectrum.relativeVariance - l) < 1e-9)
  }

  @Test func `A Gaussian matrix has the quarter circle law`() throws {
    let spectrum = try #require(try linear(depth: 1).predictSpectra()[0])
    let shares = [0.001, 0.1, 0.37, 0.5, 0.9, 0.999]
    for (share, quantile) in zip(shares, spectrum.quantiles(shares)) {
      let s = try #require(quantile).doubleValue
      #expect(abs((s * (4 - s * s).squareRoot() / 2 + 2 * asin(s / 2)) / .pi - share) < 1e-7)
    }
  }

  @Test(arguments: [Activation.identity, .abs], [1, 3, 100])
  func `Where every layer is an isometry all values are equal`(
    activation: Activation, depth: Int
  ) throws {
    var experiment = linear(depth: depth)
    experiment.layer = Layer(activation)
    experiment.initializer = .orthogonal
    experiment.gain = 1.25
    let spectrum = try #require(try experiment.predictSpectra()[0])
    for quantile in spectrum.quantiles([0.001, 0.3, 0.9]) {
      #expect(abs(try #require(quantile).log - Double(depth) * log(1.25)) < 1e-5)
    }
    #expect(abs(spectrum.relativeVariance) < 1e-9)
  }

  /// relu keeps half of the units, whatever its input.
  @Test func `Half of the values of relu are zero`() throws {
    for depth in [1, 4, 60] {
      var experiment = linear(depth: depth)
      experiment.layer = Layer(.relu)
      experiment.gain = 2.0.squareRoot()
      let gaussian = try #require(try experiment.predictSpectra()[0])
      #expect(abs(gaussian.zeroShare - 0.5) < 1e-14)
      #expect(gaussian.quantiles([0.2, 0.5]) == [Magnitude(0), Magnitude(0)])
      #expect(try #require(gaussian.quantiles([0.6])[0]).log > -100)
      #expect(abs(gaussian.relativeVariance - 2 * Double(depth)) < 1e-9)
      #expect(abs(gaussian.meanSquare.doubleValue - 1) < 1e-12)
    }
    var experiment = linear(depth: 1)
    experiment.layer = Layer(.relu)
    experiment.initializer = .orthogonal
    let orthogonal = try #require(try experiment.predictSpectra()[0])
    #expect(orthogonal.quantiles([0.4, 0.51, 0.99]) == [Magnitude(0), Magnitude(1), Magnitude(1)])
  }

  /// Quantiles at the middles of equal shares have the moments that are known in advance.
  @Test(arguments: [
    (Activation.tanh, 1.05, Initializer.orthogonal, 20), (.selu, 1, .orthogonal, 8),
    (.sigmoid, 4, .kaimingNormal(), 3), (.softsign, 1.2, .orthogonal, 2),
    (.leakyReLU, 1.4, .kaimingNormal(), 2), (.hardtanh, 1, .kaimingNormal(), 2),
  ])
  func `Quantiles have the moments of the distribution`(
    activation: Activation, gain: Double, initializer: Initializer, depth: Int
  ) throws {
    let experiment = Experiment(
      activation: activation, gain: gain, initializer: initializer,
      shape: .square(width: 10, depth: depth), reports: .layers([depth]))
    let spectrum = try #require(try experiment.predictSpectra()[0])
    let count = 400
    let squares = spectrum.quantiles((0..<count).map { (Double($0) + 0.5) / Double(count) })
      .map { exp(2 * $0!.log) / spectrum.meanSquare.doubleValue }
    let first = squares.reduce(0, +) / Double(count)
    let second = squares.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(abs(first - 1) < 0.003)
    #expect(abs(second - 1 - spectrum.relativeVariance) < 0.015 * (1 + spectrum.relativeVariance))
  }

  @Test(arguments: Activation.listed)
  func `Every activation has quantiles, in order`(activation: Activation) throws {
    for initializer in [Initializer.orthogonal, .kaimingNormal()] {
      let experiment = Experiment(
        activation: activation, gain: 1.7, initializer: initializer,
        shape: .square(width: 10, depth: 12), reports: .layers([1, 2, 12]))
      for spectrum in try experiment.predictSpectra() {
        guard let spectrum else { continue }
        let quantiles = try spectrum.quantiles([0.9995, 0.9, 0.5, 0.1, 0.0005]).map {
          try #require($0)
        }
        #expect(zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(quantiles[0].significand > 0)
      }
    }
  }

  /// Each of 100 layers has a variance of its own; three stand for those of an octave.
  @Test func `Quantiles fall with the layers where the signal does not grow`() throws {
    let experiment = Experiment(
      activation: .tanh, gain: 1, initializer: .orthogonal, shape: .square(width: 500, depth: 100),
      reports: .every(1))
    let spectra = try experiment.predictSpectra().map { try #require($0).summary(width: 500) }
    for (earlier, later) in zip(spectra, spectra.dropFirst()) {
      for quantile in SpectrumSummary.Quantile.allCases where quantile != .smallest {
        let (before, after) = (try #require(earlier[quantile]), try #require(later[quantile]))
        #expect(after < before)
        #expect(after.log > before.log - 0.6)
      }
    }
  }

  /// Far below 1 the signal of tanh is measured in another unit, which a bias is not.
  @Test func `A bias is the signal of a layer that would else have none`() throws {
    let layer = try Layer(parsing: "tanh(W(h, bias=0.5*(l-1)))")
    let experiment = Experiment(
      layer: layer, gain: 1e-40, shape: .square(width: 10, depth: 3), reports: .every(1))
    let spectra = try experiment.predictSpectra().map { try #require($0) }
    let outputs = experiment.stack.predict(layers: [1, 2, 3], gradients: false)
      .map { $0.predicted.outStd!.doubleValue }
    // tanh of N(0, (l − 1)²/4), by the rule of the midpoint.
    for number in [2, 3] {
      var (square, slopeSquare, sum) = (0.0, 0.0, 0.0)
      for step in -4000...4000 {
        let t = Double(step) / 400
        let value = tanh(0.5 * Double(number - 1) * t)
        let weight = exp(-t * t / 2)
        sum += weight
        square += weight * value * value
        slopeSquare += weight * pow(1 - value * value, 2)
      }
      #expect(abs(outputs[number] / (square / sum).squareRoot() - 1) < 1e-9)
      let chi = spectra[number - 1].meanSquare / spectra[number - 2].meanSquare
      #expect(abs(chi.doubleValue / (1e-80 * slopeSquare / sum) - 1) < 1e-9)
    }
  }

  @Test func `The theory says where it does not hold`() {
    var experiment = linear(depth: 2)
    experiment.skip = 1
    #expect(throws: SpectrumLimit.residual) { try experiment.predictSpectra() }
    experiment = linear(depth: 2)
    experiment.shape = .widths([3, 4, 3])
    #expect(throws: SpectrumLimit.changingWidths) { try experiment.predictSpectra() }
    experiment = linear(depth: 2)
    experiment.initializer = .truncNormal(std: 1, a: -1, b: 2)
    #expect(throws: SpectrumLimit.weightsWithMean) { try experiment.predictSpectra() }
  }

  @Test func `There is no spectrum where the signal overflows`() throws {
    let experiment = Experiment(
      activation: .square, gain: 1, shape: .square(width: 10, depth: 60), reports: .layers([1, 60]))
    let spectra = try experiment.predictSpectra()
    #expect(spectra[0] != nil && spectra[1] == nil)
  }

  @Test func `Without weights all values are zero`() throws {
    var experiment = linear(depth: 2)
    experiment.gain = 0
    let summary = try #require(try experiment.predictSpectra()[0]).summary(width: 10)
    #expect(summary[.largest] == Magnitude(0) && summary.meanSquare == Magnitude(0))
  }

  private func linear(depth: Int) -> Experiment {
    Experiment(
      activation: .identity, gain: 1, shape: .square(width: 1000, depth: depth),
      reports: .layers([depth]))
  }
}
