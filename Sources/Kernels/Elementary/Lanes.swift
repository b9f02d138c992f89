/// Sixteen floats that go through a function together: one register of AVX-512, two of AVX2, four
/// of arm64.
///
/// Only + − · /, square root, fused multiply-add, comparison and integer operations are used, all
/// of them exactly rounded, so the bits of a result depend neither on the CPU nor on the optimiser.
struct Lanes {
  typealias Floats = SIMD16<Float>
  typealias Bits = SIMD16<UInt32>

  var floats: Floats

  @inline(__always)
  init(_ floats: Floats) { self.floats = floats }

  @inline(__always)
  init(bits: Bits) { floats = unsafeBitCast(bits, to: Floats.self) }

  @inline(__always)
  var bits: Bits { unsafeBitCast(floats, to: Bits.self) }
}

/// Bit operations by way of masks.
///
/// `&`, `|`, `^` and `replacing(with:where:)` of the standard library are loops over lanes, which
/// the optimiser does not put together again once they meet a constant; for masks, as for `&+`,
/// `&-` and `&*`, it has whole vectors.
extension SIMD16<UInt32> {
  @inline(__always)
  private var mask: Lanes.Mask { unsafeBitCast(self, to: Lanes.Mask.self) }

  @inline(__always)
  static func .& (x: Self, y: Self) -> Self { unsafeBitCast(x.mask .& y.mask, to: Self.self) }
  @inline(__always)
  static func .| (x: Self, y: Self) -> Self { unsafeBitCast(x.mask .| y.mask, to: Self.self) }
  @inline(__always)
  static func .^ (x: Self, y: Self) -> Self { unsafeBitCast(x.mask .^ y.mask, to: Self.self) }

  /// `self &<< count`, as a product.
  @inline(__always)
  func shiftedLeft(by count: UInt32) -> Self { self &* Self(repeating: 1 << count) }
}

extension Lanes: Elementary {
  typealias Mask = SIMDMask<SIMD16<Int32>>

  @inline(__always)
  init(floatLiteral value: Double) { floats = Floats(repeating: Float(value)) }

  @inline(__always)
  static prefix func - (x: Lanes) -> Lanes { Lanes(bits: x.bits .^ Bits(repeating: 0x8000_0000)) }
  @inline(__always)
  static func + (x: Lanes, y: Lanes) -> Lanes { Lanes(x.floats + y.floats) }
  @inline(__always)
  static func - (x: Lanes, y: Lanes) -> Lanes { Lanes(x.floats - y.floats) }
  @inline(__always)
  static func * (x: Lanes, y: Lanes) -> Lanes { Lanes(x.floats * y.floats) }
  @inline(__always)
  static func / (x: Lanes, y: Lanes) -> Lanes { Lanes(x.floats / y.floats) }
  @inline(__always)
  static func fma(_ x: Lanes, _ y: Lanes, _ z: Lanes) -> Lanes {
    Lanes(z.floats.addingProduct(x.floats, y.floats))
  }

  @inline(__always)
  static func < (x: Lanes, y: Lanes) -> Mask { x.floats .< y.floats }
  @inline(__always)
  static func > (x: Lanes, y: Lanes) -> Mask { x.floats .> y.floats }
  @inline(__always)
  static func <= (x: Lanes, y: Lanes) -> Mask { x.floats .<= y.floats }
  @inline(__always)
  static func >= (x: Lanes, y: Lanes) -> Mask { x.floats .>= y.floats }

  @inline(__always)
  static func select(_ condition: Mask, _ x: Lanes, _ y: Lanes) -> Lanes {
    Lanes(bits: select(condition, x.bits, y.bits))
  }

  @inline(__always)
  static func select(_ condition: Mask, _ x: Bits, _ y: Bits) -> Bits {
    let mask = unsafeBitCast(condition, to: Bits.self)
    return (x .& mask) .| (y .& (mask .^ Bits(repeating: .max)))
  }

  @inline(__always)
  static func abs(_ x: Lanes) -> Lanes { Lanes(bits: x.bits .& Bits(repeating: 0x7FFF_FFFF)) }
  @inline(__always)
  static func squareRoot(_ x: Lanes) -> Lanes { Lanes(x.floats.squareRoot()) }
}

extension Lanes {
  /// |x| with the sign of `y`.
  @inline(__always)
  static func copySign(_ x: Lanes, of y: Lanes) -> Lanes {
    Lanes(
      bits: (x.bits .& Bits(repeating: 0x7FFF_FFFF)) .| (y.bits .& Bits(repeating: 0x8000_0000)))
  }

  /// −|x|.
  @inline(__always)
  static func negativeAbs(_ x: Lanes) -> Lanes {
    Lanes(bits: x.bits .| Bits(repeating: 0x8000_0000))
  }

  /// The smaller of `x` and `limit`; NaN stays NaN.
  @inline(__always)
  static func min(_ x: Lanes, _ limit: Lanes) -> Lanes { select(limit < x, limit, x) }

  /// The larger of `x` and `limit`; NaN stays NaN.
  @inline(__always)
  static func max(_ x: Lanes, _ limit: Lanes) -> Lanes { select(limit > x, limit, x) }

  /// 1.5·2²³. Adding it to |x| < 2²² rounds x to an integer, which stands in the low bits of the
  /// sum; subtracting it again leaves that integer as a float.
  @inline(__always)
  static var integerAligner: Lanes { 12582912.0 }
}
