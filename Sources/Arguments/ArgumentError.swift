/// What can be wrong with the arguments, as data, and how it is said.
package enum ArgumentError: Error, Equatable {
  /// Positional arguments, by their names.
  case missing([String], example: String)
  /// A positional argument after the last one.
  case unexpected(String)
  /// `near` is an option that may have been meant.
  case unknownOption(String, near: String?)
  /// An option of other commands; the remedy is the rest of the sentence.
  case foreignOption(String, command: String, remedy: String)
  /// An option that is there twice.
  case repeatedOption(String)
  /// An option without its value.
  case missingValue(String, placeholder: String)
  /// A flag with a value.
  case needlessValue(String, value: String)
  /// Two options that exclude each other.
  case conflict(String, String)
  /// An option that means nothing without another.
  case needsCompanion(String, companion: String)
  /// The value of one argument.
  case value(Operand, ValueProblem)
  /// Anything else, as a whole sentence.
  case refused(String)

  /// One line that names the argument, the value and the remedy.
  package var message: String {
    switch self {
    case .missing(let names, let example):
      let list = names.map { "<\($0)>" }.joined(separator: " and ")
      return "\(list) \(names.count == 1 ? "is" : "are") missing;"
        + " an example is '\(example)'."
    case .unexpected(let text):
      return "the argument \(text.quoted) is one too many; leave it out."
    case .unknownOption(let name, let near):
      return "the option \(name.quoted) is unknown.\(Suggestion.question(near))"
    case .foreignOption(let name, let command, let remedy):
      return "the option '\(name)' has no place in '\(command)'; \(remedy)"
    case .repeatedOption(let name):
      return "the option '\(name)' is given more than once; give it once."
    case .missingValue(let name, let placeholder):
      return "the option '\(name)' needs a value, as in '\(name) \(placeholder)'."
    case .needlessValue(let name, let value):
      return "the option '\(name)' takes no value; leave out \("=\(value)".quoted)."
    case .conflict(let one, let other):
      return "the options '\(one)' and '\(other)' exclude each other; give one of them."
    case .needsCompanion(let option, let companion):
      return "the option '\(option)' works only with '\(companion)'; add that or leave it out."
    case .value(let operand, let problem):
      return "\(operand.phrase) \(problem.message)"
    case .refused(let sentence): return sentence
    }
  }
}

/// What is wrong with the value of one argument.
///
/// Who knows more of values than this module adds problems of his own in an extension.
package struct ValueProblem: Error, Equatable {
  /// Completes the sentence that the argument and its value begin.
  package let message: String

  /// A problem in words that complete the sentence "the value 'x' of '--option' …".
  package init(_ message: String) { self.message = message }

  /// No whole number above 0.
  package static let notACount = ValueProblem("is not a whole number of at least 1.")
  /// No number at all.
  package static let notANumber = ValueProblem(
    "is not a number, a fraction such as 1/2, or a root such as sqrt2.")
  /// NaN or an infinity.
  package static let notFinite = ValueProblem("is not finite; give a finite number.")
  /// Below 0.
  package static let negative = ValueProblem("is negative; give 0 or more.")
  /// Not `from:to:step`.
  package static let notARange = ValueProblem(
    "is not a range from:to:step of decimals, such as 0.5:2:0.1.")
  /// A range whose step has the wrong sign, or is 0.
  package static let stepsAway = ValueProblem(
    "does not get from its first number to its second; give another step.")
  /// A range with too many digits.
  package static let tooFine = ValueProblem(
    "has a step too fine for its numbers; give fewer digits.")

  /// More than `maximum`, which is the largest `Int` where nothing else limits the value.
  package static func above(_ maximum: Int) -> ValueProblem {
    ValueProblem(
      maximum == .max
        ? "is too large for any machine; lower it." : "is too large; give at most \(maximum).")
  }

  /// None of a fixed set of words.
  package static func notOneOf(_ choices: [String]) -> ValueProblem {
    ValueProblem("is not one of \(choices.joined(separator: ", ")).")
  }

  /// A list or range that is too long.
  package static func tooManyValues(most: Int) -> ValueProblem {
    ValueProblem("has more than \(most) values; give fewer.")
  }
}
