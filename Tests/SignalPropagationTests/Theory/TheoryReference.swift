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

/// Reads a reference file.
func load<Contents: Decodable>(
  _ name: String, keys: JSONDecoder.KeyDecodingStrategy = .useDefaultKeys
) -> Contents {
  let url = Bundle.module.url(
    forResource: name, withExtension: "json", subdirectory: "Reference")!
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = keys
  return try! decoder.decode(Contents.self, from: Data(contentsOf: url))
}

/// A reference file that holds more than its records, such as who made them.
private struct RecordFile<Record: Decodable>: Decodable { let records: [Record] }

/// Reads the records of such a file.
func loadRecords<Record: Decodable>(_ name: String) -> [Record] {
  (load(name) as RecordFile<Record>).records
}

/// |a − b| / |b|.
func relativeError(_ a: Double, _ b: Double) -> Double { abs(a - b) / abs(b) }
