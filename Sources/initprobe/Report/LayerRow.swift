import SignalPropagation

/// One tidy row: one layer of one run.
struct LayerRow {
  let experiment: Experiment
  let record: LayerRecord

  /// The table of runs without numbers of a user's own, which nearly all are.
  static let table = makeTable([])

  /// The parameters, the layer, then what was measured and what is predicted.
  ///
  /// - Parameter settings: The names of a user's own numbers.
  static func table(settings: [String]) -> RowTable<LayerRow> {
    settings.isEmpty ? table : makeTable(settings)
  }

  private static func makeTable(_ settings: [String]) -> RowTable<LayerRow> {
    RowTable(
      parameters(settings: settings).columns + [Column("layer") { Cell($0.record.layer) }]
        + figures.columns)
  }

  /// What says which row of which run it is, but for the layer.
  static func parameters(settings: [String]) -> RowTable<LayerRow> {
    RowTable(
      Parameter.all(settings: settings).map { parameter in
        Column(parameter.name) { parameter.cell($0.experiment, $0.record.layer) }
      })
  }

  /// What follows the layer.
  static let figures = RowTable<LayerRow>(
    Quantity.all.map { quantity in
      Column(quantity.column) { Cell(quantity.value($0.record.measured)) }
    }
      + Quantity.all.filter(\.hasPredictedColumn).map { quantity in
        Column(quantity.predictedColumn) { Cell(quantity.value($0.record.predicted)) }
      })

  /// A JSON object, with the edges and counts of its histogram where one was asked for.
  ///
  /// - Parameter table: That of all rows of the run.
  func json(_ table: RowTable<LayerRow>) -> String {
    table.json(
      self,
      members: (experiment.histogram ? histogramMembers : [])
        + (experiment.spectrum ? [singularValuesMember] : []))
  }

  /// All of them, descending; those below the floor of single precision are not known.
  private var singularValuesMember: String {
    guard let values = record.measured.singularValues else {
      return LayerRow.singularValuesKey + "null"
    }
    let list = values.values.map { Magnitude($0, timesPowerOfTwo: values.exponent).shortest }
    return "\(LayerRow.singularValuesKey)[\(list.joined(separator: ", "))]"
  }

  /// What the member of the singular values begins with.
  static let singularValuesKey = "\"singular_values\": "

  private var histogramMembers: [String] {
    func list(_ items: [String]?) -> String {
      items.map { "[\($0.joined(separator: ", "))]" } ?? "null"
    }
    let histogram = record.measured.histogram
    return [
      "\"bin_edges\": \(list(histogram?.edges.map(\.shortest)))",
      "\"bin_counts\": \(list(histogram?.counts.map(String.init)))",
    ]
  }
}

extension Quantity {
  /// The column of the predicted value.
  var predictedColumn: String { "predicted_\(column)" }
}

extension Cell {
  /// The value of a quantity.
  init(_ figure: Figure?) {
    switch figure {
    case nil: self = .empty
    case .real(let value): self.init(value)
    case .magnitude(let magnitude): self.init(magnitude)
    }
  }

  init(_ magnitude: Magnitude?) {
    self =
      magnitude.map {
        $0.significand.isFinite ? .number($0.shortest) : .notFinite($0.shortest)
      } ?? .empty
  }
}
