/// Prints the single-precision FMA peak of one core in GFLOP/s, measured for a second.
///
/// An FMA takes about four cycles and a core starts two in each, so at least eight have to be under
/// way that do not wait for one another; twelve are. Both register widths are tried, since the wider
/// one spills where the CPU has no such registers; the better one is the peak.

/// Twelve chains of `rounds` FMAs; their sum keeps them from being optimised away.
///
/// x ← x·m + a stays near `seed`, its fixed point: arithmetic on subnormals would be slow.
@inline(never)
func spin<Vector: SIMD>(_ type: Vector.Type, rounds: Int, seed: Float) -> Float
where Vector.Scalar == Float {
  var x = InlineArray<12, Vector>(repeating: Vector(repeating: seed))
  let m = Vector(repeating: 0.999)
  let a = Vector(repeating: seed * 0.001)
  for _ in 0..<rounds { for i in x.indices { x[i] = a.addingProduct(x[i], m) } }
  return x.indices.reduce(0) { $0 + x[$1].sum() }
}

/// GFLOP/s over at least `seconds`.
func rate<Vector: SIMD>(_ type: Vector.Type, seconds: Double) -> Double
where Vector.Scalar == Float {
  let rounds = 1_000_000
  let clock = ContinuousClock()
  let start = clock.now
  var blocks = 0
  var elapsed = 0.0
  repeat {
    precondition(spin(type, rounds: rounds, seed: 1 + Float(blocks)).isFinite)
    blocks += 1
    elapsed = (clock.now - start) / .seconds(1)
  } while elapsed < seconds
  return Double(blocks * rounds * 12 * Vector.scalarCount * 2) / elapsed * 1e-9
}

print(max(rate(SIMD8<Float>.self, seconds: 0.5), rate(SIMD16<Float>.self, seconds: 0.5)))
