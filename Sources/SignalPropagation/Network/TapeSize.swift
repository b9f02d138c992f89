import Kernels

/// The floats of a tape for each column of the batch, by how many layers it keeps at the same time.
struct TapeSize {
  private let experiment: Experiment
  private let depth: Double
  /// What a layer keeps, on average.
  private let saved: PanelFloats
  private let forward: PanelFloats
  private let backward: PanelFloats
  /// The widest input of a layer.
  private let boundary: Double
  /// x0, where layers read it.
  private var stackInput = PanelFloats()

  init(
    _ experiment: Experiment, _ network: Network, _ layers: [(program: LayerProgram, count: Int)]
  ) {
    self.experiment = experiment
    depth = Double(network.depth)
    var (saved, forward, backward) = (PanelFloats(), PanelFloats(), PanelFloats())
    for (program, count) in layers {
      let usage = program.usage(for: experiment.purpose)
      // Operands for the gradients of weights are kept where these are reported.
      let plain = experiment.purpose == .weightGradient ? program.usage(for: .gradient) : usage
      let reported = min(1, Double(experiment.reportCount) / max(depth, 1))
      let kept = reported * usage.saved + (1 - reported) * plain.saved
      saved = saved + Double(count) / max(depth, 1) * kept
      forward.formMaximum(usage.forward)
      forward.formMaximum(plain.forward)
      backward.formMaximum(usage.backward)
    }
    (self.saved, self.forward, self.backward) = (saved, forward, backward)
    boundary = layers.map { Double(Panels.paddedFeatures($0.program.widths[0])) }.max() ?? 0
    if network.usesStackInput { stackInput.add(experiment.shape.width(ofLayer: 0)) }
  }

  /// The most floats at any time where `kept` layers are kept.
  func floats(kept: Double) -> Double {
    guard experiment.purpose != .output else { return (forward + stackInput).total }
    let up = kept * saved + forward
    let most = up.merging(descent(kept: kept), max) + stackInput
    let segments = (depth / kept).rounded(.up)
    return most.total + (segments - 1) * boundary
  }

  /// On the way down: what is still kept, and the cotangents that have joined.
  private func descent(kept: Double) -> PanelFloats {
    let losses = Double(min(experiment.lossCount, RunPlan.lossesAtOnce))
    let backward = backward + stackInput
    guard case .each = experiment.backward, case .every(let step) = experiment.reports,
      experiment.lossCount <= RunPlan.lossesAtOnce
    else { return kept * saved + losses * backward }
    // Losses join at equal distances, and what is kept shrinks between them: the sum is largest at an end.
    let below = max(0, kept - (losses - 1) * Double(step))
    return (kept * saved + backward).merging(below * saved + losses * backward, max)
  }
}
