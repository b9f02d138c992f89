import Platform

/// A complex number in double precision.
package struct Complex: Equatable, Sendable {
  package var real: Double
  package var imaginary: Double

  package init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  package static prefix func - (z: Complex) -> Complex { Complex(-z.real, -z.imaginary) }
  package static func + (z: Complex, w: Complex) -> Complex {
    Complex(z.real + w.real, z.imaginary + w.imaginary)
  }
  package static func - (z: Complex, w: Complex) -> Complex {
    Complex(z.real - w.real, z.imaginary - w.imaginary)
  }
  package static func * (z: Complex, w: Complex) -> Complex {
    Complex(
      z.real * w.real - z.imaginary * w.imaginary, z.real * w.imaginary + z.imaginary * w.real)
  }
  package static func * (x: Double, z: Complex) -> Complex {
    Complex(x * z.real, x * z.imaginary)
  }

  /// The quotient, by way of w̄/|w|: right wherever |w|² neither overflows nor underflows.
  package static func / (z: Complex, w: Complex) -> Complex {
    let scale = 1 / (w.real * w.real + w.imaginary * w.imaginary)
    return Complex(
      (z.real * w.real + z.imaginary * w.imaginary) * scale,
      (z.imaginary * w.real - z.real * w.imaginary) * scale)
  }

  /// |z|.
  package var magnitude: Double { hypot(real, imaginary) }

  /// The angle to the positive real axis, in −π … π.
  package var argument: Double { atan2(imaginary, real) }

  /// log|z| + i·argument.
  package var logarithm: Complex { Complex(realLog(magnitude), argument) }

  /// e^z.
  package static func exp(_ z: Complex) -> Complex {
    let size = realExp(z.real)
    return Complex(size * realCos(z.imaginary), size * realSin(z.imaginary))
  }
}
