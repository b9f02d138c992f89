import SignalPropagation

/// Recognises, line by line, how much of a sweep a file holds.
///
/// A sweep's file holds the header, then the rows of its points in order. A run that was killed leaves
/// the last point torn: some of its rows, and a part of the next.
struct SweepScan {
  /// The points that are complete.
  private(set) var points = 0
  /// The bytes up to the end of the last complete point, or of the header.
  private(set) var end = 0

  private let format: RowFormat
  private let expected: [Experiment]
  private var line = 0
  private var offset = 0
  private var point: TornPoint?

  init(_ format: RowFormat, _ expected: [Experiment]) {
    self.format = format
    self.expected = expected
  }

  /// The number of the line that was taken last, from 1.
  var lineNumber: Int { line }

  /// Takes a whole line, without its end.
  mutating func take(_ bytes: ArraySlice<UInt8>) throws(ForeignLine) {
    line += 1
    offset += bytes.count + 1
    if isHeader {
      guard bytes.elementsEqual(format.header.utf8.dropLast()) else { throw .notTheHeader }
      end = offset
      return
    }
    try openPoint()
    try point?.take(bytes)
    if let whole = point, whole.isComplete {
      try whole.checkGradients()
      (points, end, point) = (points + 1, offset, nil)
    }
  }

  /// Takes what follows the last line end, which a kill has cut off, or a crash of the machine filled
  /// with zeros.
  mutating func takeTorn(_ bytes: ArraySlice<UInt8>) throws(ForeignLine) {
    let zeros = bytes.reversed().prefix { $0 == 0 }.count
    let text = bytes.dropLast(zeros)
    guard !text.isEmpty else { return }
    line += 1
    if isHeader {
      guard format.header.utf8.starts(with: text) else { throw .notTheHeader }
      return
    }
    try openPoint()
    try point?.checkStart(text)
  }

  private var isHeader: Bool { line == 1 && !format.header.isEmpty }

  private mutating func openPoint() throws(ForeignLine) {
    guard point == nil else { return }
    guard points < expected.count else { throw .beyondTheEnd }
    point = TornPoint(expected[points], format)
  }
}

/// The rows of one point as far as they have come.
private struct TornPoint {
  private let format: RowFormat
  private let gradients: Bool
  private let start: RowStart
  private let layers: [Int]
  private var rows = 0
  private var hasGradient = false
  private var hasSignal = false

  init(_ experiment: Experiment, _ format: RowFormat) {
    self.format = format
    gradients = experiment.gradients
    start = RowStart(experiment, format)
    layers = [0] + experiment.reportedLayers
  }

  var isComplete: Bool { rows == layers.count }

  mutating func take(_ bytes: ArraySlice<UInt8>) throws(ForeignLine) {
    let prefix = start.bytes(layer: layers[rows])
    guard bytes.starts(with: prefix) else { throw foreign }
    guard let figures = format.figures(bytes.dropFirst(prefix.count)) else { throw .otherColumns }
    for (column, cell) in zip(Column.figures, figures) where rows > 0 && !cell.isEmpty {
      if column.name == "grad_mean_abs" { hasGradient = true }
      if column.name == "out_std" { hasSignal = true }
    }
    rows += 1
  }

  /// The first bytes of a row must be those of the row that comes next.
  func checkStart(_ bytes: ArraySlice<UInt8>) throws(ForeignLine) {
    let prefix = start.bytes(layer: layers[rows])
    guard bytes.starts(with: prefix) || prefix.starts(with: bytes) else { throw foreign }
  }

  /// In JSON a gradient that is not a number looks as one that was not asked for; but then the signal is
  /// not a number either.
  func checkGradients() throws(ForeignLine) {
    let isOther = gradients ? hasSignal && !hasGradient : hasGradient
    guard !isOther else { throw .otherGradients }
  }

  private var foreign: ForeignLine {
    .otherParameters(expected: start.description(layer: layers[rows]))
  }
}
