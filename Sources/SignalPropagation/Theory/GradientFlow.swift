import Platform

/// A cotangent on its way down a stack: k·1 + c·h + noise of variance ρ, each times a power of two.
private struct FlowingCotangent {
  var k: Double
  var c: Double
  var noise: Double
  /// Of k and c; ρ has twice as much.
  var exponent = 0
  /// Whether all that its size takes is known.
  var isKnown = true

  init(_ loss: Loss) {
    (k, c, noise) = loss == .sum ? (1, 0, 0) : (0, 0, 1)
  }

  /// Through a layer, down.
  mutating func pass(_ map: CotangentMap) {
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
    (k, c, noise) = (k * scale, c * scale, noise * scale * scale)
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
  /// - Parameter layers: Ascending, each in 1…depth.
  package func predictFlow(layers: [Int], followingPairs: Bool = true) -> [LayerRecord] {
    var field = MeanField(self, followsPairs: followingPairs, followsOnes: loss == .sum)
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
    if maps.count == depth { addFlow(to: &records, signals: signals, maps: maps) }
    return [records[0]] + layers.map { records[$0] }
  }

  private func addFlow(
    to records: inout [LayerRecord], signals: [MeanFieldSignal], maps: [CotangentMap]
  ) {
    var cotangent = FlowingCotangent(loss)
    var layer = depth
    while true {
      records[layer].predictedGradMeanAbs = cotangent.meanAbsolute(at: signals[layer])
      guard layer > 0 else { return }
      cotangent.pass(maps[layer - 1])
      // A layer's map is in the unit of its output.
      cotangent.changeUnit(by: signals[layer - 1].unit - signals[layer].unit)
      layer -= 1
    }
  }
}
