import Kernels
import Platform

/// A cotangent on its way down a stack: k·1 + c·h + noise of variance ρ.
struct FlowingCotangent {
  var k: WideDouble
  var c: WideDouble
  var noise: WideDouble
  /// The covariance of the noise between two rows; `nil` where it is not followed, or not known.
  var shared: WideDouble? = 0.0
  /// Whether all that its size takes is known.
  var isKnown = true

  init(_ loss: Loss) {
    (k, c, noise) = loss == .sum ? (1.0, 0.0, 0.0) : (0.0, 0.0, 1.0)
  }

  /// Through a layer, down.
  ///
  /// - Parameter shared: The covariance of the noise below it, where that is known.
  mutating func pass(_ map: CotangentMap, shared: WideDouble?) {
    if !map.knowsAlong, c != 0.0 { isKnown = false }
    let (k, c) = (k, c)
    // Parts would become 0 · ∞.
    guard map.noise.isFinite else {
      return (self.k, self.c, noise, self.shared) = (0.0, 0.0, map.noise, nil)
    }
    noise =
      map.noiseKK * k * k + map.noiseKC * k * c + map.noiseCC * c * c + map.noise * noise
    self.k = map.kk * k + map.kc * c
    self.c = map.ck * k + map.cc * c
    // Nothing has all in common.
    self.shared = noise == 0.0 ? 0.0 : shared
  }

  /// Measures h in a unit that is 2^shift times as large.
  mutating func changeUnit(by shift: Int) { c = c.scaled(byPowerOfTwo: shift) }

  /// In doubles of a size with 1.
  var scaled: ScaledCotangent {
    let size = max(k.magnitude, noise.squareRoot())
    let exponent = size.isFinite ? size.exponent : 0
    func value(_ part: WideDouble, _ power: Int) -> Double {
      part.scaled(byPowerOfTwo: -power * exponent).doubleValue
    }
    return ScaledCotangent(
      k: value(k, 1), c: value(c, 1), noise: value(noise, 2), shared: shared.map { value($0, 2) },
      exponent: exponent, isKnown: isKnown)
  }

  /// Mean |gradient| at h, as of a normal distribution.
  func meanAbsolute(at signal: MeanFieldSignal) -> Magnitude? {
    guard isKnown else { return nil }
    // 0 along h, however large that is.
    let along: (mean: WideDouble, variance: WideDouble) =
      c == 0.0 ? (0.0, 0.0) : (mean: c * signal.mean, variance: c * c * signal.variance)
    let variance = along.variance + max(noise, 0.0)
    guard variance.isFinite, k.isFinite else { return Magnitude(variance + k) }
    return Magnitude(
      foldedNormalMean(mean: k + along.mean, deviation: variance.squareRoot()))
  }
}

/// The same in doubles, each times a power of two.
struct ScaledCotangent {
  var k: Double
  var c: Double
  var noise: Double
  var shared: Double?
  /// Of k and c; ρ has twice as much.
  var exponent: Int
  var isKnown: Bool
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
    var ascent = Ascent(field.signal, depth: depth)
    // A list that grows by doubling is there twice each time.
    records.reserveCapacity(depth + 1)
    while field.layer < depth {
      field.advance()
      records.append(field.record(loss: nil))
      guard field.limit == nil else { continue }
      ascent.append(field)
      if let batch { ascent.followOverlap(self, batch: batch) }
    }
    if ascent.maps.count == depth {
      addFlow(
        to: &records, ascent, weights: batch.map { (layers, WeightGradient(batch: $0)) })
    }
    var reported = [records[0]]
    reported.reserveCapacity(layers.count + 1)
    for layer in layers { reported.append(records[layer]) }
    return reported
  }

  /// - Parameter weights: The layers whose weights' gradients are wanted.
  private func addFlow(
    to records: inout [LayerRecord], _ ascent: Ascent,
    weights: (layers: [Int], gradient: WeightGradient)?
  ) {
    var cotangent = FlowingCotangent(loss)
    let reported = Set(weights?.layers ?? [])
    var rows = weights.flatMap { LayerRows(self, depth, ascent, $0.gradient, near: nil) }
    var layer = depth
    while true {
      records[layer].predicted.gradMeanAbs = cotangent.meanAbsolute(at: ascent.signals[layer])
      guard layer > 0 else { return }
      let below = weights.flatMap {
        layer > 1 ? LayerRows(self, layer - 1, ascent, $0.gradient, near: rows) : nil
      }
      let scaled = cotangent.scaled
      let step = rows?.descend(
        scaled, below: below,
        overlap: reported.contains(layer) ? ascent.overlaps[layer - 1] : nil)
      records[layer].predicted.weightGradMeanAbs = step?.weightGradient
      cotangent.pass(
        ascent.maps[layer - 1],
        shared: step?.shared.map { WideDouble($0, timesPowerOfTwo: 2 * scaled.exponent) })
      rows = below
      // A layer's map is in the unit of its output.
      cotangent.changeUnit(by: ascent.signals[layer - 1].unit - ascent.signals[layer].unit)
      layer -= 1
    }
  }
}

extension LayerStack {
  /// Why mean |∂L/∂W| is not predicted, in a few words; `nil` where it is.
  package var weightGradientLimit: String? {
    depth > 5000 ? "for more than 5000 layers" : nil
  }
}
