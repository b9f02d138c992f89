import Kernels

/// What filling a matrix may use beside the matrix itself.
struct Workspace {
  /// Storage of what is made on the way, kept for the next matrix.
  let pool: Pool
  /// The threads that share the work of one matrix.
  let threads: Int

  init(pool: Pool = Pool(), threads: Int = 1) {
    (self.pool, self.threads) = (pool, threads)
  }
}
