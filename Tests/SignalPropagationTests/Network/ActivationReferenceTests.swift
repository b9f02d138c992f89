import Foundation
import NamedActivations
import SignalPropagation
import Testing

/// Activations in double precision against the reference numbers from PyTorch 2.13 (float64).
@Suite struct ActivationReferenceTests {
  struct Reference: Decodable {
    struct Point: Decodable {
      let x, y, dy: Double
    }
    let kinks: [Double]
    let points: [Point]
    let kinkDerivatives: [String: Double]

    enum CodingKeys: String, CodingKey {
      case kinks, points
      case kinkDerivatives = "kink_dy"
    }
  }

  static let references: [String: Reference] = {
    struct File: Decodable { let activations: [String: Reference] }
    return (load("activations") as File).activations
  }()

  static func reference(_ activation: Activation) throws -> Reference {
    let name = activation == .rrelu ? "rrelu(eval)" : activation.name
    return try #require(references[name], "no reference for \(name)")
  }

  @Test func `every activation of the reference exists, but for the one that needs arguments`() {
    let named = Set(Activation.listed.map { $0 == .rrelu ? "rrelu(eval)" : $0.name })
    #expect(Set(Self.references.keys).subtracting(named) == ["threshold(0.1,20)"])
    #expect(named.isSubset(of: Self.references.keys))
  }

  /// PyTorch evaluates some tails with cancellation (1 − y² for tanh, 1 + erf for gelu), so its own
  /// error is some units of 2⁻⁵³ in the largest term, not in the result. Its `hardsigmoid` uses 1/6
  /// in single precision for the derivative even here.
  @Test(arguments: Activation.listed)
  func `values and derivatives are PyTorch's`(_ activation: Activation) throws {
    let points = try Self.reference(activation).points
    #expect(points.count > 25)
    for point in points {
      let (value, derivative) = activation.evaluate(point.x)
      let scale = max(1, point.x.magnitude)
      #expect(isClose(value, point.y, relative: 2e-15, absolute: 2e-16 * scale), "φ(\(point.x))")
      let single = activation == .hardsigmoid ? 5e-9 : 0
      #expect(
        isClose(derivative, point.dy, relative: 2e-15, absolute: 5e-16 + single), "φ′(\(point.x))")
    }
  }

  @Test(arguments: Activation.listed)
  func `kinks and the derivatives there are PyTorch's`(_ activation: Activation) throws {
    let reference = try Self.reference(activation)
    #expect(activation.kinks == reference.kinks)
    for kink in activation.kinks {
      let key = String(Int(exactly: kink).map(String.init) ?? String(kink))
      let expected = try #require(reference.kinkDerivatives[key])
      #expect(isClose(activation.evaluate(kink).derivative, expected, relative: 1e-15, absolute: 0))
    }
  }

  func isClose(_ a: Double, _ b: Double, relative: Double, absolute: Double) -> Bool {
    (a - b).magnitude <= max(relative * b.magnitude, absolute)
  }
}
