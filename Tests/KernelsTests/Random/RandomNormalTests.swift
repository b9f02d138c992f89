import Foundation
import Kernels
import Testing

/// Normal numbers against a scalar rendering of the same recipe, and against the definition.
@Suite struct RandomNormalTests {
  @Test(arguments: Array(16...70) + [1000, 2047, 2048, 2049, 4100])
  func `blocks of any count are the scalar recipe to the bit`(count: Int) {
    var generator = Generator(seed: 5)
    generator.discard(count % 7)
    var draws = generator
    var values = [Float](repeating: .nan, count: count)
    generator.fillNormal(&values, mean: 0.25, std: 0.3)
    #expect(values == scalarNormals(count, mean: 0.25, std: 0.3, from: &draws))
    #expect(generator.next() == draws.next())
  }

  @Test func `the transform is Box and Muller's, within single precision`() {
    var generator = Generator(seed: 2)
    var uniforms = generator
    var values = [Float](repeating: 0, count: 160_000)
    var u = values
    generator.fillNormal(&values, mean: 0, std: 1)
    uniforms.fillUniform(&u, from: 0, to: 1)
    var worst = 0.0
    for block in stride(from: 0, to: values.count, by: 16) {
      for j in block..<block + 8 {
        let radius = (-2 * log(1 - Double(u[j]))).squareRoot()
        let angle = 2 * Double.pi * Double(u[j + 8])
        worst = max(worst, abs(Double(values[j]) - radius * cos(angle)))
        worst = max(worst, abs(Double(values[j + 8]) - radius * sin(angle)))
      }
    }
    #expect(worst < 3e-6)
  }

  @Test func `zero deviation takes the draws and gives the mean`() {
    var generator = Generator(seed: 9)
    var reference = generator
    var values = [Float](repeating: .nan, count: 40)
    generator.fillNormal(&values, mean: 0.5, std: 0)
    reference.discard(56)
    #expect(values == Array(repeating: 0.5, count: 40))
    #expect(generator.next() == reference.next())
  }

  @Test(arguments: [0, 16, 17, 31, 32, 1000, 1003, 4096])
  func `the draw counts are those taken`(count: Int) throws {
    var normal = Generator(seed: 4)
    var uniform = normal
    let start = normal
    var values = [Float](repeating: 0, count: count)
    normal.fillNormal(&values, mean: 0, std: 1)
    uniform.fillUniform(&values, from: -1, to: 1)
    var skipped = start
    skipped.discard(try #require(Generator.drawCount(normals: count)))
    #expect(skipped.next() == normal.next())
    skipped = start
    skipped.discard(Generator.drawCount(uniforms: count))
    #expect(skipped.next() == uniform.next())
  }

  @Test func `below 16 numbers the draws depend on the cached normal`() {
    #expect((1..<16).allSatisfy { Generator.drawCount(normals: $0) == nil })
    var generator = Generator(seed: 4)
    var reference = generator
    var values: [Float] = [0]
    generator.fillNormal(&values, mean: 0, std: 1)
    generator.fillNormal(&values, mean: 0, std: 1)
    reference.discard(4)
    #expect(generator.next() == reference.next())
  }

  @Test func `a snapshot repeats the cached normal`() {
    var generator = Generator(seed: 4)
    var values: [Float] = [0]
    generator.fillNormal(&values, mean: 0, std: 1)
    var snapshot = generator
    var again = values
    generator.fillNormal(&values, mean: 0, std: 1)
    snapshot.fillNormal(&again, mean: 0, std: 1)
    #expect(values == again)
    #expect(generator.next() == snapshot.next())
  }

  @Test(arguments: [(-0.03, 0.03), (0, 1), (2, 2), (0, 0), (1, 1.000_000_1), (-5e-8, 1)])
  func `uniform numbers stay below the upper end`(from: Double, to: Double) {
    var generator = Generator(seed: 8)
    var values = [Float](repeating: .nan, count: 10_000)
    generator.fillUniform(&values, from: from, to: to)
    let upper = Float(to)
    #expect(values.allSatisfy { Float(from) <= $0 && ($0 < upper || Float(from) == upper) })
  }
}

/// `normal_` of 16 numbers or more, one number at a time, with `fma` of the C library.
private func scalarNormals(
  _ count: Int, mean: Float, std: Float, from draws: inout Generator
) -> [Float] {
  func uniforms(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(draws.next() & 0xFF_FFFF) * 0x1p-24 }
  }
  func transform(_ u: ArraySlice<Float>) -> [Float] {
    let pairs = u.prefix(8).indices.map { boxMuller(u[$0], u[$0 + 8]) }
    return (pairs.map(\.0) + pairs.map(\.1)).map { fmaf($0, std, mean) }
  }
  let u = uniforms(count)
  var values = stride(from: 0, through: count - 16, by: 16).flatMap { transform(u[$0..<$0 + 16]) }
  guard count % 16 > 0 else { return values }
  values += u[values.count...]
  values.replaceSubrange((count - 16)..., with: transform(uniforms(16)[...]))
  return values
}

private func boxMuller(_ u1: Float, _ u2: Float) -> (Float, Float) {
  let radius = (-2 * cephesLog(1 - u1)).squareRoot()
  let (sine, cosine) = cephesSineCosine(Float(bitPattern: 0x40C9_0FDB) * u2)
  return (radius * cosine, radius * sine)
}

private func cephesLog(_ x: Float) -> Float {
  var (m, e) = (x.significand / 2, Float(x.exponent + 1))
  if m < Float(bitPattern: 0x3F35_04F3) {
    e -= 1
    m *= 2
  }
  let t = m - 1
  let w = t * t
  let coefficients: [Float] = [
    -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
    2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
  ]
  let p = coefficients.reduce(7.0376836292e-2) { fmaf($0, t, $1) } * t
  let y = fmaf(w, -0.5, fmaf(p, w, e * -2.12194440e-4))
  return fmaf(e, 0.693359375, t + y)
}

private func cephesSineCosine(_ theta: Float) -> (sine: Float, cosine: Float) {
  let j = (Int(theta * 1.27323954473516) + 1) & ~1
  var x = fmaf(Float(j), -0.78515625, theta)
  x = fmaf(Float(j), -2.4187564849853515625e-4, x)
  x = fmaf(Float(j), -3.77489497744594108e-8, x)
  let w = x * x
  var c = fmaf(fmaf(2.443315711809948e-5, w, -1.388731625493765e-3), w, 4.166664568298827e-2)
  c = fmaf(c * w, w, -(0.5 * w)) + 1
  var s = fmaf(fmaf(-1.9515295891e-4, w, 8.3321608736e-3), w, -1.6666654611e-1)
  s = fmaf(s * w, x, x)
  switch j % 8 {
  case 0: return (s, c)
  case 2: return (c, -s)
  case 4: return (-s, -c)
  default: return (-c, s)
  }
}
