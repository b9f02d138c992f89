import Testing

@testable import Kernels

/// Numbers that are drawn where they are needed, against all of them drawn.
@Suite struct `A slice of normal numbers` {
  /// After some draws, and with a number kept by the serial path.
  private func generator(_ total: Int) -> Generator {
    var generator = Generator(seed: UInt64(total))
    var few = [Float](repeating: 0, count: total % 3)
    generator.fillNormal(&few, mean: 0, std: 1)
    return generator
  }

  private func all(_ total: Int) -> [Float] {
    var generator = generator(total)
    var numbers = [Float](repeating: 0, count: total)
    generator.fillNormal(&numbers, mean: 0, std: 1)
    return numbers
  }

  @Test(arguments: 1...100)
  func `is that of all of them`(total: Int) {
    let all = all(total)
    let generator = generator(total)
    for start in 0...total {
      for end in start...total {
        #expect(generator.normals(in: start..<end, of: total) == Array(all[start..<end]))
      }
    }
  }

  @Test(arguments: [1000, 1003, 4096, 5007, 100_001, 262_143])
  func `is that of many`(total: Int) {
    let all = all(total)
    let generator = generator(total)
    let places = [
      0, 1, 15, 16, 17, 624, 625, total / 2, total - 33, total - 17, total - 16, total - 15,
    ]
    for start in places + [total - 1, total] {
      for length in [0, 1, 2, 15, 16, 17, 31, 32, 640, 5000] {
        let range = start..<min(total, start + length)
        #expect(generator.normals(in: range, of: total) == Array(all[range]))
      }
    }
    #expect(generator.normals(in: 0..<total, of: total) == all)
  }

  @Test func `leaves the generator as it is`() {
    var (one, other) = (Generator(seed: 5), Generator(seed: 5))
    _ = one.normals(in: 3..<40, of: 50)
    #expect((0..<700).allSatisfy { _ in one.next() == other.next() })
  }
}
