import SignalPropagation

/// What `initprobe list` prints: activations, then initialisers, one a line.
enum Listing {
  static var text: String {
    let activations = Activation.listed.map { ($0.name, $0.kind.row.formula) }
    let initializers = Initializer.catalogue.map { ($0.name, explanation($0)) }
    let width = (activations + initializers).map(\.0.count).max() ?? 0
    func lines(_ entries: [(String, String)]) -> String {
      entries.map { name, text in
        "  \(name)\(String(repeating: " ", count: width - name.count))  \(text)\n"
      }.joined()
    }
    return "ACTIVATIONS:\n" + lines(activations)
      + "\nINITIALISERS of fan_out × fan_in weights, with the gain g:\n" + lines(initializers)
  }

  /// Formula, source, and the parameters as they follow the name.
  private static func explanation(_ scheme: Initializer.Entry) -> String {
    let parameters = scheme.parameters.isEmpty ? "" : "  [:\(scheme.parameters)]"
    return "\(scheme.formula)  (\(scheme.source))\(parameters)"
  }
}
