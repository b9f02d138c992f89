/// Keeps the C library from reserving 64 MB of address space for each thread where address space is
/// limited, as by `ulimit -v`.
package func limitArenas() {
  #if canImport(Glibc)
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur != rlim_t.max
    else { return }
    // Swift does not see malloc.h, which has this function and M_ARENA_MAX = -8.
    guard let function = dlsym(nil, "mallopt") else { return }
    _ = unsafeBitCast(function, to: (@convention(c) (Int32, Int32) -> Int32).self)(-8, 1)
  #endif
}
