import NamedActivations
import Testing

@testable import SignalPropagation

@Suite struct GradientFlowTests {
  /// One pass down finds at the input what the passes from each layer find there.
  @Test(arguments: [
    "tanh(W(h))", "gelu(W(h))", "h + 0.3*relu(W(h))", "h + W(silu(W(rmsnorm(h))))",
    "x*sigmoid(2*x)",
  ])
  func `the flow ends where a loss at the last layer begins`(layer: String) throws {
    for loss in Loss.allCases {
      let stack = try stack(layer, gain: 1.3, depth: 40, loss: loss)
      let flow = stack.predictFlow(layers: [40])
      let expected = stack.predict(layers: [40])[1]
      #expect(
        relativeError(
          flow[0].predicted.gradMeanAbs!.doubleValue, expected.predicted.gradMeanAbs!.doubleValue)
          < 1e-10, "\(loss)")
      let top = loss == .sum ? 1 : (2 / .pi as Double).squareRoot()
      #expect(relativeError(flow[1].predicted.gradMeanAbs!.doubleValue, top) < 1e-14)
      #expect(flow[1].predicted.outStd == expected.predicted.outStd)
    }
  }

  @Test func `a vanishing gradient keeps its digits beyond the range of Double`() throws {
    let stack = try LayerStack(
      Layer(.sigmoid), gain: 1, shape: .square(width: 100, depth: 1000))
    let flow = stack.predictFlow(layers: [900, 1000], followingPairs: false)
    let expected = stack.predict(layers: [1000], followingPairs: false)[1]
    #expect(expected.predicted.gradMeanAbs!.log10 < -600)
    #expect(abs(flow[0].predicted.gradMeanAbs!.log - expected.predicted.gradMeanAbs!.log) < 1e-8)
    #expect(flow[1].predicted.gradMeanAbs!.log10 > -70)
  }
}
