import Kernels

extension Experiment {
  /// The bytes of the records of the input and of all reported layers, with the lists that they hold; in floating
  /// point, as sizes of any magnitude get an answer.
  ///
  /// - Parameter isMeasured: Whether a run makes them, and not a prediction.
  package func bytesOfRecords(isMeasured: Bool) -> Double {
    let histogramBytes = isMeasured && histogram ? Double(Histogram.mostBytes) : 0
    let spectrumBytes = isMeasured && spectrum ? bytesOfSingularValues : 0
    return (Double(reportCount) + 1)
      * (Double(MemoryLayout<LayerRecord>.stride) + histogramBytes + spectrumBytes)
  }

  /// Those of one Jacobian.
  private var bytesOfSingularValues: Double {
    Double(MemoryLayout<Double>.stride) * Double(min(shape.width(ofLayer: 0), shape.widestLayer))
  }
}
