extension Experiment {
  /// The bytes that `predict` takes; in floating point, as sizes of any magnitude get an answer.
  package var memoryOfPrediction: Double {
    bytesOfRecords(isMeasured: false) + Double(reportCount) * Double(MemoryLayout<Int>.stride)
      + bytesOfFlow + bytesOfSpectra
  }

  /// The layers that all spectra share and the work on the deepest; for each report what its spectrum is made of,
  /// and its summary.
  private var bytesOfSpectra: Double {
    guard spectrum else { return 0 }
    // Layers are sorted, and the logarithms of their variances have a rule with three polynomials.
    let layer = 5 * MemoryLayout<JacobianLayer>.stride / 2 + 7 * MemoryLayout<Double>.stride
    return Double(lastReport) * Double(layer) + Double(reportCount)
      * Double(MemoryLayout<PredictedSpectrum?>.stride + SpectrumSummary.bytesOfList)
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
