// The C library's functions under names that a member called `exp` or `log` cannot hide.

package func realExp(_ x: Double) -> Double { exp(x) }
package func realExpm1(_ x: Double) -> Double { expm1(x) }
package func realLog(_ x: Double) -> Double { log(x) }
package func realLog1p(_ x: Double) -> Double { log1p(x) }
package func realSin(_ x: Double) -> Double { sin(x) }
package func realCos(_ x: Double) -> Double { cos(x) }
package func realAsin(_ x: Double) -> Double { asin(x) }
package func realAtan(_ x: Double) -> Double { atan(x) }
package func realTanh(_ x: Double) -> Double { tanh(x) }
package func realErf(_ x: Double) -> Double { erf(x) }
package func realErfc(_ x: Double) -> Double { erfc(x) }
