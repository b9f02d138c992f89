import Kernels

/// Reverse-mode differentiation of a network on one slice of the batch.
///
/// `forward` runs the operations and keeps what their pullbacks need; `backward` runs the pullbacks in
/// reverse, from the sum of the entries at each reported layer down to the input. Every operation is
/// linear in its cotangent, so the cotangents of all reports above travel down together: each weight
/// and each derivative is read once for all of them.
final class Tape {
  private let network: Network
  private let function: Activation
  private let scale: Float
  private let widths: [Int]
  private var pool: Pool

  /// Outputs of operations, until their last use.
  private var values: [Panels?]
  /// φ′(z) of each activation, for its pullback.
  private var derivatives: [Panels?]
  /// Cotangents of each value, one for each report on its way down.
  private var cotangents: [[Panels]] = []
  /// The powers of two taken out of the cotangents: for each report, one for each column.
  private var exponents: [[Int]] = []
  private var done = 0

  /// A tape whose input is `input`.
  init(network: Network, activation: Activation, skip: Double?, input: Panels, pool: Pool) {
    self.network = network
    function = activation
    scale = Float(skip ?? 0)
    self.pool = pool
    widths = input.widths
    values = Array(repeating: nil, count: network.operations.count)
    derivatives = values
    values[0] = input
  }

  /// Runs the operations up to the output of `layer`.
  ///
  /// - Parameters:
  ///   - weights: W of a layer, fan_out × fan_in.
  ///   - keepDerivatives: Whether `backward` will be called.
  ///   - onOutput: Called after each layer with its output h and φ′.
  func forward(
    through layer: Int, keepDerivatives: Bool, weights: (Int) -> PackedMatrix,
    onOutput: (Int, Panels, Panels) -> Void
  ) {
    while done < network.outputs[layer] {
      done += 1
      forward(done, weights: weights)
      guard let layer = network.layer[done] else { continue }
      let activated = lastActivation(before: done)
      onOutput(layer, values[done]!, derivatives[activated]!)
      values[network.outputs[layer - 1]] = nil
      if !keepDerivatives { derivatives[activated] = nil }
    }
  }

  private func lastActivation(before operation: Int) -> Int {
    if case .residual(_, let branch) = network.operations[operation] { branch } else { operation }
  }

  /// The gradient at the input of the sum over the output of each of `layers`, descending: panels, and
  /// for each column the power of two that multiplies it.
  ///
  /// - Parameters:
  ///   - transposed: Wᵀ of a layer, fan_in × fan_out.
  ///   - onLayer: Called before the pullback of each layer with the number of cotangents going down.
  func backward(
    from layers: [Int], transposed: (Int) -> PackedMatrix, onLayer: (Int) -> Void = { _ in }
  ) -> [(gradient: Panels, exponents: [Int])] {
    pool = Pool(chunkBytes: 1 << 22)
    cotangents = Array(repeating: [], count: network.operations.count)
    exponents = []
    defer {
      cotangents = []
      pool = Pool()
    }
    for index in stride(from: network.outputs[layers[0]], to: 0, by: -1) {
      if let layer = network.layer[index] {
        if exponents.count < layers.count, layer == layers[exponents.count] { seed(index) }
        onLayer(exponents.count)
      }
      pullback(index, weights: transposed)
    }
    forEachCotangent(of: 0) { _ in }
    return Array(zip(cotangents[0], exponents))
  }

  /// Starts a report: the cotangent of a sum is one everywhere.
  private func seed(_ index: Int) {
    let ones = derivatives[lastActivation(before: index)]!.like(in: pool)
    ones.fillOnes()
    cotangents[index].append(ones)
    exponents.append(Array(repeating: 0, count: ones.columns))
  }

  /// The cotangents of `y`, each brought back into range just before it is used if `y` is the output of a
  /// layer: only there are the cotangents of a report all in one place, so that their common power of two
  /// may change.
  private func forEachCotangent(of y: Int, _ body: (Panels) -> Void) {
    let isOutput = network.layer[y] != nil
    for (report, cotangent) in cotangents[y].enumerated() {
      if isOutput { cotangent.normalize(exponents: &exponents[report]) }
      body(cotangent)
    }
  }
}

// Each operation: its forward, and beside it its pullback, from the cotangents of its output `y` to
// those of its operands.
extension Tape {
  private typealias WeightOfLayer = (Int) -> PackedMatrix

  private func forward(_ y: Int, weights: WeightOfLayer) {
    switch network.operations[y] {
    case .input: break
    case .linear(let layer, let h): linear(weights(layer), h, y)
    case .activation(let z): activation(z, y)
    case .residual(let h, let branch): residual(h, branch, y)
    }
  }

  private func pullback(_ y: Int, weights: WeightOfLayer) {
    switch network.operations[y] {
    case .input: break
    case .linear(let layer, let h): linearPullback(weights(layer), h, y)
    case .activation(let z): activationPullback(z, y)
    case .residual(let h, let branch): residualPullback(h, branch, y)
    }
    cotangents[y] = []
  }

  /// y = W h
  private func linear(_ weight: PackedMatrix, _ h: Int, _ y: Int) {
    values[y] = Panels(features: weight.rows, widths: widths, pool: pool)
    weight.multiply([values[h]!], into: [values[y]!])
  }

  /// h̄ += Wᵀ ȳ
  private func linearPullback(_ transposed: PackedMatrix, _ h: Int, _ y: Int) {
    let isFirst = cotangents[h].isEmpty
    if isFirst {
      cotangents[h] = cotangents[y].map { _ in
        Panels(features: transposed.rows, widths: widths, pool: pool)
      }
    }
    transposed.multiply(cotangents[y], into: cotangents[h], adding: !isFirst)
  }

  /// y = φ(z), and φ′(z) in the place of z
  private func activation(_ z: Int, _ y: Int) {
    values[y] = values[z]!.like(in: pool)
    values[z]!.activate(function, output: values[y]!)
    derivatives[y] = values[z]
    values[z] = nil
  }

  /// z̄ = ȳ ⊙ φ′(z), in the place of ȳ
  private func activationPullback(_ z: Int, _ y: Int) {
    forEachCotangent(of: y) { $0.multiply(byDerivative: derivatives[y]!) }
    cotangents[z] = cotangents[y]
  }

  /// y = h + S·b, in the place of b
  private func residual(_ h: Int, _ branch: Int, _ y: Int) {
    values[branch]!.scale(by: scale, addingTo: values[h]!)
    values[y] = values[branch]
    values[branch] = nil
  }

  /// b̄ = S·ȳ, and h̄ = ȳ in the place of ȳ
  private func residualPullback(_ h: Int, _ branch: Int, _ y: Int) {
    forEachCotangent(of: y) { cotangent in
      let scaled = cotangent.like(in: pool)
      scaled.set(to: scale, times: cotangent)
      cotangents[branch].append(scaled)
    }
    cotangents[h] = cotangents[y]
  }
}
