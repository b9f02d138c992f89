import SignalPropagation

/// What can be wrong with the arguments, as data; all wording is in this file.
enum ArgumentError: Error, Equatable {
  case missing([String])
  case unexpected(String)
  case unknownOption(String, near: String?)
  case repeatedOption(String)
  case missingValue(String, placeholder: String)
  case needlessValue(String, value: String)
  case conflict(String, String)
  case needsCompanion(String, companion: String)
  case value(Operand, ValueProblem)
  /// `needed` is `nil` where it is more bytes than an `Int` holds.
  case tooMuchMemory(needed: Int?, available: Int, sizes: [String])

  /// One line that names the argument, the value and the remedy.
  var message: String {
    switch self {
    case .missing(let names):
      let list = names.map { "<\($0)>" }.joined(separator: " and ")
      return "\(list) \(names.count == 1 ? "is" : "are") missing;"
        + " an example is 'initprobe tanh 5/3 --depth 100'."
    case .unexpected(let text):
      return "the argument \(quoted(text)) is one too many; leave it out."
    case .unknownOption(let name, let near):
      return "the option \(quoted(name)) is unknown.\(didYouMean(near))"
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
    }
  }
}

/// What is wrong with the value of one argument.
enum ValueProblem: Equatable {
  case unknownActivation(near: String?)
  case notAGain(names: [String], near: String?)
  case noGain(Activation, names: [String])
  case notOneOf([String])
  case notACount
  case above(Int)
  case notASeed
  case notANumber
  case notFinite
  case negative
  case notBounds
  case notLayers
  case tooManyLayers(most: Int)
  case beyondDepth(layer: Int, depth: Int)

  /// Completes the sentence that the argument and its value begin.
  var message: String {
    switch self {
    case .unknownActivation(let near):
      near == nil ? "is unknown; 'initprobe list' shows all." : "is unknown.\(didYouMean(near))"
    case .notAGain(let names, let near):
      "is not a number, a fraction such as 5/3, a root such as sqrt2, or "
        + (names.count == 1 ? "" : "one of ") + names.joined(separator: ", ")
        + ".\(didYouMean(near))"
    case .noGain(let activation, let names):
      "does not exist for \(activation.rawValue); give "
        + alternatives(["a number such as 1"] + names) + "."
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
    case .notLayers: "is not a list of layers from 1 up, such as 1,2,5-10."
    case .tooManyLayers(let most): "lists more than \(most) layers; use '--every'."
    case .beyondDepth(let layer, let depth):
      "goes to layer \(layer), beyond the depth \(depth); raise '--depth' or list less."
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
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
      scalar.escaped(asASCII: true)
    default: String(scalar)
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
