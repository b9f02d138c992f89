import NamedActivations
import Testing

@testable import SignalPropagation

@Suite struct `A stack that the theory covers` {
  @Test(arguments: [Initializer.truncNormal(a: -1, b: 2), .truncNormal(std: 0.5, a: -1, b: 3)])
  func `has weights whose mean is 0`(scheme: Initializer) {
    let stack = Experiment(activation: .tanh, gain: 1, initializer: scheme)
    #expect(throws: TheoryLimit(reason: .meanNotZero("W"), layer: 1)) { try stack.theory() }
  }

  @Test func `is covered at every gain`() throws {
    let stack = try Experiment(activation: .tanh, gain: 1).theory()
    #expect(stack.with(gain: 2).experiment == Experiment(activation: .tanh, gain: 2))
  }
}
