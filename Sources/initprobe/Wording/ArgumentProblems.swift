import Arguments
import SignalPropagation

/// What can be wrong with an argument beyond its syntax; all its wording is in this file.
extension ValueProblem {
  static let meanNotZero = ValueProblem(
    "has weights whose mean is not 0, which the theory does not cover; give bounds such as a=-2,b=2."
  )
  static let notASeed = ValueProblem(
    "is not a whole number from \(Int64.min) to \(UInt64.max).")
  static let notBounds = ValueProblem(
    "is not a range of numbers from 0 up, such as 0.5:0.8, 0.5: or :0.8.")
  static let notWidths = ValueProblem(
    "is not a list of at least two whole numbers from 1 up, such as 784,500,10.")
  static let unequalWidths = ValueProblem(
    "has different widths, which '--skip' cannot add up; make them equal.")
  static let notACosine = ValueProblem(
    "is not a cosine from 0 up and below 1; give one such as 0.9.")
  static let notASetting = ValueProblem("is not a name and its number, such as a=0.2.")
  static let notLayers = ValueProblem("is not a list of layers from 1 up, such as 1,2,5-10.")
  static let notAShard = ValueProblem(
    "is not a shard I/N with I from 1 to N, such as 1/8, or auto/N.")
  static let notASweepFile = ValueProblem(
    "is not the name of a .csv or .jsonl file; give one of these.")

  static func settingHasMeaning(_ name: String) -> ValueProblem {
    ValueProblem("sets '\(name)', which already has a meaning; choose another name.")
  }

  static func settingIsColumn(_ name: String) -> ValueProblem {
    ValueProblem("sets '\(name)', which is a column of the rows already; choose another name.")
  }

  static func settingIsRepeated(_ name: String) -> ValueProblem {
    ValueProblem("sets '\(name)' a second time; set it once.")
  }

  static func tooManyLayers(most: Int) -> ValueProblem {
    ValueProblem("lists more than \(most) layers; use '--every'.")
  }

  static func beyondDepth(layer: Int, depth: Int) -> ValueProblem {
    ValueProblem(
      "goes to layer \(layer), beyond the depth \(depth); list less or deepen the stack.")
  }

  static func unknownActivation(near: String?) -> ValueProblem { unknown(near: near) }

  /// A function of PyTorch or Keras that is none of one number, with what it is.
  static func notElementwise(_ what: String) -> ValueProblem {
    ValueProblem("is no function of one number: \(what). 'initprobe list' shows all.")
  }

  /// What `auto` stands for is not to be had.
  static func noTask(_ variables: [String]) -> ValueProblem {
    ValueProblem(
      "asks a scheduler which shard this is, and none of \(variables.joined(separator: ", ")) is set;"
        + " give the number itself, such as 1/8.")
  }

  static func taskOutOfRange(_ variable: String, _ value: String, first: Int) -> ValueProblem {
    ValueProblem(
      "asks \(variable), which is \(value.quoted); give the tasks of the job array the numbers from"
        + " \(first) on, one for each shard.")
  }

  static func notAGain(names: [String], near: String?) -> ValueProblem {
    ValueProblem(
      "is not a number, a fraction such as 5/3, a root such as sqrt2, or "
        + (names.count == 1 ? "" : "one of ") + names.joined(separator: ", ")
        + ".\(Suggestion.question(near))")
  }

  static func unknownCommand(near: String?) -> ValueProblem {
    ValueProblem(
      near == nil
        ? "is unknown; it is one of "
          + CommandName.typed.map(\.rawValue).joined(separator: ", ") + "."
        : "is unknown.\(Suggestion.question(near))")
  }

  private static func unknown(near: String?) -> ValueProblem {
    ValueProblem(
      near == nil
        ? "is unknown; 'initprobe list' shows all." : "is unknown.\(Suggestion.question(near))")
  }

  /// The name of a gain that stands for none.
  static func noGain(_ error: GainError) -> ValueProblem {
    let message =
      switch error.reason {
      case .notTabulated:
        "does not exist for \(error.layer.description), which calculate_gain does not know; give "
          + ["a number such as 1", GainName.unit.rawValue, GainName.neutral.rawValue].alternatives
          + "."
      case .residual:
        "does not exist with '--skip': signal and gradient grow at any gain; give a number such as 1."
      case .layersDiffer:
        "does not exist where the layers' weights differ in variance; give a number such as 1."
      case .tooDeep:
        "is worked out for at most \(Experiment.deepestPrediction) layers; lower '--depth', or give a"
          + " number such as 1."
      case .noVariance:
        "does not exist for weights whose variance is 0 or out of range; give a number such as 1."
      case .oneLayer: "is every gain in a stack of one layer; give a number such as 1."
      case .meanNotZero:
        "is not to be found for weights whose mean is not 0; give a number such as 1."
      case .gainUnused:
        "does nothing, as no matrix of the layer uses the gain; give a number such as 1."
      case .notCovered(let limit):
        "is not to be found, as \(limit.summary); give a number such as 1."
      case .noneFound: "is not to be found from 1e-6 to 1e6; give a number such as 1."
      case .noEdge:
        "does not exist for \(error.layer.description) in this stack, which has no edge of chaos; give a"
          + " number such as 1."
      }
    return ValueProblem(message)
  }

  /// A text that is no scheme.
  static func initializer(_ error: InitializerError) -> ValueProblem {
    switch error {
    case .unknownScheme(let name):
      unknown(near: Suggestion.nearest(to: name, in: Initializer.catalogue.map(\.name)))
    case .unknownParameter(let scheme, let parameter, let known):
      ValueProblem(
        "has the parameter \(parameter.quoted), and \(scheme) takes "
          + (known.isEmpty ? "none" : "only \(known.joined(separator: ", "))") + "; leave it out.")
    case .missingParameter(let scheme, let parameter):
      ValueProblem("lacks the parameter '\(parameter)'; give '\(scheme):\(parameter)=<value>'.")
    case .repeatedParameter(_, let parameter):
      ValueProblem("has the parameter '\(parameter)' more than once; give it once.")
    case .malformedParameter(let scheme, let text):
      ValueProblem(
        "has \(text.quoted) where a parameter should be; write '\(scheme):parameter=value'.")
    case .badValue(_, let parameter, let value, let expected):
      ValueProblem("gives '\(parameter)' the value \(value.quoted); it takes \(expected).")
    }
  }
}

extension ArgumentError {
  /// `needed` is `nil` where it is more bytes than an `Int` holds.
  ///
  /// - Parameter alone: What is needed where parts of the run, such as trials, run one at a time, and
  ///   what such a part is called.
  static func tooMuchMemory(
    needed: Int?, alone: (needed: Int?, part: String)? = nil, available: Int, sizes: [String]
  ) -> ArgumentError {
    tooMuchMemory(
      needed: needed, alone: alone, available: available, remedy: "lower \(sizes.alternatives)")
  }

  /// The same for shards to be merged, whose sizes are what they are.
  static func tooMuchToMerge(needed: Int, available: Int) -> ArgumentError {
    tooMuchMemory(
      needed: needed, alone: nil, available: available,
      remedy: "merge the shards where more is available")
  }

  private static func tooMuchMemory(
    needed: Int?, alone: (needed: Int?, part: String)?, available: Int, remedy: String
  ) -> ArgumentError {
    let need = needed.map(byteCount) ?? "more than \(byteCount(.max))"
    let less = alone.flatMap { alone in
      alone.needed == needed
        ? nil : alone.needed.map { " (\(byteCount($0)) with one \(alone.part) at a time)" }
    }
    return .refused(
      "this run needs \(need) of memory\(less ?? "") and \(byteCount(available)) is available;"
        + " \(remedy).")
  }

  /// A list of values or points.
  static func tooManyForMemory(needed: Int, available: Int) -> ArgumentError {
    tooMuchMemory(needed: needed, available: available, sizes: ["the number of points"])
  }

  /// A sweep over nothing.
  static let noActivation = ArgumentError.missing(
    ["activation"], example: "initprobe sweep tanh --gain 0.5:2:0.1 --output sweep.csv")
  /// A sweep without its first axis.
  static let noGain = ArgumentError.refused(
    "the option '--gain' is missing; give numbers or a range, such as '--gain 0.5:2:0.1'.")
  /// A sweep without a file.
  static let noOutput = ArgumentError.refused(
    "the option '--output' is missing; a sweep continues from its file, so give it one, such as"
      + " '--output sweep.csv'.")

  /// `count` is `nil` where it is more than an `Int` holds.
  static func tooManyPoints(count: Int?, most: Int) -> ArgumentError {
    .refused(
      "this sweep has \(count.map { "\($0)" } ?? "more than \(Int.max)") points; give shorter lists"
        + " with at most \(most) points in all.")
  }

  /// A layer or a weight distribution that the theory does not cover.
  static func notCovered(_ experiment: Experiment, _ limit: TheoryLimit) -> ArgumentError {
    if case .meanNotZero = limit.reason, !experiment.isCoveredByTheory {
      return .value(
        Operand(name: "--init", text: experiment.initializer.description), .meanNotZero)
    }
    return .value(
      Operand(name: "activation", text: experiment.layer.description),
      ValueProblem(
        "is not covered by the theory: \(limit.summary); measure it instead, without '--theory'."))
  }

  /// The name of a gain that stands for none, given as the argument `name`.
  ///
  /// - Parameter orKeepGoing: Whether the points of this gain can be left out, too.
  static func noGain(
    _ error: GainError, argument name: String, orKeepGoing: Bool = false
  ) -> ArgumentError {
    let problem = ValueProblem.noGain(error)
    let operand = Operand(name: name, text: error.name.rawValue)
    guard orKeepGoing else { return .value(operand, problem) }
    return .value(
      operand,
      ValueProblem("\(problem.message.dropLast()), or '--keep-going' to leave such points out."))
  }
}

/// Decimal units with one digit after the point, as `ls` and `du` show them.
func byteCount(_ bytes: Int) -> String {
  let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
  var value = Double(bytes)
  var unit = 0
  while value >= 1000, unit + 1 < units.count {
    value /= 1000
    unit += 1
  }
  return unit == 0 ? "\(bytes) bytes" : "\(value.fixed(decimals: 1)) \(units[unit])"
}
