import SignalPropagation

/// One run of an experiment: what was run, and what it yielded for the input and the reported layers.
struct Trial: Equatable {
  let experiment: Experiment
  let records: [LayerRecord]

  /// The tidy rows.
  var rows: [LayerRow] { records.map { LayerRow(experiment: experiment, record: $0) } }
}
