import SignalPropagation

/// One run of an experiment: what was run, and what it yielded for the input and the reported layers.
struct Trial: Equatable {
  let experiment: Experiment
  let records: [LayerRecord]

  /// The trial with the input and this many reported layers alone.
  func showing(_ layers: Int) -> Trial {
    // A copy of all records would take as much memory as these.
    layers + 1 >= records.count
      ? self : Trial(experiment: experiment, records: Array(records.prefix(layers + 1)))
  }

  /// The tidy rows, each made when it is looked at.
  var rows: some Sequence<LayerRow> {
    records.lazy.map { [experiment] in LayerRow(experiment: experiment, record: $0) }
  }
}

/// A layer of one of several trials.
struct TrialLayer: Equatable {
  let seed: UInt64
  let layer: Int

  /// `layer 3`, or with the seed where there is more than one.
  func phrase(trials: Int) -> String {
    trials > 1 ? "layer \(layer) of seed \(seed)" : "layer \(layer)"
  }
}

extension TrialLayer {
  /// That of a record of a trial.
  init(_ trial: Trial, _ record: LayerRecord) {
    self.init(seed: trial.experiment.seed, layer: record.layer)
  }
}
