import Platform

/// Hands out aligned storage for matrices and takes it back for the next one of the same size.
///
/// A run asks for the same few sizes thousands of times. Going to the operating system for each would
/// cost more than the arithmetic of a small layer, so the pool asks for chunks, of huge pages where
/// there are any, and never returns one before it is gone itself. One thread at a time may use a pool.
package final class Pool {
  private var chunks: [UnsafeMutableRawPointer] = []
  private var next: UnsafeMutableRawPointer?
  private var bytesLeft = 0
  private var free: [Int: [UnsafeMutableRawPointer]] = [:]
  private let chunkBytes: Int

  /// A pool that asks the system for at least `chunkBytes` at first, and then for what it lacks.
  package init(chunkBytes: Int = 1 << 20) {
    self.chunkBytes = chunkBytes
  }

  deinit {
    for chunk in chunks { chunk.deallocate() }
  }

  /// Uninitialised storage for `count` floats, aligned to a cache line.
  func take(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = Pool.roundedBytes(count)
    let raw = free[bytes]?.popLast() ?? carve(bytes)
    return raw.bindMemory(to: Float.self, capacity: count)
  }

  func give(_ storage: UnsafeMutablePointer<Float>, count: Int) {
    free[Pool.roundedBytes(count), default: []].append(UnsafeMutableRawPointer(storage))
  }

  private func carve(_ bytes: Int) -> UnsafeMutableRawPointer {
    // What the plan has not foreseen must not take as much again.
    if bytes > bytesLeft { addChunk(max(bytes, chunks.isEmpty ? chunkBytes : 1 << 20)) }
    let storage = next!
    next = storage + bytes
    bytesLeft -= bytes
    return storage
  }

  private func addChunk(_ bytes: Int) {
    let (page, hugePage) = (1 << 12, 1 << 21)
    let isLarge = bytes >= hugePage
    // What lies before an aligned address is lost where address space is limited.
    let alignment = bytes >= 8 * hugePage ? hugePage : isLarge ? page : 64
    // Aligned by hand: a heap that aligns it leaves gaps, which the next chunk of the same size does not fit.
    let chunk = UnsafeMutableRawPointer.allocate(
      byteCount: bytes + alignment, alignment: MemoryLayout<Double>.alignment)
    let start = chunk.alignedUp(toMultipleOf: alignment)
    #if os(Linux)
      if isLarge { madvise(start, bytes, MADV_HUGEPAGE) }
    #endif
    chunks.append(chunk)
    next = start
    bytesLeft = bytes
  }

  private static func roundedBytes(_ count: Int) -> Int {
    (max(count, 1) * MemoryLayout<Float>.stride + 63) & ~63
  }
}
