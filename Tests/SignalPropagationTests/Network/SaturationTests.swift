import SignalPropagation
import Testing

/// The fraction of saturated entries, against the plain definition: |φ′| below 0.01 at φ's argument.
@Suite struct `What is saturated in a layer` {
  private func saturated(_ text: String) throws -> [Double?] {
    try Experiment(
      layer: Layer(parsing: text), gain: 6, shape: .square(width: 40, depth: 3), batch: 50, seed: 3,
      reports: .every(1)
    ).measure(threads: 2).map(\.measured.saturated)
  }

  /// Whatever makes the argument, the same activations are applied to the same numbers.
  @Test(arguments: [
    ("tanh(W(h))", "a = W(h); tanh(a + 0*x0)"), ("tanh(W(h))", "tanh(W(h) + 0*h)"),
    ("relu(W(h) + h)", "relu(h + W(h))"),
  ])
  func `does not depend on the spelling`(one: String, other: String) throws {
    let found = try saturated(one)
    #expect(found[1]! > 0)
    #expect(try saturated(other) == found)
  }

  /// An activation of what several values make counts, and so do those inside it.
  @Test func `is counted over all activations`() throws {
    let outer = try saturated("tanh(W1(h) + h)")
    let inner = try saturated("h + 0*W1(h) + 0*sigmoid(h)")
    let both = try saturated("tanh(W1(h) + h + 0*sigmoid(h))")
    #expect(abs(both[1]! - (outer[1]! + inner[1]!) / 2) < 1e-12)
    #expect(try saturated("h + W(h)") == [nil, nil, nil, nil])
  }

  /// Layers in which an activation of several values once had no argument.
  @Test(arguments: [
    "relu(h + W(x0))", "silu(hardtanh(rmsnorm(x)/(2 + abs(abs(x)))))", "tanh(W(h)*W(h))**3",
    "(h + W(h))**2", "1/(2 + abs(W(h) + x0))", "rrelu(W2(W(h))*(1 + abs(h))**-1.5)",
  ])
  func `is a fraction`(text: String) throws {
    for fraction in try saturated(text).dropFirst() {
      #expect((0...1).contains(try #require(fraction)))
    }
  }
}
