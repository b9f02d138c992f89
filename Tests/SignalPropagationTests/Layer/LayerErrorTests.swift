import Kernels
import Testing

@testable import SignalPropagation

/// What is wrong with a layer in a stack of 100 layers of 1000 units, and where.
@Suite struct `A layer that is wrong` {
  private static let context = LayerContext(
    layer: 1, depth: 100, fanIn: 1000, fanOut: 1000, inputSize: 1000, gain: 2,
    initializer: .xavierNormal, settings: [])

  /// The first error of reading it and of evaluating it.
  private func error(
    _ text: String, skip: Double? = nil, _ change: (inout LayerContext) -> Void = { _ in }
  ) throws -> LayerError? {
    var context = Self.context
    change(&context)
    do throws(LayerError) {
      _ = try Layer(parsing: text).graph(for: context, skip: skip)
      return nil
    } catch {
      return error
    }
  }

  static let cases: [(String, LayerError.Problem, Int)] = [
    // Of the grammar there is more in the tests of the parser.
    ("", .empty, 0), ("[h]", .unexpected("["), 0), ("h + ", .unfinished, 4),
    ("tanh(W(h)", .neverClosed, 4), ("tanh(W(h)))", .neverOpened, 10),
    ("1.2.3*h", .malformedNumber("1.2.3"), 0), ("h;; h", .emptyStatement, 2),
    ("elu(h, alpha=1, 2)", .positionalAfterKey, 16),
    (String(repeating: "(", count: 100) + "h", .tooDeep(most: 100), 100),
    (String(repeating: "h+", count: 50_001), .tooLong(most: 100_000), 100_000),
    // Names
    ("geluu(W(h))", .unknownFunction("geluu"), 0), ("h + foo(h)", .unknownFunction("foo"), 4),
    ("h + s*tanh(W(h))", .undefined("s"), 4), ("a*h; a = 2", .undefined("a"), 0),
    ("a = a*h; a", .undefined("a"), 4), ("True*h", .undefined("True"), 0),
    ("h + tanh", .notCalled("tanh"), 4), ("h + W", .notCalled("W"), 4),
    ("rmsnorm + h", .notCalled("rmsnorm"), 0), ("h(3)", .notAFunction("h"), 0),
    ("a = 2; h + a(h)", .notAFunction("a"), 11), ("h + pi(h)", .notAFunction("pi"), 4),
    ("d = 3; d*h", .reserved("d"), 0), ("W = h; W", .reserved("W"), 0),
    ("x0 = h; x0", .reserved("x0"), 0),
    ("Wide = h; Wide", .reserved("Wide"), 0), ("tanh = h; h", .reserved("tanh"), 0),
    ("rms_norm = h; h", .reserved("rms_norm"), 0), ("lambda = h; h", .reserved("lambda"), 0),
    ("a = h; a = 2*a; a", .assignedTwice("a"), 7), ("a = h; b = 2; h", .unused("a"), 0),
    ("h; h", .noEffect, 0), ("2*h; a = h", .noEffect, 0), ("a = 2; W(h); a*h", .noEffect, 7),
    ("x + h", .mixesInputs, 0), ("tanh(W(x0))", .noInput, 0), ("x0", .noInput, 0),
    // Values
    ("tanh(3)", .takesVector("tanh"), 0), ("h + W(2)", .takesVector("W"), 4),
    ("h*layernorm(d)", .takesVector("layernorm"), 2), ("min(d, 4)*h", .takesVector("min"), 0),
    ("elu(h, alpha=h)", .takesNumber("elu"), 13), ("W(h, out=h)", .takesNumber("out"), 9),
    ("W(h, std=W(h))", .takesNumber("std"), 9), ("clamp(h, 0, h)", .takesNumber("clamp"), 12),
    ("tanh()*h", .argumentCount("tanh", least: 1, most: 1, given: 0), 0),
    ("tanh(h, 2)", .argumentCount("tanh", least: 1, most: 1, given: 2), 0),
    ("h + elu(h, 1, 2)", .argumentCount("elu", least: 1, most: 2, given: 3), 4),
    ("threshold(h, 1)", .argumentCount("threshold", least: 3, most: 3, given: 2), 0),
    ("tanh(input=h)", .argumentCount("tanh", least: 1, most: 1, given: 1), 0),
    ("rmsnorm(h, 2)", .argumentCount("rmsnorm", least: 1, most: 1, given: 2), 0),
    ("W()*h", .argumentCount("W", least: 1, most: 1, given: 0), 0),
    ("W(h, 1000)", .argumentCount("W", least: 1, most: 1, given: 2), 0),
    ("elu(h, beta=2)", .unknownKey("elu", key: "beta", known: ["alpha"]), 12),
    (
      "W(h, mean=2)", .unknownKey("W", key: "mean", known: ["out", "gain", "init", "std", "bias"]),
      10
    ),
    ("layernorm(eps=h)", .unknownKey("layernorm", key: "eps", known: []), 14),
    ("elu(h, alpha=1, alpha=2)", .repeatedKey("alpha"), 22),
    ("hardtanh(h, 0, min_val=2)", .repeatedKey("min_val"), 23),
    ("W(h, out=d, out=d)", .repeatedKey("out"), 16),
    ("W(h, init=3)", .notAScheme("3"), 10), ("W(h, init=xavier)", .notAScheme("xavier"), 10),
    ("celu(h, 0)", .parameter(function: "celu", "alpha must be a number other than 0"), 0),
    ("hardtanh(h, 2, 1)", .parameter(function: "hardtanh", "min_val must not be above max_val"), 0),
    ("h**h", .exponent, 3), ("2**h", .exponent, 3), ("W(h)**x0", .exponent, 6),
    ("1e999*h", .notFinite, 0), ("h + 1e308*10", .notFinite, 4), ("log(-1)*h", .notFinite, 0),
    ("exp(1000)*h", .notFinite, 0), ("(-8)**(1/3)*h", .notFinite, 0),
    ("h*(1/0)", .divisionByZero, 3), ("h*0**-1", .divisionByZero, 2),
    ("h + 1/(d - d)", .divisionByZero, 4),
    ("0.5*N", .isNumber, 0), ("a = 2; a*d", .isNumber, 7),
    ("W(h, std=1, gain=2)", .keyConflict("std", "gain"), 0),
    ("W(h, init=orthogonal, std=1)", .keyConflict("std", "init"), 0),
    // Widths
    ("h + W(h, out=4*d)", .unequalWidths(1000, 4000), 0),
    ("W(h, out=2*d)*W(h)", .unequalWidths(2000, 1000), 0),
    ("W(h, out=2*d)", .givesWidth(2000, next: 1000), 0),
    ("W1(h, out=4*d); W1(h)", .matrixShape("W1", first: [4000, 1000], here: [1000, 1000]), 16),
    ("W1(h) + W1(W(h, out=5))", .matrixShape("W1", first: [1000, 1000], here: [1000, 5]), 8),
    ("W1(h, gain=2) + W1(h, gain=3)", .matrixDiffers("W1", key: "gain"), 16),
    ("W1(h) + W1(h, std=1)", .matrixDiffers("W1", key: "std"), 8),
    ("W1(h) + W1(h, bias=0)", .matrixDiffers("W1", key: "bias"), 8),
    ("W1(h) + W1(h, init=orthogonal)", .matrixDiffers("W1", key: "init"), 8),
    ("W(h, out=0)", .badWidth(0), 9), ("W(h, out=-d)", .badWidth(-1000), 9),
    ("W(h, out=0.9)", .badWidth(0.9), 9), ("W(h, out=1e300)", .badWidth(1e300), 9),
    ("W(h, std=-1)", .badStd(key: "std", -1), 9), ("W(h, bias=-2)", .badStd(key: "bias", -2), 10),
    ("W(h, gain=-g)", .badStd(key: "gain", -2), 10),
  ]

  @Test(arguments: cases)
  func `is refused with its problem and its place`(
    text: String, problem: LayerError.Problem, column: Int
  ) throws {
    let error = try #require(try error(text), "accepted")
    #expect(error.problem == problem)
    #expect(error.column == column && error.source == text)
  }

  @Test func `has every problem in the table, but for those with tests of their own`() {
    func name(_ problem: LayerError.Problem) -> Substring {
      "\(problem)".prefix { $0 != "(" }
    }
    #expect(
      Set(Self.cases.map { name($0.1) }) == [
        "empty", "unexpected", "unfinished", "neverClosed", "neverOpened", "malformedNumber",
        "tooLong", "tooDeep", "positionalAfterKey", "emptyStatement", "unknownFunction",
        "undefined",
        "notCalled", "notAFunction", "reserved", "assignedTwice", "unused", "noEffect",
        "mixesInputs",
        "noInput", "takesVector", "takesNumber", "argumentCount", "unknownKey", "repeatedKey",
        "notAScheme", "parameter", "exponent", "notFinite", "divisionByZero", "isNumber",
        "keyConflict", "unequalWidths", "givesWidth", "matrixShape", "matrixDiffers", "badWidth",
        "badStd",
      ])
  }

  @Test func `is refused for a setting that it does not use`() throws {
    let settings = [Setting(name: "s", value: 2)]
    #expect(try error("s*tanh(x)") { $0.settings = settings } == nil)
    #expect(try error("tanh(x)") { $0.settings = settings }?.problem == .setButUnused("s"))
    let assigned = try error("s = 3; s*tanh(x)") { $0.settings = settings }
    #expect(assigned?.problem == .assignedTwice("s"))
  }

  @Test func `is refused with a skip unless it is a formula`() throws {
    #expect(try error("tanh(x)", skip: 0.5) == nil)
    #expect(try error("tanh(W(h))", skip: 0.5)?.problem == .skipNeedsFormula)
    #expect(
      try error("tanh(x)", skip: 0.5) { $0.fanIn = 500 }?.problem == .unequalWidths(500, 1000))
  }

  @Test(arguments: [
    ("h*(1/(3 - l)) + W(h)", [8, 8, 8, 8], LayerError.Problem.divisionByZero, 3),
    ("h + W(h)", [8, 8, 8, 4], .unequalWidths(8, 4), 3), ("h + y", [8, 8], .undefined("y"), 1),
  ])
  func `names the first layer in which it goes wrong`(
    text: String, widths: [Int], problem: LayerError.Problem, layer: Int
  ) throws {
    let experiment = Experiment(
      layer: try Layer(parsing: text), gain: 1, shape: .widths(widths), batch: 2, reports: .every(1)
    )
    let error = #expect(throws: LayerError.self) { try Network(experiment) }
    #expect(error?.layer == layer && error?.problem == problem)
  }

  @Test func `is refused where it would be a list of more layers than there may be`() throws {
    let most = Network.mostDifferentLayers
    var experiment = Experiment(
      layer: try Layer(parsing: "tanh(W(h))/sqrt(l)"), gain: 1,
      shape: .square(width: 2, depth: most + 1), batch: 2, reports: .layers([most + 1]))
    let error = #expect(throws: LayerError.self) { try Network(experiment) }
    #expect(error?.problem == .tooManyLayers(most: most))
    experiment.layer = try Layer(parsing: "tanh(W(h))/sqrt(N)")
    #expect(try Network(experiment).depth == most + 1)
  }
}
