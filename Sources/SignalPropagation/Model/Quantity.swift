/// A quantity of a layer, measured and predicted alike: one row of the table that text, columns,
/// expectations and notes read.
package struct Quantity: Sendable {
  /// How text shows a value.
  package enum Style: Sendable {
    /// Four decimals, with an exponent where these would lose it.
    case figure
    /// A share of 1, or a cosine: four decimals.
    case share
  }

  /// Where text shows a quantity.
  package enum Place: Sendable {
    /// In the line of its layer, always.
    case main
    /// There, on request.
    case statistics
    /// In a line of the singular values.
    case spectrum
  }

  /// The column of the measured value; that of the predicted one has `predicted_` before it.
  package let column: String
  /// What text calls it.
  package let label: String
  /// What text calls it for the input.
  package let inputLabel: String
  /// How text shows it.
  package let style: Style
  /// Where text shows it.
  package let place: Place
  /// Whether it comes from a backward pass.
  package let needsGradients: Bool
  /// Whether there is a column for the predicted value.
  package let hasPredictedColumn: Bool
  /// Its value among the figures of a layer; `nil` where it was not computed.
  package let value: @Sendable (LayerFigures) -> Figure?

  init(
    _ column: String, _ label: String, _ style: Style = .figure, input: String? = nil,
    place: Place = .statistics, needsGradients: Bool = false, hasPredictedColumn: Bool = false,
    value: @escaping @Sendable (LayerFigures) -> Figure?
  ) {
    self.column = column
    self.label = label
    inputLabel = input ?? label
    self.style = style
    self.place = place
    self.needsGradients = needsGradients
    self.hasPredictedColumn = hasPredictedColumn
    self.value = value
  }

  /// What was measured, or predicted where nothing was measured.
  package func value(in record: LayerRecord) -> Figure? {
    value(record.measured) ?? value(record.predicted)
  }
}

extension Quantity: Equatable {
  /// Columns have names of their own.
  package static func == (a: Quantity, b: Quantity) -> Bool { a.column == b.column }
}

/// The value of a quantity.
package enum Figure: Equatable, Sendable {
  /// Never negative, and of any size.
  case magnitude(Magnitude)
  /// With a sign, in the range of a double.
  case real(Double)

  /// The nearest double.
  package var doubleValue: Double {
    switch self {
    case .magnitude(let magnitude): magnitude.doubleValue
    case .real(let value): value
    }
  }

  /// Whether it is neither NaN nor infinite.
  package var isFinite: Bool {
    switch self {
    case .magnitude(let magnitude): magnitude.significand.isFinite
    case .real(let value): value.isFinite
    }
  }

  /// Whether it is NaN.
  package var isNaN: Bool {
    switch self {
    case .magnitude(let magnitude): magnitude.significand.isNaN
    case .real(let value): value.isNaN
    }
  }
}
