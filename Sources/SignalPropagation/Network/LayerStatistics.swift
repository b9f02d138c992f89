import Kernels

/// The figures of one reported layer, gathered row by row and merged in the order of the rows.
struct LayerStatistics {
  private let layer: Int
  private let features: Int
  private var columns: [ColumnSummary]
  private var gradientSums: [Magnitude] = []
  /// Σ of the rows scaled to unit length, in units of `Panels.unitScale`; exact, so in any order.
  private var unitSum: [Int64]
  private var unitRows = 0
  private var isFinite = true
  private var histogram: Histogram?
  /// Entries that activations are applied to, and those of them that are saturated.
  private let activationEntries: Int
  private var saturated = 0
  private var weightGradient: Magnitude?

  /// The bytes that one takes, its lists included.
  static func bytes(batch: Double, features: Double) -> Double {
    let row = MemoryLayout<ColumnSummary>.stride + MemoryLayout<Magnitude>.stride
    return batch * Double(row) + features * Double(MemoryLayout<Int64>.stride)
      + Double(MemoryLayout<LayerStatistics>.stride * 3 / 2 + 3 * 32)
  }

  /// Room for the figures of `batch` rows of `features` entries.
  init(layer: Int, features: Int, batch: Int, entriesOfActivations: Int) {
    activationEntries = entriesOfActivations
    self.layer = layer
    self.features = features
    columns = Array(repeating: ColumnSummary(), count: batch)
    unitSum = Array(repeating: 0, count: features)
  }

  /// Takes the summaries of the rows from `start`, and the sum of their unit vectors.
  mutating func add(
    _ summaries: [ColumnSummary], start: Int, unitSum: [Int64]?, saturated: Int
  ) {
    self.saturated += saturated
    columns.replaceSubrange(start..<(start + summaries.count), with: summaries)
    guard let unitSum else {
      isFinite = false
      return
    }
    unitRows += summaries.count { $0.norm(features: features) > 0 }
    for feature in 0..<features { self.unitSum[feature] += unitSum[feature] }
  }

  /// Takes the histogram of some more rows.
  mutating func add(_ rows: Histogram) {
    if histogram == nil { histogram = rows } else { histogram!.add(rows) }
  }

  /// Takes the mean |gradient| by the weights of the layer.
  mutating func addWeightGradient(_ mean: Magnitude) { weightGradient = mean }

  /// Takes Σ|gradient| of the rows from `start`.
  mutating func addGradients(_ sums: [Magnitude], start: Int) {
    if gradientSums.isEmpty {
      gradientSums = Array(repeating: Magnitude(0), count: columns.count)
    }
    gradientSums.replaceSubrange(start..<(start + sums.count), with: sums)
  }

  /// The record of the layer.
  ///
  /// - Parameter gradientEntries: Entries of a row of what the gradient is by, over which it is averaged.
  func record(gradientEntries: Int) -> LayerRecord {
    let entries = Double(columns.count) * Double(features)
    let mean = columns.reduce(0) { $0 + $1.mean } / Double(columns.count)
    // Chan, Golub & LeVeque's merge of equally long columns.
    let squares = columns.reduce(0) {
      $0 + $1.squaredDeviations + Double(features) * ($1.mean - mean) * ($1.mean - mean)
    }
    var record = LayerRecord(layer: layer)
    record.measured.outMean = mean
    record.measured.outStd = Magnitude((squares / (entries - 1)).squareRoot())
    record.measured.outAbsMax = Double(columns.map(\.largest).reduce(0, LayerStatistics.larger))
    // Of what is no number nobody can say whether it is saturated.
    record.measured.saturated =
      activationEntries == 0
      ? nil : mean.isNaN ? .nan : Double(saturated) / Double(activationEntries)
    record.measured.similarity = similarity
    record.measured.histogram = histogram?.finished()
    if !gradientSums.isEmpty {
      let entries = Double(columns.count) * Double(gradientEntries)
      record.measured.gradMeanAbs = sum(of: gradientSums) / Magnitude(entries)
    }
    record.measured.weightGradMeanAbs = weightGradient
    return record
  }

  /// The sum in the order of the rows, in units of the largest power of two so that no row is lost.
  private func sum(of values: [Magnitude]) -> Magnitude {
    let unit = values.filter { $0.significand != 0 }.map(\.exponent).max() ?? 0
    let sum = values.reduce(0) { sum, value in
      sum + Magnitude(value.significand, timesPowerOfTwo: value.exponent - unit).doubleValue
    }
    return Magnitude(sum, timesPowerOfTwo: unit)
  }

  /// NaN if either is, as `torch.max`.
  private static func larger(_ a: Float, _ b: Float) -> Float {
    a.isNaN || a > b ? a : b
  }

  /// The mean cosine over pairs of distinct rows: of the B² products in |Σu|², B are of a row with
  /// itself. NaN where all rows are zero, which have no direction.
  private var similarity: Double? {
    guard columns.count > 1 else { return nil }
    guard isFinite, unitRows > 0 else { return .nan }
    let square = unitSum.reduce(0) { sum, unit in
      let component = Double(unit) / Panels.unitScale
      return sum + component * component
    }
    let rows = Double(columns.count)
    return (square - Double(unitRows)) / (rows * (rows - 1))
  }
}

extension ColumnSummary {
  /// The length of the column.
  func norm(features: Int) -> Double {
    (squaredDeviations + Double(features) * mean * mean).squareRoot()
  }
}
