import Testing

@testable import Kernels

/// Normalisations and their pullbacks in double precision, one row at a time, after their definitions.
private struct NaiveNormalization {
  let kind: Normalization

  func apply(_ v: [Double]) -> [Double] {
    let count = Double(v.count)
    let mean = kind == .layerNorm ? v.reduce(0, +) / count : 0
    let square = v.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let root = (square + (kind == .layerNorm ? 1e-5 : 0x1p-23)).squareRoot()
    return v.map { ($0 - mean) / root }
  }

  /// Σ cᵢ ∂yᵢ/∂vⱼ, by central differences of two steps.
  func pullBack(_ v: [Double], _ cotangent: [Double], step: Double) -> [Double] {
    func quotient(_ place: Int, _ step: Double) -> Double {
      var (above, below) = (v, v)
      above[place] += step
      below[place] -= step
      let difference = zip(apply(above), apply(below)).map { $0 - $1 }
      return zip(cotangent, difference).reduce(0) { $0 + $1.0 * $1.1 } / (2 * step)
    }
    return v.indices.map { (4 * quotient($0, step) - quotient($0, 2 * step)) / 3 }
  }
}

@Suite struct `A normalisation of panels` {
  private static let count = 21

  private func panels(_ features: Int, seed: UInt64, size: Double, mean: Double = 0) -> Panels {
    let rows = Generator.normals(Self.count * features, seed: seed, mean: mean, std: size)
    let panels = Panels(
      features: features, widths: Panels.widths(forColumns: Self.count), pool: Pool())
    panels.load(rows: rows, firstRow: 0, count: Self.count, scale: 1)
    return panels
  }

  @Test(arguments: Normalization.allCases, [1, 2, 7, 8, 33, 300])
  func `is that of every row`(kind: Normalization, features: Int) {
    for (size, mean) in [(1.0, 0.0), (1e-3, 0), (1e3, 0), (1, 10), (1e-12, 0), (1e15, 1e15)] {
      let v = panels(features, seed: 3, size: size, mean: mean)
      let rows = v.rows()
      let result = v.like(in: Pool())
      let reciprocals = v.normalize(kind, into: result)
      #expect(reciprocals.count == v.columns)
      for column in 0..<Self.count {
        let entries = rows[column].map(Double.init)
        let truth = NaiveNormalization(kind: kind).apply(entries)
        // One rounding of the entries and of the mean, relative to what is left of them.
        let largest = entries.map(\.magnitude).max()!
        let bound = 4 * 0x1p-24 * max(1, largest * Double(reciprocals[column]))
        for (found, expected) in zip(result.rows()[column], truth) {
          #expect(abs(Double(found) - expected) <= bound * max(1, abs(expected)))
        }
      }
      // The same bits in its own place.
      let again = v.normalize(kind, into: v)
      #expect(again == reciprocals && v.rows() == result.rows())
    }
  }

  @Test(arguments: Normalization.allCases, [5, 7, 33, 120])
  func `has the pullback that differences show`(kind: Normalization, features: Int) {
    for size in [1.0, 0.05, 30] {
      let v = panels(features, seed: 5, size: size, mean: size / 2)
      let cotangent = panels(features, seed: 6, size: 1)
      let (rows, cotangents) = (v.rows(), cotangent.rows())
      let y = v.like(in: Pool())
      let reciprocals = v.normalize(kind, into: y)
      let target = v.like(in: Pool())
      target.pullBack(kind, cotangent, normalized: y, reciprocals: reciprocals, adding: false)
      let found = target.rows()
      // The work of the differences grows with the square of the features.
      for column in stride(from: 0, to: Self.count, by: features > 100 ? 4 : 1) {
        let entries = rows[column].map(Double.init)
        let truth = NaiveNormalization(kind: kind).pullBack(
          entries, cotangents[column].map(Double.init), step: 1e-3 * size)
        let scale = truth.map(\.magnitude).max()! + Double(reciprocals[column]) * 0.1
        for (value, expected) in zip(found[column], truth) {
          #expect(abs(Double(value) - expected) <= 2e-5 * scale)
        }
      }
    }
  }

  @Test(arguments: Normalization.allCases)
  func `adds its pullback, or puts it in the place of the cotangent`(kind: Normalization) {
    let (v, cotangent) = (panels(19, seed: 5, size: 1), panels(19, seed: 6, size: 1))
    let y = v.like(in: Pool())
    let reciprocals = v.normalize(kind, into: y)
    let target = v.like(in: Pool())
    target.pullBack(kind, cotangent, normalized: y, reciprocals: reciprocals, adding: false)
    let once = target.rows()
    target.pullBack(kind, cotangent, normalized: y, reciprocals: reciprocals, adding: true)
    #expect(target.rows() == once.map { $0.map { $0 + $0 } })
    cotangent.pullBack(kind, cotangent, normalized: y, reciprocals: reciprocals, adding: false)
    #expect(cotangent.rows() == once)
  }

  /// What is the same in all columns of a group is what each alone gives.
  @Test(arguments: Normalization.allCases)
  func `does not depend on the panel a row is in`(kind: Normalization) {
    let entries = Generator.normals(48 * 13, seed: 9)
    func run(_ widths: [Int]) -> [[Float]] {
      let panels = Panels(features: 13, widths: widths, pool: Pool())
      panels.load(rows: entries, firstRow: 0, count: 48, scale: 1)
      _ = panels.normalize(kind, into: panels)
      return panels.rows()
    }
    #expect(run([16, 32]) == run([48]) && run([16, 16, 16]) == run([48]))
  }
}
