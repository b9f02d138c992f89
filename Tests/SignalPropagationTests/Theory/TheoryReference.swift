import Foundation
import NamedActivations
import Testing

@testable import SignalPropagation

/// Infinite-width figures computed independently, by another program.
struct TheoryReference: Decodable {
  struct Prediction: Decodable, CustomTestStringConvertible {
    var activation: String
    var gain: Double
    var depth: Int
    var skip: Double?
    var every: Int
    var input_std: Double
    /// Layer, out, mean |gradient|.
    var rows: [[Double]]

    var testDescription: String {
      "\(activation) at \(gain)" + (skip.map { ", skip \($0)" } ?? "")
    }

    var experiment: Experiment {
      Experiment(
        activation: Activation.named(activation), gain: gain, skip: skip, inputStd: input_std,
        shape: .square(width: 1000, depth: depth), reports: .every(every))
    }
  }

  struct FixedPoint: Decodable {
    var activation: String
    var gain: Double
    var q: Double
    var chi1: Double
    var slope: Double
    var out_std: Double
  }

  struct UnitGain: Decodable {
    var gain: Double
    var chi1: Double
    var slope: Double
  }

  var predictions: [Prediction]
  var fixed_points: [FixedPoint]
  var unit_gain: [String: UnitGain]
  /// By activation and depth.
  var neutral_gain: [String: [String: [Double]]]

  static let shared: TheoryReference = load("theory")
}

/// Runs of the snippet by PyTorch 2.13, in double precision.
struct MeasuredRuns: Decodable {
  struct Checkpoint: Decodable {
    var layers_applied: Int
    var out_f64: Double
    var grad_f64: Double
  }
  struct Record: Decodable {
    var act: String
    var gain: Double
    var width: Int
    var batch: Int
    var depth: Int
    var checkpoints: [Checkpoint]

    var experiment: Experiment {
      Experiment(
        activation: Activation.named(act), gain: gain,
        shape: .square(width: width, depth: depth), batch: batch)
    }
  }
  var records: [Record]
}

/// Reads a reference file.
func load<Contents: Decodable>(_ name: String) -> Contents {
  let url = Bundle.module.url(
    forResource: name, withExtension: "json", subdirectory: "Reference")!
  return try! JSONDecoder().decode(Contents.self, from: Data(contentsOf: url))
}

/// |a − b| / |b|.
func relativeError(_ a: Double, _ b: Double) -> Double { abs(a - b) / abs(b) }
