import Foundation
import Kernels
import NamedActivations
import Testing

@testable import SignalPropagation

@Suite struct MeasurementTests {
  @Test(
    arguments: [
      Experiment(
        activation: .tanh, gain: 5.0 / 3, shape: .square(width: 70, depth: 25), batch: 333),
      Experiment(
        activation: .gelu, gain: 1.5, skip: 0.3, shape: .square(width: 33, depth: 12), batch: 1100,
        reports: .layers([2, 12])),
      Experiment(
        activation: .relu, gain: 1.4, initializer: .truncNormal(std: 0.1),
        shape: .widths([40, 90, 17, 64]), batch: 200, seed: 3, reports: .every(1)),
      Experiment(
        activation: .selu, gain: 1, shape: .square(width: 100, depth: 21), batch: 260,
        gradients: false),
    ])
  func `The number of threads never changes a digit`(experiment: Experiment) throws {
    let one = try experiment.measure(threads: 1)
    for threads in [2, 3, 7] { #expect(try experiment.measure(threads: threads) == one) }
  }

  @Test func `A record of one layer does not depend on which others are reported`() throws {
    var experiment = Experiment(
      activation: .tanh, gain: 1.5, shape: .square(width: 24, depth: 40), batch: 50,
      reports: .every(1))
    let all = try experiment.measure(threads: 2)
    #expect(all.map(\.layer) == Array(0...40))
    experiment.reports = .layers([1, 17, 40])
    #expect(try experiment.measure(threads: 2) == [0, 1, 17, 40].map { all[$0] })
  }

  @Test func `Without gradients the outputs are the same, and gradients are absent`() throws {
    var experiment = Experiment(
      activation: .sigmoid, gain: 2, shape: .square(width: 30, depth: 12), batch: 40)
    let full = try experiment.measure(threads: 2)
    experiment.gradients = false
    let forward = try experiment.measure(threads: 2)
    for (a, b) in zip(full, forward) {
      #expect(
        a.measured.outStd == b.measured.outStd && a.measured.similarity == b.measured.similarity
          && b.measured.gradMeanAbs == nil)
    }
  }

  @Test func `Rows that are all zero have no similarity`() throws {
    let experiment = Experiment(
      activation: .softshrink, gain: 0.5, shape: .square(width: 50, depth: 31), batch: 50,
      reports: .layers([1, 31]))
    let records = try experiment.measure(threads: 1)
    #expect(try #require(records[1].measured.similarity).isFinite)
    #expect(records[2].measured.outAbsMax == 0)
    #expect(try #require(records[2].measured.similarity).isNaN)
  }

  @Test func `The input is scaled by its standard deviation`() throws {
    let experiment = Experiment(
      activation: .identity, gain: 1, inputStd: 0.5, shape: .square(width: 40, depth: 1), batch: 40)
    var plain = experiment
    plain.inputStd = 1
    let (half, full) = (try experiment.measure(threads: 1), try plain.measure(threads: 1))
    for (a, b) in zip(half, full) {
      #expect(a.measured.outStd!.doubleValue == b.measured.outStd!.doubleValue / 2)
      #expect(a.measured.gradMeanAbs == b.measured.gradMeanAbs)
    }
  }

  /// A chain of sigmoids multiplies the gradient by about 0.2 a layer: 1e-640 at depth 1000.
  @Test func `Gradients beyond the range of doubles are what their logarithms say`() throws {
    let depths = [50, 100, 1000]
    let experiment = Experiment(
      activation: .sigmoid, gain: 1, shape: .square(width: 16, depth: 1000), batch: 16,
      reports: .layers(depths))
    let logarithms = try experiment.measure(threads: 2).dropFirst().map {
      $0.measured.gradMeanAbs!.log10
    }
    #expect(logarithms[2] < -500 && logarithms[2].isFinite)
    let perLayer = (logarithms[1] - logarithms[0]) / 50
    #expect(abs(logarithms[2] / (1000 * perLayer) - 1) < 0.2)
  }

  /// exp overflows by the third layer: PyTorch has inf and then nan there as well.
  @Test func `Overflow shows as infinity and NaN and stops nothing`() throws {
    let experiment = Experiment(
      activation: .exp, gain: 5, shape: .square(width: 20, depth: 6), batch: 20, reports: .every(1))
    let records = try experiment.measure(threads: 1)
    #expect(records.count == 7)
    #expect(records.last!.measured.outStd!.significand.isNaN)
    #expect(records.last!.measured.similarity!.isNaN)
    #expect(records.last!.measured.outAbsMax.map { $0.isNaN || $0 == .infinity } == true)
  }

  @Test(arguments: [(1, 1), (1, 5), (5, 1), (2, 2)])
  func `The smallest sizes run`(width: Int, batch: Int) throws {
    let records = try Experiment(
      activation: .tanh, gain: 1, shape: .square(width: width, depth: 3), batch: batch,
      reports: .every(1)
    ).measure(threads: 4)
    #expect(records.count == 4)
    #expect(records.allSatisfy { $0.measured.outStd!.significand.isNaN == (width * batch == 1) })
    #expect(records.allSatisfy { ($0.measured.similarity == nil) == (batch == 1) })
  }

  @Test(arguments: [1, 15, 16, 17, 200, 1000, 5000], [1, 2, 3, 64])
  func `Slices cover the rows in order, and every share is even`(count: Int, threads: Int) {
    let slices = Slice.cut(start: 48, count: count, threads: threads)
    var next = 48
    for slice in slices {
      #expect(slice.start == next && slice.count > 0 && slice.count <= Slice.maxColumns)
      next += slice.count
    }
    #expect(next == 48 + count)
  }
}
