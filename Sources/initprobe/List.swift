import SignalPropagation

/// What `initprobe list` prints: activations, then initialisers, each with its formula.
func listing() -> String {
  let activations = Activation.allCases.map { ($0.rawValue, $0.formula) }
  let initializers = Initializer.descriptions
  let width = (activations + initializers).map(\.0.count).max() ?? 0
  func section(_ title: String, _ entries: [(String, String)]) -> String {
    "\(title):\n"
      + entries.map { name, formula in
        "  \(name)\(String(repeating: " ", count: width - name.count))  \(formula)\n"
      }.joined()
  }
  return section("ACTIVATIONS", activations) + "\n" + section("INITIALISERS", initializers)
}
