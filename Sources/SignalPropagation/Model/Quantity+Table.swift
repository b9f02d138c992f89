extension Quantity {
  /// All quantities, in the order of the columns.
  package static let all: [Quantity] = [
    Quantity("out_mean", "mean") { $0.outMean.map(Figure.real) },
    out,
    Quantity("out_abs_max", "max") { $0.outAbsMax.map(Figure.real) },
    Quantity("saturated", "saturated", .share) { $0.saturated.map(Figure.real) },
    Quantity("similarity", "similarity", .share, hasPredictedColumn: true) {
      $0.similarity.map(Figure.real)
    },
    Quantity(
      "grad_mean_abs", "grad", place: .main, needsGradients: true, hasPredictedColumn: true
    ) {
      $0.gradMeanAbs.map(Figure.magnitude)
    },
    Quantity(
      "weight_grad_mean_abs", "wgrad", place: .main, needsGradients: true,
      hasPredictedColumn: true
    ) {
      $0.weightGradMeanAbs.map(Figure.magnitude)
    },
    .singularValue("sv_max", "max", .largest),
    .singularValue("sv_90", "90%", .upperDecile),
    .singularValue("sv_50", "50%", .median),
    .singularValue("sv_10", "10%", .lowerDecile),
    .singularValue("sv_min", "min", .smallest),
    Quantity("sv_mean_square", "mean square", place: .spectrum, hasPredictedColumn: true) {
      $0.spectrum.map { .magnitude($0.meanSquare) }
    },
  ]

  /// The standard deviation of a layer's output.
  package static let out = Quantity(
    "out_std", "out", input: "in", place: .main, hasPredictedColumn: true
  ) {
    $0.outStd.map(Figure.magnitude)
  }

  private static func singularValue(
    _ column: String, _ label: String, _ quantile: SpectrumSummary.Quantile
  ) -> Quantity {
    Quantity(column, label, place: .spectrum, hasPredictedColumn: true) {
      $0.spectrum.flatMap { $0[quantile] }.map(Figure.magnitude)
    }
  }

  /// Those that text always shows.
  package static let main = all.filter { $0.place == .main }
  /// Those that text shows on request.
  package static let statistics = all.filter { $0.place == .statistics }
  /// Those of the singular values.
  package static let spectrum = all.filter { $0.place == .spectrum }
  /// Those that can be held against an expectation.
  package static let expectable = main.filter { ["out", "grad"].contains($0.label) }
}
