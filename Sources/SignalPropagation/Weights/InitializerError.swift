/// Why a text is no initialiser. Names are in lower case, as they were read.
package enum InitializerError: Error, Equatable, Sendable {
  /// No scheme has this name.
  case unknownScheme(String)
  /// The scheme has no such parameter; `known` are those it has.
  case unknownParameter(scheme: String, parameter: String, known: [String])
  /// A parameter that has no default is not there.
  case missingParameter(scheme: String, parameter: String)
  /// A parameter is there twice.
  case repeatedParameter(scheme: String, parameter: String)
  /// A part between commas is not `parameter=value`.
  case malformedParameter(scheme: String, text: String)
  /// The value is not what the parameter takes; `expected` says what that is, as in "a number above 0".
  case badValue(scheme: String, parameter: String, value: String, expected: String)
}
