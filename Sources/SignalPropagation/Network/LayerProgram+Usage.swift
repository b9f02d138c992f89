import Kernels

extension LayerProgram {
  /// The floats that a column of the batch takes in a layer, padding included.
  struct Usage: Sendable {
    /// What stays of the layer until its pullback.
    let saved: [Purpose: Double]
    /// The most beside that on the way up, the layer's input and output included.
    let forward: Double
    /// The most that the cotangents of one loss take on the way down.
    let backward: Double
  }

  /// What the layer takes, found by going through its steps as the tape does.
  var usage: Usage {
    let saved = Dictionary(
      uniqueKeysWithValues: Purpose.allCases.map { ($0, savedFloats(for: $0)) })
    return Usage(
      saved: saved, forward: forwardPeak - saved[.gradient]!, backward: backwardPeak)
  }

  private func floats(_ value: Int) -> Double { Double(Panels.paddedFeatures(widths[value])) }

  private func savedFloats(for purpose: Purpose) -> Double {
    guard purpose != .output else { return 0 }
    // A value may be kept by several steps, and is there once. That of h is the layer's below.
    var kept: Set<Int> = []
    var stored = 0.0
    for step in steps {
      switch step.operation {
      case .normalization: kept.insert(step.result)
      case .elementwise(let elementwise):
        stored += Double(elementwise.program.storedCount) * floats(step.result)
        kept.formUnion(elementwise.kept.map { step.operands[$0] })
      case .linear: if purpose == .weightGradient { kept.formUnion(step.operands) }
      }
    }
    return stored + kept.reduce(0) { $0 + floats($1) }
  }

  /// With what is kept.
  private var forwardPeak: Double {
    var current = floats(0)
    var peak = current
    var isKept: Set<Int> = []
    for step in steps {
      let spare = step.spare[.gradient]!
      var outputs = 1
      switch step.operation {
      case .normalization: isKept.insert(step.result)
      case .elementwise(let elementwise):
        outputs += elementwise.program.storedCount
        isKept.formUnion(elementwise.kept.map { step.operands[$0] })
      case .linear: break
      }
      let taken = min(outputs, spare.count { $0 })
      current += Double(outputs - taken) * floats(step.result)
      peak = max(peak, current)
      var stolen = taken
      for value in step.released where !isKept.contains(value) {
        if stolen > 0, zip(step.operands, spare).contains(where: { $0 == value && $1 }) {
          stolen -= 1
        } else {
          current -= floats(value)
        }
      }
    }
    return peak
  }

  private var backwardPeak: Double {
    var alive: Set<Int> = [output]
    var current = floats(output)
    var peak = current
    for step in steps.reversed() {
      var inherits = false
      for operand in Set(step.operands) where !alive.contains(operand) {
        alive.insert(operand)
        if !inherits, step.operation.worksInPlace, widths[operand] == widths[step.result] {
          inherits = true
        } else {
          current += floats(operand)
        }
        peak = max(peak, current)
      }
      alive.remove(step.result)
      if !inherits { current -= floats(step.result) }
    }
    return peak
  }
}
