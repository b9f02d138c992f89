import Foundation
import Kernels
import NamedActivations
import Testing

@testable import SignalPropagation

@Suite struct HistogramTests {
  private func histogram(_ entries: [Float]) -> Histogram {
    let panels = Panels(features: entries.count, widths: [16], pool: Pool())
    panels.load(rows: entries, firstRow: 0, count: 1, scale: 1)
    return Histogram(panels.histogram(count: 1)!)
  }

  private func expectDefinition(_ histogram: Histogram, of entries: [Float]) {
    let edges = histogram.edges
    let width = edges[1] - edges[0]
    #expect(width.significand == 1)
    #expect(edges.count == histogram.counts.count + 1 && histogram.counts.count <= 50)
    #expect(edges.allSatisfy { ($0 / width).rounded() == $0 / width })
    for (bin, count) in histogram.counts.enumerated() {
      let (low, high) = (edges[bin], edges[bin + 1])
      let expected = entries.map(Double.init).count { entry in
        low >= 0
          ? entry > low && entry <= high || entry == 0 && low == 0 : entry >= low && entry < high
      }
      #expect(count == expected, "\(low) … \(high)")
    }
    #expect(histogram.counts.reduce(0, +) == entries.count)
    #expect(histogram.counts.first! > 0 && histogram.counts.last! > 0)
  }

  private let samples: [[Float]] = [
    (0..<500).map { tanhf(Float($0 * 37 % 499 - 250) / 40) },
    (0..<300).map { Float(max(0, $0 * 37 % 299 - 150)) },
    (0..<300).map { 100 + Float($0 * 37 % 299) / 30 },
    (0..<200).map { Float($0) * 1e-30 }, [0.5, 0.5], [-1, 1],
  ]

  @Test func `A finished histogram is what its definition says`() {
    for entries in samples { expectDefinition(histogram(entries).finished(), of: entries) }
  }

  /// The next smaller width would need more than 50 bins.
  @Test func `The width is the smallest that will do`() {
    #expect(histogram(samples[0]).finished().edges == (-16...16).map { Double($0) / 16 })
    #expect(histogram(samples[1]).finished().edges == (0...37).map { Double($0) * 4 })
    #expect(histogram([-1, 1]).finished().counts == [1] + Array(repeating: 0, count: 30) + [1])
  }

  @Test func `Entries can be added up in any order, whatever their size`() {
    for a in samples {
      for b in samples {
        var sum = histogram(a)
        sum.add(histogram(b))
        var reverse = histogram(b)
        reverse.add(histogram(a))
        #expect(sum.finished() == reverse.finished())
        #expect(sum.finished() == histogram(a + b).finished())
        expectDefinition(sum.finished(), of: a + b)
      }
    }
  }

  @Test(arguments: ["tanh", "relu", "gelu"])
  func `a run counts every entry on any number of threads`(
    name: String
  ) throws {
    let experiment = Experiment(
      activation: Activation.named(name), gain: 1.5, skip: name == "gelu" ? 0.5 : nil,
      shape: .square(width: 30, depth: 12),
      batch: 403, reports: .layers([1, 12]), histogram: true)
    let one = try experiment.measure(threads: 1)
    #expect(try experiment.measure(threads: 3) == one)
    for record in one {
      let histogram = record.measured.histogram!
      #expect(histogram.counts.reduce(0, +) == 403 * 30)
      let (edges, largest) = (histogram.edges, record.measured.outAbsMax!)
      let width = edges[1] - edges[0]
      let reach = max(-edges.first!, edges.last!)
      #expect(largest <= reach && largest >= reach - width)
      // The mean of the bins' middles is at most half a width off the mean of the entries.
      let middles = zip(histogram.counts, edges).reduce(0) {
        $0 + Double($1.0) * ($1.1 + width / 2)
      }
      #expect(abs(middles / (403 * 30) - record.measured.outMean!) < width / 2)
    }
    var without = experiment
    without.histogram = false
    #expect(try without.measure(threads: 2).allSatisfy { $0.measured.histogram == nil })
  }
}
