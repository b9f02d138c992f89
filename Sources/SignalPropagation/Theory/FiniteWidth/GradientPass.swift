import Platform

/// The gradient on its way from one layer down to the input, and how the noise of each layer that it
/// passes moves the logarithm of its mean size there.
struct GradientPass {
  /// Which two rows of the batch are compared.
  enum Rows {
    /// Those of two inputs.
    case pair
    /// One row and itself.
    case row
  }

  /// From the input upwards.
  private let steps: [GradientStep]
  /// At the input.
  private let input: Cotangent
  private let rows: Rows
  private let randomReadout: Bool

  /// - Parameters:
  ///   - layers: From the first one to that at which the gradient starts.
  ///   - randomReadout: Whether it starts as one random vector for all rows, or as all ones.
  init(_ layers: [ScatteringLayer], _ rows: Rows, randomReadout: Bool) {
    var steps: [GradientStep] = []
    var cotangent = randomReadout ? Cotangent.randomReadout : .ones
    for (index, layer) in layers.enumerated().reversed() {
      let isTop = index == layers.count - 1 && !randomReadout
      let unit = isTop ? layer.top : layer.inner
      let step = GradientStep(layer, unit, rows == .pair ? unit.pair : unit.row, from: cotangent)
      steps.append(step)
      cotangent = step.below
    }
    self.steps = steps.reversed()
    self.rows = rows
    self.randomReadout = randomReadout
    input = cotangent
  }

  /// How much the scatter of c adds to the mean of log(mean |gradient|): c² counts, and that has a mean
  /// where c itself has none.
  var lift: Double {
    var lift = 0.5 * input.alongVariance
    var slope = CotangentSlope(along: input.along, noise: 0.5)
    for step in steps {
      let weights = step.weights(slope)
      lift += weights.square * step.unit.square * step.above.alongVariance
      slope = step.passed(weights)
    }
    return lift
  }

  /// The variance of log(mean |gradient|) for one row, or its covariance between two.
  var variance: Double {
    let inputWidth = steps[0].layer.widthBelow
    // At the input it is the mean of |·| that scatters, not that of the square.
    let gamma = rows == .row ? 1 : min(input.shared, 1)
    var variance =
      ((1 - gamma * gamma).squareRoot() + gamma * realAsin(gamma) - 1) / inputWidth
    if randomReadout { variance += 0.5 / steps[steps.count - 1].layer.width }

    var weights: [UnitWeights] = []
    var slope = CotangentSlope(along: input.along, noise: 0.5)
    for step in steps {
      if !weights.isEmpty {
        let fresh = slope.noise * step.below.noise * step.overlap
        variance += 2 * fresh * fresh / step.layer.widthBelow
      }
      let own = step.weights(slope)
      weights.append(own)
      slope = step.passed(own)
    }
    // All layers above see a layer's signal, so these derivatives come from the top.
    var signal = 0.0
    for (step, own) in zip(steps, weights).reversed() {
      let complete = UnitWeights(signal: signal, along: own.along, square: own.square)
      variance += step.products.variance(complete, step.above) / step.layer.width
      signal = step.signalSlope(complete)
    }
    if rows == .row {
      signal += 0.5 * input.along * input.along
      variance += 2 * signal * signal / inputWidth
    }
    return variance
  }
}

/// The gradient c·h + r at a layer, h in the root of its E[h²].
struct Cotangent {
  /// c.
  var along: Double
  /// ρ = E[r²].
  var noise: Double
  /// E[r r] between the two rows that are compared.
  var shared: Double
  /// Var[c], of the order 1/width.
  var alongVariance = 0.0

  /// At the top, where a unit of layer `top` takes 1 for h.
  static let ones = Cotangent(along: 1, noise: 0, shared: 0)
  static let randomReadout = Cotangent(along: 0, noise: 1, shared: 1)
}

/// Derivatives of log(mean |gradient| at the input) by c and ρ of a layer.
struct CotangentSlope {
  var along: Double
  var noise: Double
}

/// One layer on the way down.
///
/// What it hands down is measured by its own size, c² + ρ = 1: the size is of no account, and thousands
/// of layers that each shrink it do not leave the range of `Double`.
struct GradientStep {
  let layer: ScatteringLayer
  let unit: GradientUnit
  let products: UnitProducts
  /// At the layer's output.
  let above: Cotangent
  /// At its input.
  let below: Cotangent
  /// Correlation of the two rows' cotangents.
  let overlap: Double
  /// c = along·A/K and ρ = across·U below.
  private let along: Double
  private let across: Double

  init(
    _ layer: ScatteringLayer, _ unit: GradientUnit, _ products: UnitProducts, from above: Cotangent
  ) {
    self.layer = layer
    self.unit = unit
    self.products = products
    self.above = above
    let c = layer.along * above.along * unit.along
    let noise = layer.across * unit.squareMean(above)
    let shared = layer.across * products.cotangents(above)
    let square = c * c + noise
    let alongVariance =
      unit.along * unit.along * above.alongVariance + products.alongVariance(above) / layer.width
    below = Cotangent(
      along: c / square.squareRoot(), noise: noise / square, shared: shared / square,
      alongVariance: layer.along * layer.along * alongVariance / square)
    overlap = shared / noise
    along = layer.along / square.squareRoot()
    across = layer.across / square
  }

  /// Derivatives by A and U, from those by what the layer hands down.
  func weights(_ slope: CotangentSlope) -> UnitWeights {
    UnitWeights(signal: 0, along: slope.along * along, square: slope.noise * across)
  }

  /// Derivatives by c and ρ at the layer's output.
  func passed(_ weights: UnitWeights) -> CotangentSlope {
    CotangentSlope(
      along: weights.along * unit.along + 2 * weights.square * above.along * unit.square,
      noise: weights.square * unit.slopeSquare)
  }

  /// The derivative by log K of the layer's input: it divides c, and all averages depend on it.
  func signalSlope(_ weights: UnitWeights) -> Double {
    unit.logSlope(weights, above) - weights.along * above.along * unit.along
  }
}
