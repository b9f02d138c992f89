import Kernels
import Testing

@testable import SignalPropagation

/// The memory that a plan gives to a tape, against what the tape takes from a pool that keeps count.
@Suite struct `The memory of a tape` {
  static let layers = [
    "tanh(W(h))", "relu(W(h))", "h + 0.5*gelu(W(h))", "x*sigmoid(1.702*x)", "W1(h)*sigmoid(W2(h))",
    "h + W(gelu(W(layernorm(h), out=4*d, std=0.02)), std=0.02/sqrt(2*N))",
    "n = rmsnorm(h); h + W2(silu(W1(n, out=8*d/3))*W3(n, out=8*d/3), gain=g/sqrt(2*N))",
    "layernorm(h + W(relu(W(h, out=4*d))))", "0.9*h + 0.1*x0 + 0.1*W(relu(W(rmsnorm(h))))",
    "h + rmsnorm(W(silu(W1(h))*W3(h)))", "W1(tanh(W1(h)))", "-h + 2*tanh(W(h)) - W(h)/4",
    "a = tanh(W(h)); b = relu(W(h)); c = sin(W(h)); a*b + b*c + a*c*h",
    "rmsnorm(tanh(rmsnorm(W(rmsnorm(h)))))", "h*1", "W(tanh(W(h, out=d/8)))",
  ]

  enum Mode: CaseIterable {
    case forward
    case one
    case each
    case last
  }

  @Test(arguments: layers, Mode.allCases)
  func `is enough, and not much more`(text: String, mode: Mode) throws {
    let depth = 6
    let experiment = Experiment(
      layer: try Layer(parsing: text), gain: 1, backward: mode == .last ? .last : .each,
      shape: .square(width: 48, depth: depth), batch: 48,
      reports: mode == .one ? .layers([depth]) : .every(1), gradients: mode != .forward)
    let network = try Network(experiment)
    let pool = Pool(chunkBytes: 1)
    run(experiment, network, pool)
    let plan = RunPlan(experiment, network, threads: 1)
    #expect(plan.waves.count == 1 && plan.segments.count == 1)
    let announced = plan.tapeBytesPerColumn * 48
    let taken = try #require(pool.bytes)
    #expect(announced >= taken)
    let value = 4 * 48 * 48
    #expect(
      announced <= taken + max(taken / 4, 2 * value), "\(taken / value), \(announced / value)")
  }

  /// As a run goes through a wave of one slice.
  private func run(_ experiment: Experiment, _ network: Network, _ pool: Pool) {
    let layers = 1..<(network.depth + 1)
    let weights = LayerWeights(
      network, generator: Generator(seed: 1), bytes: 1 << 20, threads: 1)
    weights.prepare(layers, transposed: false)
    let tape = Tape(network: network, input: input(pool), count: 48, pool: pool)
    for layer in layers {
      tape.forward(layer: layer, weights: weights[layer], purpose: experiment.purpose)
    }
    guard experiment.gradients else { return }
    tape.finishForward()
    weights.prepare(layers, transposed: true)
    for layer in layers.reversed() {
      if experiment.lossLayers.contains(layer) { tape.startLoss(features: 48) { $0.fillOnes() } }
      guard tape.losses > 0 else { continue }
      tape.backward(layer: layer, transposed: weights[layer], releases: true)
    }
    _ = tape.finishBackward()
  }

  private func input(_ pool: Pool) -> Panels {
    let panels = Panels(features: 48, widths: [48], pool: pool)
    panels.fillOnes()
    return panels
  }
}

extension Pool {
  /// All that was ever taken from it, once all of it has been given back.
  fileprivate var bytes: Int? {
    let free = Mirror(reflecting: self).descendant("free") as? [Int: [UnsafeMutableRawPointer]]
    return free.map { $0.reduce(0) { $0 + $1.key * $1.value.count } }
  }
}
