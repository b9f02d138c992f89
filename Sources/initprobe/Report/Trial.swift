import SignalPropagation

/// One run of an experiment: what was run, and what it yielded for the input and the reported layers.
struct Trial: Equatable {
  let experiment: Experiment
  let records: [LayerRecord]

  /// The trial with the input and this many reported layers alone.
  func showing(_ layers: Int) -> Trial {
    Trial(experiment: experiment, records: Array(records.prefix(layers + 1)))
  }

  /// The tidy rows.
  var rows: [LayerRow] { records.map { LayerRow(experiment: experiment, record: $0) } }
}
