import Foundation
import Testing

@testable import Kernels

/// The vector functions against the C library in double precision.
@Suite struct ElementaryTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The largest error allowed, in units in the last place.
    let bound: Double
    let vector: @Sendable (Lanes) -> Lanes
    let reference: @Sendable (Double) -> Double

    func error(first: UInt32 = 0, stride: UInt32) -> ElementaryError {
      ElementaryError(of: vector, against: reference, first: first, stride: stride)
    }
  }

  /// Those the program stands on.
  static let central = [
    Function(testDescription: "exp", bound: 1.05, vector: Lanes.exp, reference: Double.exp),
    Function(testDescription: "tanh", bound: 1.9, vector: Lanes.tanh, reference: Double.tanh),
    Function(
      testDescription: "sigmoid", bound: 1.5, vector: Lanes.sigmoid, reference: Double.sigmoid),
    Function(
      testDescription: "log", bound: 0.9, vector: Lanes.log, reference: { Foundation.log($0) }),
    Function(testDescription: "erf", bound: 1.8, vector: Lanes.erf, reference: Double.erf),
  ]

  static let others = [
    Function(testDescription: "decay", bound: 1.05, vector: Lanes.decay, reference: Double.decay),
    Function(testDescription: "expm1", bound: 1.6, vector: Lanes.expm1, reference: Double.expm1),
    Function(testDescription: "log1p", bound: 1.6, vector: Lanes.log1p, reference: Double.log1p),
    Function(
      testDescription: "sigmoidSlope", bound: 5, vector: Lanes.sigmoidSlope,
      reference: Double.sigmoidSlope),
    Function(
      testDescription: "decay of a square", bound: 1.6, vector: { Lanes.decay($0, times: $0) },
      reference: { Double.decay($0, times: $0) }),
    Function(
      testDescription: "normalCDF", bound: 7, vector: Lanes.normalCDF, reference: Double.normalCDF),
    Function(testDescription: "sin", bound: 1.7, vector: Lanes.sin, reference: Double.sin),
    Function(testDescription: "cos", bound: 1.7, vector: Lanes.cos, reference: Double.cos),
    Function(testDescription: "atan", bound: 1.5, vector: Lanes.atan, reference: Double.atan),
  ]

  /// A prime stride through all bit patterns visits every exponent with ever new mantissas.
  @Test(arguments: central + others)
  func `every float range stays within the bound`(_ function: Function) {
    let error = function.error(first: 7, stride: 4001)
    #expect(error.count > 1_073_000)
    #expect(
      error.worst <= function.bound, "\(error.worst) ulp at \(error.argument)")
  }

  /// The floats around zero, around each end and each internal seam.
  @Test(
    arguments: central + others,
    [0, 0.3465736, 0.75, 0.9, 1, 2.828427, 14.5, 88.72284, 103.97208, 32768, 0x1p-126] as [Float])
  func `neighbours of a seam stay within the bound`(_ function: Function, _ seam: Float) {
    for bits in [seam.bitPattern, (-seam).bitPattern] {
      let first = bits & 0x7FFF_FFFF < 1000 ? bits : bits - 1000
      let floats = (0..<2000).map { Float(bitPattern: first + $0) }
      let worst = floats.map { x in
        ElementaryError.unitsInTheLastPlace(
          function.vector(Lanes(.init(repeating: x))).floats[3], function.reference(Double(x)))
      }.max()!
      #expect(worst <= function.bound)
    }
  }

  /// Takes some minutes; set `INITPROBE_EXHAUSTIVE=1` to run it.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["INITPROBE_EXHAUSTIVE"] == "1"),
    arguments: central)
  func `all 2³² floats stay within the bound`(_ function: Function) {
    let error = function.error(stride: 1)
    #expect(error.count == 1 << 32)
    #expect(error.worst <= function.bound)
    print(function.testDescription, "at most", error.worst, "ulp, at", error.argument)
  }

  @Test func `the error measure counts units in the last place`() {
    #expect(ElementaryError.unitsInTheLastPlace(1, 1) == 0)
    #expect(ElementaryError.unitsInTheLastPlace(Float(1).nextUp, 1) == 1)
    #expect(ElementaryError.unitsInTheLastPlace(0, 0x1p-149) == 1)
    #expect(
      ElementaryError.unitsInTheLastPlace(.infinity, Double(Float.greatestFiniteMagnitude)) == 1)
    #expect(ElementaryError.unitsInTheLastPlace(.infinity, 1e300) == 0)
    #expect(ElementaryError.unitsInTheLastPlace(.nan, 1) == .infinity)
    #expect(ElementaryError.unitsInTheLastPlace(1, .nan) == .infinity)
    let off = ElementaryError(of: { $0 + $0 }, against: { $0 }, stride: 1 << 22)
    #expect(off.count == 1024)
    #expect(off.worst > 1e6)
  }

  @Test func `odd functions keep the sign of zero`() {
    for function in [Lanes.tanh, Lanes.erf, Lanes.atan] {
      let results = function(Lanes(.init(repeating: -0.0))).floats
      #expect(results[0] == 0 && results[0].sign == .minus)
    }
  }

  /// Large arguments of sine and cosine take a slow path, which must not touch the lanes beside
  /// them.
  @Test func `a lane does not depend on its neighbours`() {
    for function in [Lanes.sin, Lanes.cos, Lanes.exp, Lanes.log] {
      for i in 0..<2000 {
        let x = 0.37 * Float(i) - 11
        var beside = Lanes.Floats(repeating: 1e9)
        beside[0] = x
        let alone = function(Lanes(.init(repeating: x))).floats[0]
        #expect(function(Lanes(beside)).floats[0].bitPattern == alone.bitPattern)
      }
    }
  }
}
