import Platform

/// What a prediction means, for a few lines of plain words.
package struct Outlook: Equatable, Sendable {
  /// Where the signal goes in a stack without end; a fixed point carries its stability, and how many
  /// layers bring the signal ten times closer to it.
  package var signal: SignalFate
  /// The factor per layer on the printed `out`, averaged over the last half of the stack.
  package var signalGrowth: Double
  /// The same on mean |gradient|.
  package var gradientGrowth: Double

  /// Layers over which `out` changes by a factor of 10 at that rate; `nil` where it rests.
  package var signalTenfold: Double? {
    switch signal {
    case .fixedPoint(let point) where point.isStable: nil
    case .kept: nil
    default: Outlook.layersPerTenfold(signalGrowth)
    }
  }

  /// Layers over which mean |gradient| changes by a factor of 10 at that rate; `nil` where it rests.
  package var gradientTenfold: Double? { Outlook.layersPerTenfold(gradientGrowth) }

  private static func layersPerTenfold(_ growth: Double) -> Double? {
    let rate = realLog(growth).magnitude
    return rate < 1e-9 ? nil : 2.302585092994045684 / rate
  }
}

extension Experiment {
  /// What the prediction means beyond the reported layers.
  func outlook() -> Outlook {
    var field = MeanField(self, followsPairs: false)
    let middle = shape.depth / 2
    while field.layer < middle { field.advance() }
    let (out, gradient) = (field.signal.deviation, field.meanGradient)
    while field.layer < shape.depth { field.advance() }
    let steps = Double(shape.depth - middle)
    return Outlook(
      signal: signalFate(),
      signalGrowth: realExp((field.signal.deviation / out).log / steps),
      gradientGrowth: realExp((field.meanGradient / gradient).log / steps))
  }
}
