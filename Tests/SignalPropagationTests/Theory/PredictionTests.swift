import Foundation
import NamedActivations
import Testing

@testable import SignalPropagation

@Suite struct PredictionTests {
  @Test(arguments: TheoryReference.shared.predictions)
  func `outs and gradients are the independent figures`(reference: TheoryReference.Prediction) {
    let records = reference.experiment.predict(followingPairs: false)
    #expect(records.map(\.layer) == [0] + reference.rows.map { Int($0[0]) })
    for (record, row) in zip(records.dropFirst(), reference.rows) {
      #expect(relativeError(record.predicted.outStd!.doubleValue, row[1]) < 1e-9)
      #expect(relativeError(record.predicted.gradMeanAbs!.doubleValue, row[2]) < 1e-9)
    }
  }

  /// Three seeds are few to know a spread by, so it is pooled over the ten reported layers.
  @Test func `PyTorch's runs of width 1000 scatter around the prediction`() {
    let groups = Dictionary(grouping: ForumRun.all.filter { $0.width == 1000 }) {
      "\($0.act) at \($0.gain)"
    }
    #expect(groups.count == 7)
    for (name, seeds) in groups {
      let predictions = seeds[0].experiment.predict(followingPairs: false).dropFirst()
      #expect(predictions.map(\.layer) == seeds[0].checkpoints.map(\.layers_applied))
      let outs = predictions.enumerated().map { i, record in
        seeds.map { log($0.checkpoints[i].out_f64) - record.predicted.outStd!.log }
      }
      let gradients = predictions.enumerated().map { i, record in
        seeds.map { log($0.checkpoints[i].grad_f64) - record.predicted.gradMeanAbs!.log }
      }
      for deviations in [outs, gradients] {
        let means = deviations.map { $0.reduce(0, +) / 3 }
        let variance =
          zip(deviations, means).reduce(0) { sum, layer in
            sum + layer.0.reduce(0) { $0 + ($1 - layer.1) * ($1 - layer.1) } / 2
          } / Double(deviations.count)
        let standardError = (variance / 3).squareRoot()
        #expect(means.allSatisfy { abs($0) < 4 * standardError }, "\(name): \(means)")
      }
    }
  }

  @Test func `the input is as it was asked for, and has no gradient`() {
    let record = Experiment(activation: .tanh, gain: 1, inputStd: 0.25).predict()[0]
    #expect(record.predicted.outStd == Magnitude(0.25))
    #expect(record.predicted.similarity == 0)
    #expect(record.predicted.gradMeanAbs == nil)
  }

  @Test func `without gradients none are predicted`() {
    let records = Experiment(activation: .tanh, gain: 1, gradients: false).predict()
    #expect(records.allSatisfy { $0.predicted.gradMeanAbs == nil })
    #expect(records.allSatisfy { $0.predicted.outStd != nil })
  }

  /// Var[h] is multiplied by fan_in·Var[w], the squared gradient by fan_out·Var[w].
  @Test func `a rectangular linear stack multiplies variances by fan_in up and fan_out down`() {
    let widths = [700, 300, 900, 50]
    let experiment = Experiment(
      activation: .identity, gain: 1.3, inputStd: 2, shape: .widths(widths),
      reports: .layers([1, 2, 3]))
    var (out, gradient) = (4.0, 1.0)
    for (layer, record) in experiment.predict().enumerated().dropFirst() {
      let (fanIn, fanOut) = (Double(widths[layer - 1]), Double(widths[layer]))
      let variance = 1.3 * 1.3 * 2 / (fanIn + fanOut)
      out *= fanIn * variance
      gradient *= fanOut * variance
      #expect(relativeError(record.predicted.outStd!.doubleValue, out.squareRoot()) < 1e-13)
      #expect(
        relativeError(
          record.predicted.gradMeanAbs!.doubleValue, (2 / .pi * gradient).squareRoot()) < 1e-13)
    }
  }

  /// relu is homogeneous, so another gain only scales every layer.
  @Test(arguments: [0.3, 5.0])
  func `relu leaves the range of Double on a straight line`(gain: Double) {
    func last(_ gain: Double) -> LayerRecord {
      Experiment(
        activation: .relu, gain: gain, shape: .square(width: 100, depth: 3000),
        reports: .layers([3000])
      ).predict()[1]
    }
    let (kept, scaled) = (last(2.0.squareRoot()), last(gain))
    let shift = 3000 * log(gain / 2.0.squareRoot())
    #expect(abs(scaled.predicted.outStd!.log - kept.predicted.outStd!.log - shift) < 1e-9)
    #expect(abs(scaled.predicted.gradMeanAbs!.log - kept.predicted.gradMeanAbs!.log - shift) < 1e-9)
    #expect(relativeError(scaled.predicted.similarity!, kept.predicted.similarity!) < 1e-7)
  }

  @Test func `sigmoid's gradient goes on falling by the same factor beyond the range of Double`() {
    let records = Experiment(
      activation: .sigmoid, gain: 1, shape: .square(width: 100, depth: 2001),
      reports: .layers([81, 91, 1991, 2001])
    ).predict()
    let logs = records.dropFirst().map { $0.predicted.gradMeanAbs!.log }
    #expect(abs((logs[3] - logs[2]) - (logs[1] - logs[0])) < 1e-9)
    #expect(abs((logs[2] - logs[1]) - 190 * (logs[1] - logs[0])) < 1e-9)
  }

  @Test(arguments: [Activation.tanh, .softsign, .sin])
  func `an odd activation keeps independent inputs independent`(activation: Activation) {
    let records = Experiment(activation: activation, gain: 1.5).predict()
    #expect(records.allSatisfy { $0.predicted.similarity == 0 })
  }

  /// The first layers of Cho and Saul's arc-cosine kernel.
  @Test func `relu brings inputs together as the arc-cosine kernel says`() {
    let records = Experiment(
      activation: .relu, gain: 2.0.squareRoot(), shape: .square(width: 10, depth: 100),
      reports: .every(1)
    ).predict()
    var similarity = 0.0
    for record in records.dropFirst() {
      let angle = acos(similarity)
      similarity = (sin(angle) + (.pi - angle) * cos(angle)) / .pi
      #expect(abs(record.predicted.similarity! - similarity) < 1e-8)
    }
  }

  /// Far out softplus is relu, so the similarity comes to the same slow approach to 1.
  @Test func `an exploding stack keeps its similarity through every change of unit`() {
    func last(_ activation: Activation, _ gain: Double) -> Double {
      Experiment(
        activation: activation, gain: gain, shape: .square(width: 9, depth: 3000),
        reports: .layers([3000])
      ).predict()[1].predicted.similarity!
    }
    let kept = 1 - last(.relu, 2.0.squareRoot())
    #expect(relativeError(1 - last(.relu, 3), kept) < 1e-5)
    #expect(relativeError(1 - last(.softplus, 3), kept) < 0.01)
  }

  @Test func `a signal beyond the range of Double is infinite`() {
    for skip in [nil, 0.5] {
      let record = Experiment(activation: .square, gain: 2, skip: skip).predict().last!
      #expect(record.predicted.outStd == Magnitude(.infinity))
      #expect(record.predicted.gradMeanAbs == Magnitude(.infinity))
    }
  }

  @Test func `reported layers do not depend on which others are reported`() {
    let experiment = Experiment(
      activation: .gelu, gain: 1.2, skip: 0.3, shape: .square(width: 10, depth: 31))
    var alone = experiment
    alone.reports = .layers([31])
    let last = experiment.predict().last!
    #expect(last == alone.predict().last)
    let withoutPairs = experiment.predict(followingPairs: false).last!
    #expect(last.predicted.outStd == withoutPairs.predicted.outStd)
    #expect(last.predicted.gradMeanAbs == withoutPairs.predicted.gradMeanAbs)
    #expect(last.predicted.similarity! > 0.9 && withoutPairs.predicted.similarity == nil)
  }

  @Test(arguments: Activation.listed)
  func `extreme experiments yield figures, not crashes`(activation: Activation) {
    for gain in [0, 1e-200, 1e200] {
      for skip in [nil, -1.0, 0] {
        for inputStd in [0, 1e-160, 1e160] {
          let experiment = Experiment(
            activation: activation, gain: gain, skip: skip, inputStd: inputStd,
            shape: .square(width: 3, depth: 3), reports: .layers([3]))
          let figures = experiment.predict()[1]
          // NaN may only come where a variance beyond Double's range was asked for.
          if gain < 1, inputStd < 1 {
            #expect(!figures.predicted.outStd!.significand.isNaN)
            #expect(!figures.predicted.gradMeanAbs!.significand.isNaN)
          }
        }
      }
    }
  }
}
