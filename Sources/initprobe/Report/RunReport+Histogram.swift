import SignalPropagation

extension RunReport {
  /// One block for each bin, as high as the bin's share of the fullest one, between the outermost edges; the
  /// trials are added up.
  func histogram(of records: [LayerRecord]) -> String? {
    let histograms = records.compactMap(\.measured.histogram)
    guard var sum = histograms.first else { return nil }
    for histogram in histograms.dropFirst() { sum.add(histogram) }
    sum = sum.finished()
    let fullest = sum.counts.max() ?? 1
    let bars = sum.counts.map { count in
      let (eighths, rest) = (8 * count).quotientAndRemainder(dividingBy: fullest)
      return Character.bars[eighths + (rest > 0 ? 1 : 0)]
    }
    // The one bin of a layer that is 0 everywhere has the least width that there is.
    let isZero = records.allSatisfy { $0.measured.outAbsMax == 0 }
    let edges = isZero ? [0] : sum.edges
    return "\(edges[0].figure) \(String(bars)) \(edges[edges.count - 1].figure)"
  }
}
