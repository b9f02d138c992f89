import NamedActivations
import SignalPropagation
import Testing

@testable import initprobe

private func record(
  _ layer: Int, out: Double? = nil, grad: Magnitude? = nil
) -> LayerRecord {
  var record = LayerRecord(layer: layer)
  record.measured.outStd = out.map { Magnitude($0) }
  record.measured.gradMeanAbs = grad
  return record
}

private let experiment = Experiment(
  activation: .tanh, gain: 5.0 / 3, shape: .square(width: 16, depth: 20), batch: 8, seed: 7)

private func trial(_ records: [LayerRecord], seed: UInt64 = 7) -> Trial {
  var experiment = experiment
  experiment.seed = seed
  return Trial(experiment: experiment, records: records)
}

@Suite struct `A text report` {
  @Test func `has the lines of the thread`() {
    let records = [
      record(0, out: 0.9999), record(1, out: 0.7596, grad: Magnitude(0.7465)),
      record(11, out: 0.6513, grad: Magnitude(1.25, timesPowerOfTwo: -2126)),
    ]
    #expect(
      RunReport(trials: [trial(records)]).lines.joined() == """
        in: 0.9999
        out: 0.7596 grad: 0.7465
        out: 0.6513 grad: 1.2798e-640

        """)
  }

  @Test func `without gradients shows out alone`() {
    let records = [record(0, out: 1), record(1, out: .nan)]
    #expect(RunReport(trials: [trial(records)]).lines.joined() == "in: 1.0000\nout: nan\n")
  }

  @Test func `sets a prediction in brackets behind what is measured`() {
    var measured = record(1, out: 0.75, grad: Magnitude(0.5))
    measured.predicted.outStd = Magnitude(0.875)
    measured.predicted.gradMeanAbs = Magnitude(1, timesPowerOfTwo: -2126)
    #expect(
      RunReport(trials: [trial([measured])]).lines.joined()
        == "out: 0.7500 (0.8750) grad: 0.5000 (1.0238e-640)\n")
    let trials = [1.0, 3].map { value in
      var record = record(1, out: value)
      record.predicted.outStd = Magnitude(2.5)
      return trial([record])
    }
    #expect(RunReport(trials: trials).lines.joined() == "out: 2.0000 ± 1.4142 (2.5000)\n")
  }

  @Test func `shows the statistics where they are asked for`() {
    var full = record(1, out: 0.75, grad: Magnitude(0.5))
    full.measured.outMean = -0.00025
    full.measured.outAbsMax = 1e6
    full.measured.saturated = 0.00586
    full.measured.similarity = -0.00002
    full.predicted.similarity = 0.5
    #expect(RunReport(trials: [trial([full])]).lines.joined() == "out: 0.7500 grad: 0.5000\n")
    #expect(
      RunReport(trials: [trial([full])], statistics: true).lines.joined()
        == "out: 0.7500 grad: 0.5000 mean: -2.5000e-4 max: 1.0000e+6 saturated: 0.0059"
        + " similarity: 0.0000 (0.5000)\n")
    var other = full
    other.measured.outMean = 0.00075
    other.measured.outAbsMax = 1
    other.measured.saturated = 0.5
    other.measured.similarity = 1
    #expect(
      RunReport(trials: [trial([full]), trial([other])], statistics: true).lines.joined()
        == "out: 0.7500 ± 0.0000 grad: 0.5000 ± 0.0000 mean: 2.5000e-4 ± 7.0711e-4"
        + " max: 5.0000e+5 ± 7.0711e+5 saturated: 0.2529 ± 0.3494 similarity: 0.5000 ± 0.7071"
        + " (0.5000)\n")
  }

  @Test func `of trials shows mean and standard deviation`() {
    let trials = [1.0, 2, 3].map { value in
      trial([record(0, out: value), record(1, out: 10 * value, grad: Magnitude(value))])
    }
    #expect(
      RunReport(trials: trials).lines.joined() == """
        in: 2.0000 ± 1.0000
        out: 20.0000 ± 10.0000 grad: 2.0000 ± 1.0000

        """)
  }
}

@Suite struct Notes {
  @Test func `say where a figure stopped being finite`() {
    let records = [
      record(0, out: 1), record(1, out: .infinity, grad: Magnitude(1)),
      record(11, out: .nan, grad: Magnitude(.nan)), record(21, out: .nan, grad: Magnitude(.nan)),
    ]
    #expect(
      Note.notFinite(in: [trial(records)]) == """
        Note: out is inf first at layer 1.
        Note: out is nan first at layer 11.
        Note: grad is nan first at layer 11.

        """)
  }

  @Test func `are silent about finite figures`() {
    #expect(Note.notFinite(in: [trial([record(0, out: 1), record(1, out: 0)])]) == "")
  }
}

@Suite struct `A report in rows` {
  private var full: LayerRecord {
    var record = record(11, out: 0.5, grad: Magnitude(1, timesPowerOfTwo: -2126))
    record.measured.outMean = -0.25
    record.measured.outAbsMax = .infinity
    record.measured.saturated = 0
    record.measured.similarity = .nan
    record.predicted.outStd = Magnitude(1e-5)
    record.predicted.gradMeanAbs = Magnitude(2)
    return record
  }

  @Test func `of CSV have the documented columns and leave the uncomputed empty`() {
    #expect(
      LayerRow.table.header + RowFormat.csv.rows(trial([record(0, out: 0.75), full])).joined()
        == """
        activation,gain,init,skip,input_std,input_similarity,loss,backward,width,batch,depth,seed,layer,out_mean,out_std,out_abs_max,saturated,similarity,grad_mean_abs,weight_grad_mean_abs,sv_max,sv_90,sv_50,sv_10,sv_min,sv_mean_square,predicted_out_std,predicted_similarity,predicted_grad_mean_abs,predicted_weight_grad_mean_abs,predicted_sv_max,predicted_sv_90,predicted_sv_50,predicted_sv_10,predicted_sv_min,predicted_sv_mean_square
        tanh,1.6666666666666667,xavier_normal,,1,0,sum,each,16,8,20,7,0,,0.75,,,,,,,,,,,,,,,,,,,,,
        tanh,1.6666666666666667,xavier_normal,,1,0,sum,each,16,8,20,7,11,-0.25,0.5,inf,0,nan,1.0238332235699844e-640,,,,,,,,1e-5,,2,,,,,,,

        """)
  }

  @Test func `of JSON have null for what is not a number`() {
    #expect(
      RowFormat.jsonl.rows(trial([full])).joined() == """
        {"activation": "tanh", "gain": 1.6666666666666667, "init": "xavier_normal", "skip": null, \
        "input_std": 1, "input_similarity": 0, "loss": "sum", "backward": "each", "width": 16, "batch": 8, "depth": 20, "seed": 7, "layer": 11, \
        "out_mean": -0.25, "out_std": 0.5, "out_abs_max": null, "saturated": 0, "similarity": null, \
        "grad_mean_abs": 1.0238332235699844e-640, "weight_grad_mean_abs": null, "sv_max": null, \
        "sv_90": null, "sv_50": null, "sv_10": null, "sv_min": null, "sv_mean_square": null, \
        "predicted_out_std": 1e-5, "predicted_similarity": null, "predicted_grad_mean_abs": 2, \
        "predicted_weight_grad_mean_abs": null, "predicted_sv_max": null, "predicted_sv_90": null, "predicted_sv_50": null, \
        "predicted_sv_10": null, "predicted_sv_min": null, "predicted_sv_mean_square": null}

        """)
  }

  @Test func `carry each trial with its seed`() {
    let report = RunReport(trials: [trial([record(1)], seed: 7), trial([record(1)], seed: 8)])
    let rows = report.pieces(OutputOptions(chosenFormat: .csv, header: false)).joined()
    let seeds = rows.split(separator: "\n").map {
      $0.cells[LayerRow.table.index("seed")]
    }
    #expect(seeds == ["7", "8"])
  }

  @Test func `tell the width of each layer and quote a scheme with parameters`() {
    let scheme = Initializer.varianceScaling(scale: 2, mode: .fanOut)
    let run = Experiment(
      activation: .relu, gain: 1, initializer: scheme, skip: 0.5, shape: .widths([784, 10]))
    let rows = RowFormat.csv.rows(
      Trial(experiment: run, records: [record(0), record(1)])
    ).joined()
    #expect(
      rows == """
        relu,1,"variance_scaling:scale=2,mode=fan_out",0.5,1,0,sum,each,784,1000,1,0,0,,,,,,,,,,,,,,,,,,,,,,,
        relu,1,"variance_scaling:scale=2,mode=fan_out",0.5,1,0,sum,each,10,1000,1,0,1,,,,,,,,,,,,,,,,,,,,,,,

        """)
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"a\"", "\"say \"\"a\"\"\""),
  ])
  func `quote a text as RFC 4180 does`(text: String, csv: String) {
    #expect(Cell.text(text).csv == csv)
  }
}

@Suite struct Expectations {
  private func firstBreak(_ bounds: Bounds, _ quantity: Quantity = Quantity.main[0]) -> (
    Int, UInt64
  )? {
    let trials = [
      trial([
        record(0, out: 100), record(1, out: 0.8, grad: Magnitude(1, timesPowerOfTwo: -2126)),
        record(11, out: 0.6, grad: Magnitude(.nan)),
      ]),
      trial([record(0, out: 100), record(1, out: 0.5), record(11, out: .infinity)], seed: 8),
    ]
    let broken = Expectation(quantity: quantity, bounds: bounds).firstBreak(in: trials)
    return broken.map { ($0.place.layer, $0.place.seed) }
  }

  @Test func `name the first layer outside, and never the input`() throws {
    #expect(try #require(firstBreak(Bounds(lower: 0.55, upper: 0.7))) == (1, 7))
    #expect(try #require(firstBreak(Bounds(lower: 0.7, upper: .infinity))) == (11, 7))
    #expect(try #require(firstBreak(Bounds(lower: 0.55, upper: 1))) == (1, 8))
  }

  @Test func `are broken by nan and infinity even where both sides are open`() throws {
    let open = Bounds(lower: -.infinity, upper: .infinity)
    #expect(try #require(firstBreak(open)) == (11, 8))
    #expect(try #require(firstBreak(open, Quantity.main[1])) == (11, 7))
  }

  @Test func `see a gradient below double's range`() throws {
    #expect(
      try #require(firstBreak(Bounds(lower: .leastNonzeroMagnitude, upper: 1), Quantity.main[1]))
        == (1, 7))
  }

  @Test func `include their ends`() {
    let bounds = Bounds(lower: 0.5, upper: 0.8)
    #expect(bounds.contains(.magnitude(Magnitude(0.5))))
    #expect(bounds.contains(.magnitude(Magnitude(0.8))))
    #expect(!bounds.contains(.magnitude(Magnitude(0.8.nextUp))))
    #expect(Bounds(lower: 0, upper: 0).contains(.magnitude(Magnitude(0))))
  }

  @Test func `are worded with the layer, the figure and the range`() {
    let broken = BrokenExpectation(
      expectation: Expectation(
        quantity: Quantity.main[0], bounds: Bounds(lower: 0.5, upper: .infinity)),
      place: TrialLayer(seed: 8, layer: 11), value: .magnitude(Magnitude(0.25)))
    #expect(
      Failure.brokenExpectations([broken], trials: 1).message
        == "Error: out is 0.25 at layer 11, outside the expected 0.5:.\n")
    #expect(
      Failure.brokenExpectations([broken], trials: 3).message
        == "Error: out is 0.25 at layer 11 of seed 8, outside the expected 0.5:.\n")
  }
}

@Suite struct `The progress line` {
  @Test func `tells the share done and the time left`() {
    #expect(progressLine(fraction: 0.25, elapsed: 2) == "25 % done, 6 s left")
    #expect(progressLine(fraction: 0.009, elapsed: 2) == "0 % done")
  }
}
