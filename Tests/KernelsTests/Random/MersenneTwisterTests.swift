import Testing

@testable import Kernels

@Suite struct MersenneTwisterTests {
  @Test func `the ten-thousandth draw of seed 5489 is the one that the C++ standard gives`() {
    var twister = MersenneTwister(seed: 5489)
    twister.discard(9999)
    #expect(twister.next() == 4_123_659_995)
  }

  @Test func `many renewals in a row agree with the textbook recurrence`() {
    var twister = MersenneTwister(seed: 7)
    var reference = TextbookTwister(seed: 7)
    #expect((0..<5000).allSatisfy { _ in twister.next() == reference.next() })
  }

  @Test(arguments: [0, 1, 2, 15, 16, 227, 396, 397, 623, 624, 625, 1247, 1248, 1249, 5000])
  func `discarding is the same as drawing`(count: Int) {
    for start in [0, 1, 300, 623, 624] {
      var drawn = MersenneTwister(seed: 3)
      var discarded = drawn
      for _ in 0..<start + count { _ = drawn.next() }
      discarded.discard(start)
      discarded.discard(count)
      #expect((0..<700).allSatisfy { _ in drawn.next() == discarded.next() })
    }
  }

  @Test(arguments: [1, 15, 16, 17, 31, 33, 600, 624, 640, 1300])
  func `uniform numbers are the low 24 bits of the draws, from any position`(count: Int) {
    for start in [0, 1, 17, 610, 623, 624] {
      var draws = MersenneTwister(seed: 11)
      draws.discard(start)
      var filled = draws
      var values = [Float](repeating: -1, count: count + 1)
      values.withUnsafeMutableBufferPointer {
        filled.fillUniform($0.baseAddress!, count: count, from: 0, to: 1)
      }
      #expect((0..<count).allSatisfy { values[$0] == Float(draws.next() & 0xFF_FFFF) * 0x1p-24 })
      #expect(values[count] == -1, "wrote behind the end")
      #expect(filled.next() == draws.next())
    }
  }

  @Test func `a copy is a snapshot`() {
    var twister = MersenneTwister(seed: 1)
    twister.discard(100)
    var snapshot = twister
    let ahead = (0..<1000).map { _ in twister.next() }
    #expect((0..<1000).map { _ in snapshot.next() } == ahead)
  }
}

/// `genrand_int32` of the authors' `mt19937ar.c`, word by word.
struct TextbookTwister {
  private var state: [UInt32]
  private var index = 624

  init(seed: UInt32) {
    state = [seed]
    for j in 1..<624 {
      state.append(1_812_433_253 &* (state[j - 1] ^ (state[j - 1] >> 30)) &+ UInt32(j))
    }
  }

  mutating func next() -> UInt32 {
    if index == 624 {
      for i in 0..<624 {
        let y = (state[i] & 0x8000_0000) | (state[(i + 1) % 624] & 0x7FFF_FFFF)
        state[i] = state[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_B0DF)
      }
      index = 0
    }
    var y = state[index]
    index += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9D2C_5680
    y ^= (y << 15) & 0xEFC6_0000
    return y ^ (y >> 18)
  }
}
