import Testing

@testable import SignalPropagation

/// Points of the phase diagram, computed independently.
struct PhaseReference: Sendable, CustomTestStringConvertible {
  var name: String
  var gain: Double
  var bias: Double
  var q: Double
  var slope: Double
  var chi1: Double
  var cosine: Double
  var cosineSlope: Double
  var varianceDepth: Double
  var cosineDepth: Double

  var testDescription: String { "\(name) at \(gain), bias \(bias)" }

  init(_ name: String, _ f: Double...) {
    self.name = name
    (gain, bias, q, slope, chi1) = (f[0], f[1], f[2], f[3], f[4])
    (cosine, cosineSlope, varianceDepth, cosineDepth) = (f[5], f[6], f[7], f[8])
  }

  static let all = [
    PhaseReference(
      "tanh", 1.5, 0.3, 0.960844, 0.424632, 1.06098, 0.766753, 0.95103, 1.1675, 19.9163),
    PhaseReference("tanh", 1.2, 0.5, 0.739985, 0.342973, 0.747668, 1, 0.747668, 0.934489, 3.43883),
    PhaseReference("tanh", 5.0 / 3, 0, 1.17848, 0.430899, 1.20983, 0, 0.920791, 1.18782, 12.1179),
    PhaseReference(
      "tanh", 2.5, 0.1, 3.97416, 0.241822, 1.6045, 0.015346, 0.83608, 0.704448, 5.58563),
    PhaseReference("relu", 1.3, 0.5, 1.6129, 0.845, 0.845, 1, 0.845, 5.93759, 5.93759),
    PhaseReference("sigmoid", 6, 1, 15.6903, 0.088514, 0.581125, 1, 0.581125, 0.412439, 1.84234),
    PhaseReference("gelu", 1.4, 0.4, 0.873174, 0.942396, 0.876608, 1, 0.876608, 16.8549, 7.59326),
    PhaseReference("selu", 1, 0.1, 1.0452, 0.774965, 1.06304, 0.278456, 0.971785, 3.92254, 34.9393),
    PhaseReference("tanh", 1.3, 0.2, 0.50554, 0.544228, 0.997716, 1, 0.997716, 1.64369, 437.313),
  ]
}

/// The edge of chaos at a bias: gain, q and slope at each of its points.
struct EdgeReference: Sendable, CustomTestStringConvertible {
  var name: String
  var edges: [Double: (gain: Double, q: Double, slope: Double)?]
  /// How far the figures are good for.
  var tolerance = 1e-4

  var testDescription: String { name }

  static let all = [
    EdgeReference(
      name: "tanh",
      edges: [
        0.05: (1.12254, 0.15369, 0.7822), 0.2: (1.30415, 0.51208, 0.54256),
        0.5: (1.54967, 1.31794, 0.3329),
      ]),
    EdgeReference(
      name: "gelu",
      edges: [
        0.05: (1.8519, 0.07517, 1.06386), 0.2: (1.54701, 0.57564, 1.09504),
        0.5: (1.39987, 6.4341, 0.98587),
      ]),
    EdgeReference(
      name: "silu",
      edges: [
        0.05: (1.90501, 0.11363, 1.04278), 0.2: (1.67953, 0.68945, 1.09873),
        0.5: (1.45695, 4.42808, 1.04588),
      ]),
    EdgeReference(
      name: "elu",
      edges: [
        0.05: (1.13187, 0.18917, 0.89218), 0.2: (1.22925, 1.10693, 0.85978),
        0.5: (1.30611, 4.88663, 0.88129),
      ]),
    EdgeReference(
      name: "selu",
      edges: [
        0.05: (0.82201, 0.14065, 0.83422), 0.2: (0.93748, 0.71705, 0.74292),
        0.5: (1.04964, 2.55551, 0.72028),
      ]),
    EdgeReference(
      name: "sigmoid",
      edges: [
        0.05: (10.14956, 45.62979, 0.06024), 0.2: (10.15403, 45.71245, 0.06014),
        0.5: (10.17886, 46.17377, 0.05959),
      ]),
    EdgeReference(name: "softplus", edges: [0.05: nil, 0.2: nil, 0.5: nil]),
    EdgeReference(name: "relu", edges: [0.05: nil, 0.2: nil, 0.5: nil]),
    EdgeReference(
      name: "hardtanh",
      edges: [
        0.05: (1.00873, 0.17669, 0.88657), 0.2: (1.06858, 0.42323, 0.57029),
        0.5: (1.21145, 1.0104, 0.28976),
      ], tolerance: 2e-2),
    EdgeReference(
      name: "softsign",
      edges: [
        0.05: (1.36105, 0.06863, 0.71022), 0.2: (1.72963, 0.35833, 0.51553),
        0.5: (2.16623, 1.17693, 0.36273),
      ]),
  ]
}

@Suite struct PhaseDiagramTests {
  @Test(arguments: PhaseReference.all)
  func `points of the phase diagram are the independent ones`(reference: PhaseReference) throws {
    let stack = try stack(
      "\(reference.name)(W(h, bias=\(reference.bias)))", gain: reference.gain, depth: 10)
    let point = try #require(stack.phasePoint())
    let figures: [(Double, Double)] = [
      (point.fixedPoint.q, reference.q), (point.fixedPoint.slope, reference.slope),
      (point.fixedPoint.chi1, reference.chi1), (point.cosine, reference.cosine),
      (point.cosineSlope, reference.cosineSlope), (point.varianceDepth, reference.varianceDepth),
      (point.cosineDepth, reference.cosineDepth),
    ]
    for (figure, expected) in figures {
      // Near χ = 1 a depth has fewer digits than what it is made of; 1.6667 is not quite 5/3.
      #expect(
        abs(figure - expected) < 2e-5 * max(1, expected * expected / 10), "\(figure), \(expected)")
    }
    #expect(point.isChaotic == (reference.chi1 > 1))
  }

  @Test(arguments: EdgeReference.all)
  func `the edge of chaos bends with the bias`(reference: EdgeReference) throws {
    for (bias, expected) in reference.edges {
      let stack = try stack("\(reference.name)(W(h, bias=\(bias)))", depth: 10)
      let edges = stack.edgesOfChaos()
      guard let expected else {
        #expect(edges.isEmpty)
        continue
      }
      try #require(edges.count == 1)
      #expect(relativeError(edges[0].gain, expected.gain) < reference.tolerance / 10)
      #expect(relativeError(edges[0].q!, expected.q) < reference.tolerance)
      #expect(relativeError(edges[0].slope!, expected.slope) < reference.tolerance)
      #expect((stack.edgeOfChaos() == nil) == (expected.slope >= 1))
      // The point lies on the edge: a fixed point at which nothing grows.
      let points = stack.with(gain: edges[0].gain).fixedPoints()
      let here = try #require(points.first { relativeError($0.q, edges[0].q!) < 1e-9 })
      #expect(abs(here.chi1 - 1) < 1e-9)
    }
  }

  @Test func `relu with a bias has the fixed point of its straight line`() throws {
    let stack = try stack("relu(W(h, bias=0.5))", gain: 1.2, depth: 10)
    let points = stack.fixedPoints()
    try #require(points.count == 1)
    #expect(relativeError(points[0].q, 0.25 / (1 - 0.72)) < 1e-12)
    #expect(relativeError(points[0].slope, 0.72) < 1e-12)
    #expect(stack.with(gain: 2.0.squareRoot()).signalFate() == .explodes)
  }

  @Test func `a unit gain leaves room for the bias`() throws {
    let stack = try stack("tanh(W(h, bias=0.6))", depth: 10)
    let unit = try GainName.unit.value(for: stack)
    let points = stack.with(gain: unit).fixedPoints()
    #expect(points.contains { abs($0.q - 1) < 1e-9 })
  }
}
