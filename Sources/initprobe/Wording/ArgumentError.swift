import SignalPropagation

/// What can be wrong with the arguments, as data; all wording is in this file.
enum ArgumentError: Error, Equatable {
  case missing([String], example: String = "initprobe tanh 5/3 --depth 100")
  case unexpected(String)
  case unknownOption(String, near: String?)
  /// An option of other commands.
  case foreignOption(String, CommandName)
  case repeatedOption(String)
  case missingValue(String, placeholder: String)
  case needlessValue(String, value: String)
  case conflict(String, String)
  case needsCompanion(String, companion: String)
  case value(Operand, ValueProblem)
  /// `needed` is `nil` where it is more bytes than an `Int` holds.
  case tooMuchMemory(needed: Int?, available: Int, sizes: [String])
  case sweep(SweepProblem)
  case layer(LayerError)

  /// One line that names the argument, the value and the remedy.
  var message: String {
    switch self {
    case .missing(let names, let example):
      let list = names.map { "<\($0)>" }.joined(separator: " and ")
      return "\(list) \(names.count == 1 ? "is" : "are") missing;"
        + " an example is '\(example)'."
    case .unexpected(let text):
      return "the argument \(quoted(text)) is one too many; leave it out."
    case .unknownOption(let name, let near):
      return "the option \(quoted(name)) is unknown.\(didYouMean(near))"
    case .foreignOption(let name, let command):
      let isArgument = name == "--gain" && command != .gain
      return "the option '\(name)' has no place in '\(command.invocation)'; "
        + (isArgument ? "write the gain after the activation, as in 'tanh 5/3'." : "leave it out.")
    case .repeatedOption(let name):
      return "the option '\(name)' is given more than once; give it once."
    case .missingValue(let name, let placeholder):
      return "the option '\(name)' needs a value, as in '\(name) \(placeholder)'."
    case .needlessValue(let name, let value):
      return "the option '\(name)' takes no value; leave out \(quoted("=" + value))."
    case .conflict(let one, let other):
      return "the options '\(one)' and '\(other)' exclude each other; give one of them."
    case .needsCompanion(let option, let companion):
      return "the option '\(option)' works only with '\(companion)'; add that or leave it out."
    case .value(let operand, let problem):
      return "\(operand.phrase) \(problem.message)"
    case .tooMuchMemory(let needed, let available, let sizes):
      let need = needed.map(byteCount) ?? "more than \(byteCount(.max))"
      return "this run needs \(need) of memory and \(byteCount(available)) is available;"
        + " lower \(alternatives(sizes))."
    case .sweep(let problem): return problem.message
    case .layer(let error): return error.message
    }
  }
}

/// What is wrong with the value of one argument.
enum ValueProblem: Equatable {
  case unknownActivation(near: String?)
  case notAGain(names: [String], near: String?)
  case noGain(GainError)
  case initializer(InitializerError)
  case meanNotZero
  case notCovered(TheoryLimit)
  case notOneOf([String])
  case notACount
  case above(Int)
  case notASeed
  case notANumber
  case notFinite
  case negative
  case notBounds
  case notLayers
  case notWidths
  case unequalWidths
  case tooManyLayers(most: Int)
  case beyondDepth(layer: Int, depth: Int)
  case sweep(SweepValueProblem)

  /// Completes the sentence that the argument and its value begin.
  var message: String {
    switch self {
    case .unknownActivation(let near):
      near == nil ? "is unknown; 'initprobe list' shows all." : "is unknown.\(didYouMean(near))"
    case .notAGain(let names, let near):
      "is not a number, a fraction such as 5/3, a root such as sqrt2, or "
        + (names.count == 1 ? "" : "one of ") + names.joined(separator: ", ")
        + ".\(didYouMean(near))"
    case .noGain(let error): error.message
    case .initializer(let error): error.message
    case .meanNotZero:
      "has weights whose mean is not 0, which the theory does not cover; give bounds such as a=-2,b=2."
    case .notCovered(let limit):
      "is not covered by the theory: \(limit.summary); measure it without a prediction."
    case .notOneOf(let choices): "is not one of \(choices.joined(separator: ", "))."
    case .notACount: "is not a whole number of at least 1."
    case .above(.max): "is too large for any machine; lower it."
    case .above(let maximum): "is too large; give at most \(maximum)."
    case .notASeed: "is not a whole number from \(Int64.min) to \(UInt64.max)."
    case .notANumber: "is not a number, a fraction such as 1/2, or a root such as sqrt2."
    case .notFinite: "is not finite; give a finite number."
    case .negative: "is negative; give 0 or more."
    case .notBounds:
      "is not a range of numbers from 0 up, such as 0.5:0.8, 0.5: or :0.8."
    case .notWidths: "is not a list of at least two whole numbers from 1 up, such as 784,500,10."
    case .unequalWidths: "has different widths, which '--skip' cannot add up; make them equal."
    case .notLayers: "is not a list of layers from 1 up, such as 1,2,5-10."
    case .tooManyLayers(let most): "lists more than \(most) layers; use '--every'."
    case .beyondDepth(let layer, let depth):
      "goes to layer \(layer), beyond the depth \(depth); list less or deepen the stack."
    case .sweep(let problem): problem.message
    }
  }
}

extension GainError {
  /// Completes the sentence that the gain's name begins.
  fileprivate var message: String {
    let others = GainName.allCases.filter { $0 != name }.map(\.rawValue)
    return switch reason {
    case .notTabulated:
      "does not exist for \(layer), which calculate_gain does not know; give "
        + alternatives(["a number such as 1"] + others) + "."
    case .residual:
      "does not exist with '--skip': signal and gradient grow at any gain; give a number such as 1."
    case .layersDiffer:
      "does not exist where the layers' weights differ in variance; give a number such as 1."
    case .tooDeep:
      "is worked out for at most \(Experiment.deepestPrediction) layers; lower '--depth', or give a"
        + " number such as 1."
    case .oneLayer: "is every gain in a stack of one layer; give a number such as 1."
    case .meanNotZero:
      "is not to be found for weights whose mean is not 0; give a number such as 1."
    case .noVariance:
      "does not exist for weights whose variance is 0 or out of range; give a number such as 1."
    case .gainUnused:
      "does nothing, as no matrix of the layer uses the gain; give a number such as 1."
    case .notCovered(let limit):
      "is not to be found, as \(limit.summary); give a number such as 1."
    case .noneFound: "is not to be found from 1e-6 to 1e6; give a number such as 1."
    }
  }
}

extension InitializerError {
  /// Completes the sentence that the scheme begins.
  fileprivate var message: String {
    switch self {
    case .unknownScheme(let name):
      if let near = nearest(to: name, in: Initializer.catalogue.map(\.name)) {
        "is unknown.\(didYouMean(near))"
      } else {
        "is unknown; 'initprobe list' shows all."
      }
    case .unknownParameter(let scheme, let parameter, let known):
      "has the parameter \(quoted(parameter)), and \(scheme) takes "
        + (known.isEmpty ? "none" : "only \(known.joined(separator: ", "))") + "; leave it out."
    case .missingParameter(let scheme, let parameter):
      "lacks the parameter '\(parameter)'; give '\(scheme):\(parameter)=<value>'."
    case .repeatedParameter(_, let parameter):
      "has the parameter '\(parameter)' more than once; give it once."
    case .malformedParameter(let scheme, let text):
      "has \(quoted(text)) where a parameter should be; write '\(scheme):parameter=value'."
    case .badValue(_, let parameter, let value, let expected):
      "gives '\(parameter)' the value \(quoted(value)); it takes \(expected)."
    }
  }
}

private func didYouMean(_ near: String?) -> String {
  near.map { " Did you mean '\($0)'?" } ?? ""
}

/// `a`, `a or b`, `a, b or c`.
private func alternatives(_ items: [String]) -> String {
  guard let last = items.last, items.count > 1 else { return items.first ?? "" }
  return "\(items.dropLast().joined(separator: ", ")) or \(last)"
}

/// `text` in quotes, on one line and of bounded length whatever it holds.
func quoted(_ text: String) -> String {
  let longest = 100
  let start = text.unicodeScalars.prefix(longest)
  let printable = start.map { scalar in
    if let byte = scalar.escapedByte { return "\\x" + String(byte, radix: 16, uppercase: true) }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
      return scalar.escaped(asASCII: true)
    default: return String(scalar)
    }
  }
  return "'\(printable.joined())\(text.unicodeScalars.count > longest ? "…" : "")'"
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
  return unit == 0 ? "\(bytes) bytes" : "\(fixed(value, decimals: 1)) \(units[unit])"
}
