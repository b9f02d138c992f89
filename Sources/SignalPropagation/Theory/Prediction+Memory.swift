extension Experiment {
  /// The bytes that `predict` takes; in floating point, as sizes of any magnitude get an answer.
  package var memoryOfPrediction: Double {
    bytesOfRecords(isMeasured: false) + Double(reportCount) * Double(MemoryLayout<Int>.stride)
      + bytesOfFlow
  }

  /// What is kept of every layer until the gradient of a loss at the last one has come down.
  private var bytesOfFlow: Double {
    guard backward == .last, gradients else { return 0 }
    let layer =
      MemoryLayout<LayerRecord>.stride + MemoryLayout<MeanFieldSignal>.stride
      + MemoryLayout<CotangentMap>.stride + MemoryLayout<[Int: PanelMarks]>.stride
      + MemoryLayout<RowOverlap>.stride
    // A set of the reported layers has up to three places for each.
    return (Double(shape.depth) + 1) * Double(layer)
      + 3 * Double(reportCount) * Double(MemoryLayout<Int>.stride)
  }
}
