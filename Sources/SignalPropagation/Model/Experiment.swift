import Kernels

/// An elementwise nonlinearity φ with its derivative φ′.
package typealias Activation = Kernels.Activation

/// The normalisations that a layer may have; here too for those who do not know the kernels.
package typealias Normalization = Kernels.Normalization

/// What to run: one stack of layers and the random batch that is pushed through it.
///
/// A layer is z = W h followed by h' = φ(z), or by h' = h + S·φ(z) in a residual stack. All defaults
/// are those of the command line.
package struct Experiment: Equatable, Sendable {
  /// What every layer does.
  package var layer: Layer
  /// Numbers of the user's own in the layer.
  package var settings: [Setting]
  /// Multiplies every weight of every initialiser.
  package var gain: Double
  /// How the weights are drawn.
  package var initializer: Initializer
  /// S in the residual stack h' = h + S·φ(W h); `nil` for a plain stack.
  package var skip: Double?
  /// The input is this many times a standard normal batch.
  package var inputStd: Double
  /// The cosine c between the rows of the input, 0 ..< 1: they are √c·common + √(1 − c)·own.
  package var inputSimilarity: Double
  /// What is differentiated.
  package var loss: Loss
  /// Where the losses are.
  package var backward: Backward
  /// The sizes of the input and of each layer.
  package var shape: Shape
  /// Rows of the random input.
  package var batch: Int
  /// As `torch.manual_seed` takes it, modulo 2⁶⁴.
  package var seed: UInt64
  /// The layers to report.
  package var reports: Reports
  /// Whether each report has a backward pass.
  package var gradients: Bool
  /// Whether each report has a histogram.
  package var histogram: Bool
  /// Whether each report has the singular values of its Jacobian.
  package var spectrum: Bool

  /// An experiment with the defaults of the command line.
  package init(
    layer: Layer, gain: Double, settings: [Setting] = [],
    initializer: Initializer = .xavierNormal, skip: Double? = nil, inputStd: Double = 1,
    inputSimilarity: Double = 0, loss: Loss? = nil, backward: Backward = .each,
    shape: Shape = .square(width: 1000, depth: 100), batch: Int = 1000, seed: UInt64 = 0,
    reports: Reports = .every(10), gradients: Bool = true, histogram: Bool = false,
    spectrum: Bool = false
  ) {
    self.layer = layer
    self.spectrum = spectrum
    self.settings = settings
    self.inputSimilarity = inputSimilarity
    self.loss = loss ?? Loss.standard(for: layer)
    self.backward = backward
    self.gain = gain
    self.initializer = initializer
    self.skip = skip
    self.inputStd = inputStd
    self.shape = shape
    self.batch = batch
    self.seed = seed
    self.reports = reports
    self.gradients = gradients
    self.histogram = histogram
  }

  /// The same for a stack of an activation's layers.
  package init(
    activation: Activation, gain: Double, initializer: Initializer = .xavierNormal,
    skip: Double? = nil, inputStd: Double = 1, shape: Shape = .square(width: 1000, depth: 100),
    batch: Int = 1000, seed: UInt64 = 0, reports: Reports = .every(10), gradients: Bool = true,
    histogram: Bool = false
  ) {
    self.init(
      layer: Layer(activation), gain: gain, initializer: initializer, skip: skip,
      inputStd: inputStd, shape: shape, batch: batch, seed: seed, reports: reports,
      gradients: gradients, histogram: histogram)
  }

  /// φ of a stack of φ(W h).
  package var activation: Activation { layer.activation! }

  /// The layers to report, ascending, each in 1…depth.
  package var reportedLayers: [Int] { reports.layers(depth: shape.depth) }

  /// Reports the last layer as well, where it is not reported yet.
  package mutating func reportLast() {
    let layers = reportedLayers
    if layers.last != shape.depth { reports = .layers(layers + [shape.depth]) }
  }
}

extension Experiment {
  /// Where the losses are.
  package enum Backward: String, CaseIterable, Sendable {
    /// One at each reported layer, each with its gradient at the input.
    case each
    /// One at the last layer, with its gradient at each reported layer and by that layer's weights.
    case last
  }

  /// The sizes of the input and of each layer.
  package enum Shape: Hashable, Sendable {
    /// Every layer has `width` units, and so has the input.
    case square(width: Int, depth: Int)
    /// The input size first, then the units of each layer; at least two entries.
    case widths([Int])

    /// The number of layers.
    package var depth: Int {
      switch self {
      case .square(_, let depth): depth
      case .widths(let widths): widths.count - 1
      }
    }

    /// The most units of a layer.
    package var widestLayer: Int {
      switch self {
      case .square(let width, _): width
      case .widths(let widths): widths.dropFirst().max() ?? 0
      }
    }

    /// The units of a layer, 1…depth, or the input size for layer 0.
    package func width(ofLayer layer: Int) -> Int {
      switch self {
      case .square(let width, _): width
      case .widths(let widths): widths[layer]
      }
    }
  }

  /// Which layers are reported.
  package enum Reports: Equatable, Sendable {
    /// Layers 1, 1+K, 1+2K, …
    case every(Int)
    /// Exactly these layers, ascending and distinct.
    case layers([Int])

    /// The reported layers of a stack, ascending.
    package func layers(depth: Int) -> [Int] {
      switch self {
      case .every(let step): Array(stride(from: 1, through: depth, by: step))
      case .layers(let layers): layers.filter { $0 <= depth }
      }
    }
  }
}
