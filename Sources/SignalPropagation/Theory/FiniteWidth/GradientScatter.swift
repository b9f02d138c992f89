/// How the logarithm of mean |gradient| of one run is distributed over seeds at finite width.
package struct GradientScatter: Equatable, Sendable {
  /// The part that two rows of a batch have in common, as they share their weights: a covariance.
  package var pairVariance: Double
  /// The variance for a batch of one row.
  package var rowVariance: Double
  /// What the scatter of the gradient's part along the activations adds to the mean of the logarithm.
  package var lift: Double
  /// Rows of the batch.
  package var batch: Int
  /// The narrowest width, of the input or of a layer.
  package var narrowest: Int

  /// The standard deviation of log(mean |gradient|) to first order.
  package var deviation: Double { variance(sharing: 1 / Double(batch)).squareRoot() }

  /// With what is known of the next order.
  ///
  /// Two rows that have nothing to do with each other still have accidental products of variance
  /// 1/width, so they share that much of what is each row's own. The mean of the logarithm is not worked
  /// out: it lies up to about half of `rowVariance` below the theory, which no batch averages away, or
  /// up to `lift` above. Both are let pass on either side.
  package var scatter: Scatter {
    let accident = 1 / Double(narrowest)
    let share = 1 / Double(batch)
    return Scatter(
      deviation: variance(sharing: share + (1 - share) * accident).squareRoot(), shift: 0,
      uncertainty: 0.5 * rowVariance + lift)
  }

  private func variance(sharing share: Double) -> Double {
    pairVariance * (1 - share) + rowVariance * share
  }
}

extension Experiment {
  /// How the mean |gradient| at the input of one run scatters around the prediction because the layers
  /// are of finite width, for each reported layer. `nil` for residual stacks and for orthogonal and
  /// sparse weights, which the derivation does not cover.
  ///
  /// To first order in 1/width: good to about a fifth while the deviation is below 0.2 and depth/width
  /// below 0.1. For one row of relu it is 5/4 Σ 1/width (Hanin 2018, Hanin & Nica 2020). A batch
  /// shares its weights, so rows count by how much their gradients agree.
  ///
  /// With averages ⟨·⟩ over the n_l units of layer l, K_l = ⟨φ²⟩, and u = φ′(z)·g, g = c·h + r as in
  /// `MeanFieldGradient`, these hold exactly for one row, ε being the noise of fresh weights:
  ///
  ///     A = ⟨u z⟩,  U = ⟨u²⟩,  c_(l−1) = n_l/n_(l−1) · A/K_(l−1),  ρ_(l−1) = n_l v_l U (1 + ε)
  ///
  /// An average is its value at infinite width, a function of (q_l, c_l, ρ_l), and noise of
  /// 1/n_l times the covariance of one unit. So the deviation of log(mean |g|) is linear in independent
  /// noises of the layers, and its variance a sum over them: for two rows, and for one with itself.
  ///
  /// - Parameter randomReadout: Whether the gradient sent down is one random vector, the same for each
  ///   row, instead of all ones.
  func predictGradientScatter(randomReadout: Bool = false) -> [GradientScatter]? {
    guard skip == nil, scattersByWidthAlone else { return nil }
    var field = MeanField(self, followsPairs: true)
    var layers: [ScatteringLayer] = []
    return reportedLayers.map { layer in
      while field.layer < layer {
        let below = field.advanceFromInput()
        layers.append(
          ScatteringLayer(
            activation, widthBelow: shape.width(ofLayer: field.layer - 1),
            width: shape.width(ofLayer: field.layer), weights: weightScale(ofLayer: field.layer),
            below: below, above: field.signal.scaled, previous: layers.last))
      }
      let pair = GradientPass(layers, .pair, randomReadout: randomReadout)
      let row = GradientPass(layers, .row, randomReadout: randomReadout)
      return GradientScatter(
        pairVariance: pair.variance, rowVariance: row.variance, lift: row.lift, batch: batch,
        narrowest: (0...layer).map(shape.width(ofLayer:)).min()!)
    }
  }
}
