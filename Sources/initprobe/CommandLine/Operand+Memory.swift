import Arguments
import SignalPropagation

/// Lists are weighed before they are made, as a short argument may stand for a million values.
extension Operand {
  /// What a value of an axis takes, with the number that is put into an experiment.
  static let bytesPerValue = MemoryLayout<ParameterValue>.stride + 32

  /// Throws where this many values of an axis need more memory than there is.
  static func checkMemory(forValues count: Int) throws(ArgumentError) {
    // A set of the same values tells those that are repeated.
    let list = count * (bytesPerValue + 3 * MemoryLayout<ParameterValue>.stride)
    guard let available = shortage(of: list) else { return }
    // Each is in one point or more.
    let points = count * MemoryLayout<Experiment>.stride + SweepSchedule.bytes(ofPoints: count)
    throw .tooManyForMemory(needed: count * bytesPerValue + points, available: available)
  }

  /// Throws where a list of this many layers needs more memory than there is.
  static func checkMemory(forLayers count: Int) throws(ArgumentError) {
    // Others read it from a copy.
    let list = count * 2 * MemoryLayout<Int>.stride
    guard let available = shortage(of: list) else { return }
    throw .tooMuchMemory(
      needed: list + count * MemoryLayout<LayerRecord>.stride, available: available,
      sizes: ["the number of layers in '--layers'"])
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
