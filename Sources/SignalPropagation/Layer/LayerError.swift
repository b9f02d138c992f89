/// Why a text is no layer, or no layer of this stack.
package struct LayerError: Error, Equatable {
  /// What is wrong.
  package let problem: Problem
  /// The text as it was given.
  package let source: String
  /// Where in it, in characters from its start.
  package let column: Int
  /// The first layer, 1…depth, in which it goes wrong, where it does not in all.
  package var layer: Int?

  /// What can be wrong, as data.
  package enum Problem: Equatable, Sendable {
    // The grammar.
    case empty
    case unexpected(String)
    case unfinished
    case neverClosed
    case neverOpened
    case malformedNumber(String)
    case tooLong(most: Int)
    case tooDeep(most: Int)
    case tooManyLayers(most: Int)
    case positionalAfterKey
    case emptyStatement

    // Names.
    case unknownFunction(String)
    case undefined(String)
    case notCalled(String)
    case notAFunction(String)
    case reserved(String)
    case assignedTwice(String)
    case unused(String)
    case noEffect
    case setButUnused(String)
    case mixesInputs
    case noInput
    case skipNeedsFormula

    // Values.
    case takesVector(String)
    case takesNumber(String)
    case argumentCount(String, least: Int, most: Int, given: Int)
    case unknownKey(String, key: String, known: [String])
    case repeatedKey(String)
    case notAScheme(String)
    case parameter(function: String, String)
    case exponent
    case notFinite
    case divisionByZero
    case isNumber
    case keyConflict(String, String)

    // Widths.
    case unequalWidths(Int, Int)
    case givesWidth(Int, next: Int)
    case matrixShape(String, first: [Int], here: [Int])
    case matrixDiffers(String, key: String)
    case badWidth(Double)
    case badStd(key: String, Double)
  }
}
