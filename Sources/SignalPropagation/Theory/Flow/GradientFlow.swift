import Platform

/// A cotangent on its way down a stack: k·1 + c·h + noise of variance ρ, each times a power of two.
private struct FlowingCotangent {
  var k: Double
  var c: Double
  var noise: Double
  /// The covariance of the noise between two rows, where it is followed.
  var shared = 0.0
  /// Of k and c; ρ has twice as much.
  var exponent = 0
  /// Whether all that its size takes is known.
  var isKnown = true

  init(_ loss: Loss) {
    (k, c, noise) = loss == .sum ? (1, 0, 0) : (0, 0, 1)
  }

  /// Through a layer, down.
  ///
  /// - Parameter rows: What the rows of a batch have in common there, where that is followed.
  mutating func pass(_ map: CotangentMap, _ rows: LayerRows?) {
    if let rows { shared = rows.shared(below: self) }
    if !map.knowsAlong, c != 0 { isKnown = false }
    let (k, c) = (k, c)
    noise =
      map.noiseKK * k * k + map.noiseKC * k * c + map.noiseCC * c * c + map.noise * noise
    self.k = map.kk * k + map.kc * c
    self.c = map.ck * k + map.cc * c
    normalize()
  }

  /// Measures h in a unit that is 2^shift times as large.
  mutating func changeUnit(by shift: Int) {
    c *= Double(sign: .plus, exponent: shift, significand: 1)
  }

  private mutating func normalize() {
    let size = max(k.magnitude, noise.squareRoot())
    guard size.isFinite, size != 0, size.exponent.magnitude > 100 else { return }
    let power = Int(size.exponent)
    let scale = Double(sign: .plus, exponent: -power, significand: 1)
    (k, c, noise, shared) = (k * scale, c * scale, noise * scale * scale, shared * scale * scale)
    exponent += power
  }

  /// Mean |gradient| at h, as of a normal distribution.
  func meanAbsolute(at signal: MeanFieldSignal) -> Magnitude? {
    guard isKnown else { return nil }
    // 0 along h, however large that is.
    let along =
      c == 0
      ? (mean: 0.0, variance: 0.0)
      : (mean: c * signal.mean, variance: c * c * signal.variance)
    let variance = along.variance + max(noise, 0)
    guard variance.isFinite, k.isFinite else { return Magnitude(.infinity) }
    return Magnitude(
      foldedNormalMean(mean: k + along.mean, deviation: variance.squareRoot()),
      timesPowerOfTwo: exponent)
  }
}

extension LayerStack {
  /// What a single backward pass from the last layer finds on its way: a record of the input and of each of
  /// `layers` with out, similarity and mean |∂L/∂h_l|.
  ///
  /// The gradient at h_l is taken as normal, as it is at the input; where h_l is φ of something and the
  /// gradient lies along it, that is an approximation.
  ///
  /// - Parameters:
  ///   - layers: Ascending, each in 1…depth.
  ///   - batch: Rows of the batch, for mean |∂L/∂W|; without them it is not predicted. Nor is it where
  ///     `weightGradientLimit` says why.
  package func predictFlow(
    layers: [Int], batch: Int? = nil, followingPairs: Bool = true
  ) -> [LayerRecord] {
    let batch = weightGradientLimit == nil ? batch : nil
    var field = MeanField(
      self, followsPairs: followingPairs || batch != nil, followsOnes: loss == .sum)
    var records = [field.record(loss: nil)]
    var signals = [field.signal]
    var maps: [CotangentMap] = []
    while field.layer < depth {
      field.advance()
      records.append(field.record(loss: nil))
      guard field.limit == nil else { continue }
      signals.append(field.signal)
      maps.append(field.map)
    }
    if maps.count == depth {
      addFlow(
        to: &records, signals: signals, maps: maps,
        weights: batch.map { (layers, WeightGradient(batch: $0)) })
    }
    return [records[0]] + layers.map { records[$0] }
  }

  /// - Parameter weights: The layers whose weights' gradients are wanted.
  private func addFlow(
    to records: inout [LayerRecord], signals: [MeanFieldSignal], maps: [CotangentMap],
    weights: (layers: [Int], gradient: WeightGradient)?
  ) {
    var cotangent = FlowingCotangent(loss)
    let reported = Set(weights?.layers ?? [])
    var rows = weights.flatMap { LayerRows(self, depth, signals, $0.gradient, above: nil) }
    var layer = depth
    while true {
      records[layer].predicted.gradMeanAbs = cotangent.meanAbsolute(at: signals[layer])
      guard layer > 0 else { return }
      let below = rows.flatMap { rows in
        layer > 1 ? LayerRows(self, layer - 1, signals, rows.gradient, above: rows) : nil
      }
      if reported.contains(layer), let rows {
        records[layer].predicted.weightGradMeanAbs = rows.meanAbsolute(cotangent, below: below)
      }
      cotangent.pass(maps[layer - 1], rows)
      rows = below
      // A layer's map is in the unit of its output.
      cotangent.changeUnit(by: signals[layer - 1].unit - signals[layer].unit)
      layer -= 1
    }
  }
}

/// What the rows of a batch have in common in a layer h' = R h + S φ(W h + b), lengths being in the unit of its
/// output.
private struct LayerRows {
  let gradient: WeightGradient
  private let branch: BranchLayer
  /// The layer's input.
  private let input: MeanFieldSignal
  private let common: CommonRows
  /// The variance of the pre-activation without the bias, and its covariance between two rows.
  private let square: (own: Double, shared: Double)
  private let weightVariance: Double

  /// - Parameters:
  ///   - signals: Of the input and each layer.
  ///   - above: Those of the layer above, whose integrals serve again where the signal is at rest.
  init?(
    _ stack: LayerStack, _ layer: Int, _ signals: [MeanFieldSignal], _ gradient: WeightGradient,
    above: LayerRows?
  ) {
    let graph = stack.graph(ofLayer: layer)
    guard let branch = BranchLayer(graph) else { return nil }
    self.branch = branch
    weightVariance = graph.matrices[0].distribution.variance
    self.gradient = gradient
    var input = signals[layer - 1]
    input.changeUnit(by: signals[layer].unit - input.unit)
    // One row has all in common with itself.
    if gradient.batch == 1 { input.dissimilarity = 0 }
    self.input = input
    let forward = branch.weights.forward
    square = (forward * input.square, forward * (input.square - input.dissimilarity))
    let unit = Double(sign: .plus, exponent: -2 * input.unit, significand: 1)
    let q = square.own + branch.bias * unit
    guard q.isNormal, q.isFinite else { return nil }
    let key = CommonRows.Key(q: q, dissimilarity: forward * input.dissimilarity / q)
    if let known = above, known.common.key == key, known.branch.function == branch.function {
      common = known.common
    } else {
      common = CommonRows(branch.function, key)
    }
  }

  /// A cotangent of the output as φ′(z)(constant + along·φ(z) + noise) at z.
  private func atUnit(_ g: FlowingCotangent) -> (
    constant: Double, along: Double, variance: Double, shared: Double
  ) {
    let (carry, c) = (branch.block.carry, g.c)
    guard c != 0 else { return (g.k, 0, max(g.noise, 0), shared(g)) }
    return (
      g.k + c * carry * input.mean, c * branch.block.branch,
      max(g.noise, 0) + c * c * carry * input.variance,
      shared(g) + c * c * carry * (input.variance - input.dissimilarity)
    )
  }

  private func shared(_ g: FlowingCotangent) -> Double {
    gradient.batch == 1 ? max(g.noise, 0) : max(g.shared, 0)
  }

  /// The covariance of the noise between two rows at the layer's input, as its variance in `CotangentMap`.
  func shared(below g: FlowingCotangent) -> Double {
    let unit = atUnit(g)
    let (carry, branch) = (branch.block.carry, branch.block.branch)
    let weights = self.branch.weights
    var product = common.product(
      constant: unit.constant, along: unit.along, shared: unit.shared)
    if weights.alignedLoss > 0 {
      let stein = common.steinSlope(constant: unit.constant, along: unit.along)
      product -= weights.alignedLoss * square.shared * stein * stein
    }
    let skipped = carry * (g.shared + g.c * g.c * branch * branch * common.covariance)
    return skipped + weights.backward * branch * branch * max(product, 0)
  }

  /// Mean |∂L/∂W|.
  ///
  /// - Parameter below: Those of the layer below, where there is one.
  func meanAbsolute(_ g: FlowingCotangent, below: LayerRows?) -> Magnitude? {
    guard g.isKnown, g.k.isFinite, g.noise.isFinite else { return nil }
    let unit = atUnit(g)
    let cotangents = common.cotangents(
      constant: unit.constant, along: unit.along, variance: unit.variance, shared: unit.shared)
    let size = gradient.meanAbsolute(
      cotangents, inputs(below), weightVariance: weightVariance)
    return Magnitude(
      branch.block.branch.magnitude * size, timesPowerOfTwo: g.exponent + input.unit)
  }

  /// φ of the layer below where that is all that h is, elsewhere a normal unit.
  private func inputs(_ below: LayerRows?) -> [WeightGradient.Unit] {
    guard let below, below.branch.block.carry == 0 else {
      return WeightGradient.normal(
        mean: input.mean, variance: input.variance, dissimilarity: input.dissimilarity)
    }
    // Its output is in a unit of its own.
    let scale = Double(
      sign: .plus, exponent: below.input.unit - input.unit, significand: below.branch.block.branch)
    return below.common.values.map {
      .init(weight: $0.weight, mean: scale * $0.mean, square: scale * scale * $0.square)
    }
  }
}

extension LayerStack {
  /// Why mean |∂L/∂W| is not predicted, in a few words; `nil` where it is.
  package var weightGradientLimit: String? {
    if depth > 10_000 { return "for more than 10000 layers" }
    let isBranch = (1...(isUniform ? 1 : depth)).allSatisfy {
      BranchLayer(graph(ofLayer: $0)) != nil
    }
    return isBranch ? nil : "for layers other than f(W(h)) and h + s*f(W(h))"
  }
}
