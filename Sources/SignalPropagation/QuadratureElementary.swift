#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// The C library's functions under names that a member called `exp` or `log` cannot hide.

func realExp(_ x: Double) -> Double { exp(x) }
func realExpm1(_ x: Double) -> Double { expm1(x) }
func realLog(_ x: Double) -> Double { log(x) }
func realLog1p(_ x: Double) -> Double { log1p(x) }
func realSin(_ x: Double) -> Double { sin(x) }
func realCos(_ x: Double) -> Double { cos(x) }
func realAsin(_ x: Double) -> Double { asin(x) }
