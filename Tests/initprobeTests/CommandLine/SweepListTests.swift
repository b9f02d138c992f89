import Arguments
import SignalPropagation
import Testing

@testable import initprobe

@Suite struct `The values of an axis` {
  /// The drafts that the values make of the standard one.
  private func drafts(_ name: String, _ text: String) throws -> [ExperimentDraft] {
    let operand = Operand(name: "--\(name)", text: text)
    return try Parameter.named(name).values(operand).map { ExperimentDraft.standard.applying($0) }
  }

  @Test func `are gains with names`() throws {
    let gains = try drafts("gain", "PyTorch,1:2:1,unit,1,sqrt(1)").map(\.gain)
    #expect(gains == [.named(.pytorch), .number(1), .number(2), .named(.unit)])
  }

  @Test func `are skip connections, or none`() throws {
    let skips = try drafts("skip", "none,-1:1:1,-0").map(\.experiment.skip)
    #expect(skips == [nil, -1, 0, 1])
  }

  @Test func `are schemes, whose commas are not those of the list`() throws {
    let text =
      "orthogonal,trunc_normal:a=-1,b=1,kaiming_normal:mode=fan_out,normal:std=2,orthogonal"
    #expect(
      try drafts("init", text).map(\.experiment.initializer)
        == [.orthogonal, .truncNormal(a: -1, b: 1), .kaimingNormal(.fanOut), .normal(std: 2)])
  }

  /// Whatever an experiment has in a column, the parameter reads.
  @Test(arguments: Parameter.all.map(\.name))
  func `are read as they stand in a column`(name: String) throws {
    let parameter = Parameter.named(name)
    let samples = [
      "activation": "gelu", "gain": "0.30000000000000004", "init": "sparse:sparsity=0.5,std=0.2",
      "skip": "-0.5", "input_std": "1e-7", "input_similarity": "0.25", "loss": "random",
      "backward": "last", "width": "7", "batch": "8", "depth": "9",
      "seed": "18446744073709551615",
    ]
    let text = try #require(samples[name])
    let value = try parameter.read(Operand(name: name, text: text))
    let run = try ExperimentDraft.standard.applying(value).resolved()
    #expect(value.text == text)
    switch parameter.cell(run, 1) {
    case .text(let cell), .number(let cell): #expect(cell == text)
    case .notFinite, .empty: Issue.record("\(name) is not in its column")
    }
  }
}
