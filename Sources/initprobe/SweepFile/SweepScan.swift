import SignalPropagation

/// What the file of a sweep holds when it is complete.
struct SweepContents {
  let format: RowFormat
  let points: [Experiment]
  /// Whether the predicted columns are filled.
  let theory: Bool
  /// The names of a user's own numbers.
  var settings: [String] = []

  /// What the file begins with.
  var header: String { format.header(settings: settings) }

  /// No row has as many bytes: 64 KiB, and 32 for each singular value.
  var longestRow: Int {
    let widths = points.lazy.filter(\.spectrum).map { $0.shape.width(ofLayer: 0) }
    return (widths.max() ?? 0) * 32 + 1 << 16
  }
}

/// Recognises, line by line, how much of a sweep a file holds.
///
/// A sweep's file holds the header, then the rows of its points in order. A run that was killed leaves
/// the last point torn: some of its rows, and a part of the next.
struct SweepScan {
  /// The points that are complete.
  private(set) var points = 0
  /// The bytes up to the end of the last complete point, or of the header.
  private(set) var end = 0

  /// The number of the line that was taken last, from 1.
  private(set) var lineNumber = 0

  private let contents: SweepContents
  private var offset = 0
  private var point: TornPoint?

  init(_ contents: SweepContents) { self.contents = contents }

  /// Takes a whole line, without its end.
  mutating func take(_ bytes: ArraySlice<UInt8>) throws(ForeignLine) {
    lineNumber += 1
    offset += bytes.count + 1
    if isHeader {
      guard bytes.elementsEqual(contents.header.utf8.dropLast()) else { throw .notTheHeader }
      end = offset
      return
    }
    try openPoint()
    try point?.take(bytes)
    if let whole = point, whole.isComplete {
      try whole.checkOptions()
      (points, end, point) = (points + 1, offset, nil)
    }
  }

  /// Takes what follows the last line end, which a kill has cut off, or a crash of the machine filled
  /// with zeros.
  mutating func takeTorn(_ bytes: ArraySlice<UInt8>) throws(ForeignLine) {
    let zeros = bytes.reversed().prefix { $0 == 0 }.count
    let text = bytes.dropLast(zeros)
    guard !text.isEmpty else { return }
    lineNumber += 1
    if isHeader {
      guard contents.header.utf8.starts(with: text) else { throw .notTheHeader }
      return
    }
    try openPoint()
    try point?.checkStart(text)
  }

  private var isHeader: Bool { lineNumber == 1 && !contents.header.isEmpty }

  private mutating func openPoint() throws(ForeignLine) {
    guard point == nil else { return }
    guard points < contents.points.count else { throw .beyondTheEnd }
    point = TornPoint(contents, points)
  }
}

/// The rows of one point as far as they have come.
private struct TornPoint {
  private let format: RowFormat
  private let gradients: Bool
  private let theory: Bool
  private let spectrum: Bool
  private let start: RowStart
  private let layers: [Int]
  private var rows = 0
  private var figures = RowFigures()

  init(_ contents: SweepContents, _ index: Int) {
    let experiment = contents.points[index]
    format = contents.format
    gradients = experiment.gradients
    theory = contents.theory
    spectrum = experiment.spectrum
    start = RowStart(experiment, format)
    layers = [0] + experiment.reportedLayers
  }

  var isComplete: Bool { rows == layers.count }

  mutating func take(_ bytes: ArraySlice<UInt8>) throws(ForeignLine) {
    let prefix = start.bytes(layer: layers[rows])
    guard bytes.starts(with: prefix) else { throw foreign }
    let rest = String(decoding: bytes.dropFirst(prefix.count), as: UTF8.self)
    guard let row = format.figures(rest) else { throw .otherColumns }
    figures.add(row, layer: layers[rows])
    rows += 1
  }

  /// The first bytes of a row must be those of the row that comes next.
  func checkStart(_ bytes: ArraySlice<UInt8>) throws(ForeignLine) {
    let prefix = start.bytes(layer: layers[rows])
    guard bytes.starts(with: prefix) || prefix.starts(with: bytes) else { throw foreign }
  }

  /// Throws where the point is one of the same parameters and other options.
  func checkOptions() throws(ForeignLine) {
    let other = figures.otherOption(gradients: gradients, theory: theory, spectrum: spectrum)
    if let other { throw .otherOption(other) }
  }

  private var foreign: ForeignLine {
    .otherParameters(expected: start.description(layer: layers[rows]))
  }
}
