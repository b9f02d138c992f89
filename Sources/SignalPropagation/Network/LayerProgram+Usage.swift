import Kernels

/// Floats of each column of the batch, by the padded features of the panels that they are in.
///
/// A pool hands storage out again for the same size alone, so what it takes is a peak for each size.
struct PanelFloats: Equatable, Sendable {
  private(set) var bySize: [Int: Double] = [:]

  /// Those of all sizes.
  var total: Double { bySize.values.reduce(0, +) }

  subscript(size: Int) -> Double {
    get { bySize[size] ?? 0 }
    set { bySize[size] = newValue }
  }

  /// Adds panels of this many features; takes some away where `count` is negative.
  mutating func add(_ features: Int, count: Double = 1) {
    let size = Panels.paddedFeatures(features)
    self[size] += count * Double(size)
  }

  /// The larger of both for each size.
  mutating func formMaximum(_ other: PanelFloats) {
    for (size, floats) in other.bySize { self[size] = max(self[size], floats) }
  }

  /// What `combine` makes of both for each size.
  func merging(_ other: PanelFloats, _ combine: (Double, Double) -> Double) -> PanelFloats {
    var result = PanelFloats()
    for size in Set(bySize.keys).union(other.bySize.keys) {
      result[size] = combine(self[size], other[size])
    }
    return result
  }

  /// The same layer as many times.
  static func * (count: Double, floats: PanelFloats) -> PanelFloats {
    PanelFloats(bySize: floats.bySize.mapValues { count * $0 })
  }

  /// Both at the same time.
  static func + (left: PanelFloats, right: PanelFloats) -> PanelFloats { left.merging(right, +) }
}

extension LayerProgram {
  /// The floats that a column of the batch takes in a layer, padding included.
  struct Usage: Sendable {
    /// What stays of the layer until its pullback.
    let saved: PanelFloats
    /// The most beside that on the way up, the layer's input and output included.
    let forward: PanelFloats
    /// The most that the cotangents of one loss take on the way down.
    let backward: PanelFloats
  }

  /// What the layer takes, found by going through its steps as the tape does.
  func usage(for purpose: Purpose) -> Usage {
    let saved = saved(for: purpose)
    return Usage(
      saved: saved, forward: forwardPeak(for: purpose).merging(saved) { max(0, $0 - $1) },
      backward: backwardPeak(for: purpose))
  }

  private func saved(for purpose: Purpose) -> PanelFloats {
    // A value may be kept by several steps, and is there once. That of h is the layer's below.
    var kept: Set<Int> = []
    var saved = PanelFloats()
    for step in steps {
      saved.add(widths[step.result], count: Double(step.storedCount(for: purpose)))
      kept.formUnion(step.kept(for: purpose))
    }
    for value in kept { saved.add(widths[value]) }
    return saved
  }

  /// With what is kept.
  private func forwardPeak(for purpose: Purpose) -> PanelFloats {
    var current = PanelFloats()
    current.add(widths[0])
    var peak = current
    var isKept: Set<Int> = []
    for step in steps {
      let spare = step.spare[purpose]!
      let outputs = 1 + step.storedCount(for: purpose)
      isKept.formUnion(step.kept(for: purpose))
      let taken = step.operation.worksInPlace ? min(outputs, spare.count { $0 }) : 0
      current.add(widths[step.result], count: Double(outputs - taken))
      peak.formMaximum(current)
      var stolen = taken
      for value in step.released where !isKept.contains(value) {
        if stolen > 0, zip(step.operands, spare).contains(where: { $0 == value && $1 }) {
          stolen -= 1
        } else {
          current.add(widths[value], count: -1)
        }
      }
    }
    return peak
  }

  private func backwardPeak(for purpose: Purpose) -> PanelFloats {
    var alive: Set<Int> = [output]
    var current = PanelFloats()
    current.add(widths[output])
    var peak = current
    for step in steps.reversed() {
      var inherits = false
      for operand in Set(step.operands) where !alive.contains(operand) {
        alive.insert(operand)
        if !inherits, step.operation.worksInPlace, widths[operand] == widths[step.result] {
          inherits = true
        } else {
          current.add(widths[operand])
        }
        peak.formMaximum(current)
      }
      alive.remove(step.result)
      // The gradients of the weights are made at the end of the layer, of the cotangents of all products.
      if case .linear = step.operation, purpose == .weightGradient { continue }
      if !inherits { current.add(widths[step.result], count: -1) }
    }
    return peak
  }
}

extension LayerProgram.Step {
  /// The derivatives that are written beside the result.
  fileprivate func storedCount(for purpose: LayerProgram.Purpose) -> Int {
    guard purpose != .output, case .elementwise(let step) = operation else { return 0 }
    return step.program.storedCount
  }
}
