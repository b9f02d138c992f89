/// A grid of experiments: the cross product of the values on each axis.
///
/// The points come in the order of nested loops over the axes as they are declared here, the first
/// outermost, and the seeds innermost. A point is one run: one combination of values with one seed.
package struct Sweep: Equatable, Sendable {
  /// A gain that is given as a number, or by a name that each point gives a number to.
  package enum GainSetting: Hashable, Sendable {
    /// The gain itself.
    case number(Double)
    /// A gain that depends on the point's other parameters.
    case named(GainName)
  }

  /// What every layer does.
  package var layers: [Layer]
  /// The gains.
  package var gains: [GainSetting]
  /// The initialisers.
  package var initializers: [Initializer]
  /// The factors of residual branches; `nil` for a plain stack.
  package var skips: [Double?]
  /// The factors of the input.
  package var inputStds: [Double]
  /// The units of every layer and of the input.
  package var widths: [Int]
  /// The rows of the input.
  package var batches: [Int]
  /// The numbers of layers.
  package var depths: [Int]
  /// The seed of the first trial; the others count up from it.
  package var seed: UInt64
  /// How many seeds each combination is run with.
  package var trials: Int
  /// The layers that every point reports.
  package var reports: Experiment.Reports
  /// Whether each report has a backward pass.
  package var gradients: Bool

  /// A sweep over activations and gains, with one value on each other axis: that of `Experiment`.
  package init(layers: [Layer], gains: [GainSetting]) {
    let defaults = Experiment(activation: Activation(.identity), gain: 1)
    self.layers = layers
    self.gains = gains
    initializers = [defaults.initializer]
    skips = [defaults.skip]
    inputStds = [defaults.inputStd]
    widths = [defaults.shape.width(ofLayer: 0)]
    batches = [defaults.batch]
    depths = [defaults.shape.depth]
    seed = defaults.seed
    trials = 1
    reports = defaults.reports
    gradients = defaults.gradients
  }
}

extension Sweep {
  /// The size of the grid; `nil` where it is more than an `Int` holds.
  package var gridCount: Int? {
    let counts = [
      layers.count, gains.count, initializers.count, skips.count, inputStds.count,
      widths.count, batches.count, depths.count, trials,
    ]
    return counts.reduce(1) { product, count in
      guard let (value, overflow) = product?.multipliedReportingOverflow(by: count), !overflow
      else { return nil }
      return value
    }
  }

  /// The point with the largest size on every axis, at the first gain that is a number, or at 1.
  package var largest: Experiment {
    var place = GridPlace()
    place.width = widths.firstIndex(of: widths.max() ?? 0) ?? 0
    place.batch = batches.firstIndex(of: batches.max() ?? 0) ?? 0
    place.depth = depths.firstIndex(of: depths.max() ?? 0) ?? 0
    return experiment(at: place)
  }

  /// The experiment at a place of the grid; one with a named gain has the gain 1.
  func experiment(at place: GridPlace) -> Experiment {
    var gain = 1.0
    if case .number(let number) = gains[place.gain] { gain = number }
    return Experiment(
      layer: layers[place.activation], gain: gain,
      initializer: initializers[place.initializer], skip: skips[place.skip],
      inputStd: inputStds[place.inputStd],
      shape: .square(width: widths[place.width], depth: depths[place.depth]),
      batch: batches[place.batch], seed: seed &+ UInt64(place.trial), reports: reports,
      gradients: gradients)
  }

  /// The place with this number in the order of the sweep.
  func place(_ number: Int) -> GridPlace {
    var rest = number
    func next(_ count: Int) -> Int {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: count)
      rest = quotient
      return remainder
    }
    var place = GridPlace()
    place.trial = next(trials)
    place.depth = next(depths.count)
    place.batch = next(batches.count)
    place.width = next(widths.count)
    place.inputStd = next(inputStds.count)
    place.skip = next(skips.count)
    place.initializer = next(initializers.count)
    place.gain = next(gains.count)
    place.activation = next(layers.count)
    return place
  }
}

/// An index into each axis of a sweep.
struct GridPlace: Hashable {
  var activation = 0
  var gain = 0
  var initializer = 0
  var skip = 0
  var inputStd = 0
  var width = 0
  var batch = 0
  var depth = 0
  var trial = 0
}
