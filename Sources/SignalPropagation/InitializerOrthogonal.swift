extension Initializer {
  /// Whether the matrix has orthogonal rows or columns instead of independent entries.
  var isOrthogonal: Bool { self == .orthogonal }
}
