import Arguments
import SignalPropagation

/// Lists are weighed before they are made, as a short argument may stand for a million values.
extension Operand {
  /// What a value of an axis takes, with the number that is put into an experiment.
  static let bytesPerValue = MemoryLayout<ParameterValue>.stride + 32

  /// Throws where this many values of an axis need more memory than there is.
  static func checkMemory(forValues count: Int) throws(ArgumentError) {
    // Each is in one point or more. These take more than the set that tells which values are repeated.
    let needed =
      count * (bytesPerValue + MemoryLayout<Experiment>.stride)
      + SweepSchedule.bytes(ofPoints: count)
    if let available = shortage(of: needed) {
      throw .tooManyForMemory(needed: needed, available: available)
    }
  }

  /// Throws where a list of this many layers needs more memory than there is.
  static func checkMemory(forLayers count: Int) throws(ArgumentError) {
    // Others read the list from a copy.
    let needed = count * 2 * MemoryLayout<Int>.stride
    if let available = shortage(of: needed) {
      throw .tooMuchMemory(
        needed: needed, available: available, sizes: ["the number of layers in '--layers'"])
    }
  }

  /// The bytes that there are, where they are fewer than needed. A little is there always.
  private static func shortage(of needed: Int) -> Int? {
    let little = 1 << 20
    guard needed > little, let available = availableMemory(threads: 1), needed > available else {
      return nil
    }
    return available
  }
}
