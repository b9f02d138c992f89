import SignalPropagation

/// What `initprobe list` prints: what a layer can say, presets, and initialisers, one a line.
enum Listing {
  static var text: String {
    let sections: [(title: String, entries: [(String, String)])] = [
      ("ACTIVATIONS", functions { $0.row.isActivation }),
      ("FUNCTIONS OF A LAYER, beside these", functions { !$0.row.isActivation }),
      (
        "NORMALISATIONS, over the units of a row",
        Normalization.allCases.map { ($0.rawValue, $0.formula) }
      ),
      ("NAMES AND MATRICES OF A LAYER", names),
      (
        "PRESETS, with the layer that each stands for",
        LayerPreset.all.map { ($0.name, "\($0.expression)  (\($0.source))") }
      ),
      (
        "INITIALISERS of fan_out × fan_in weights, with the gain g",
        Initializer.catalogue.map { ($0.name, explanation($0)) }
      ),
    ]
    let width = sections.flatMap(\.entries).map(\.0.count).max() ?? 0
    return sections.map { section in
      "\(section.title):\n"
        + section.entries.map { name, text in
          "  \(name)\(String(repeating: " ", count: width - name.count))  \(text)\n"
        }.joined()
    }.joined(separator: "\n")
  }

  /// Formula, and the parameters that may follow the argument.
  private static func functions(_ condition: (Activation.Kind) -> Bool) -> [(String, String)] {
    Activation.Kind.allCases.filter(condition).map { kind in
      let parameters = kind.row.parameters.map { parameter in
        parameter.name + (parameter.defaultValue.map { "=\($0.shortest)" } ?? "")
      }
      return (
        kind.rawValue,
        kind.row.formula + (parameters.isEmpty ? "" : "  [\(parameters.joined(separator: ", "))]")
      )
    }
  }

  private static let names = [
    ("h", "the input of the layer"),
    ("x0", "the input of the stack"),
    ("x", "in a formula: the pre-activation W(h)"),
    ("d, N, l, g, pi", "units of this layer, layers, number of this layer, the gain, π"),
    ("W(v)", "a matrix of its own; W1(v), Wup(v), ...: one matrix for each name in a layer"),
    ("out=, gain=, init=", "units of the result, gain and initialiser of this matrix"),
    ("std=, bias=", "normal weights of this deviation; a bias of this deviation"),
  ]

  /// Formula, source, and the parameters as they follow the name.
  private static func explanation(_ scheme: Initializer.Entry) -> String {
    let parameters = scheme.parameters.isEmpty ? "" : "  [:\(scheme.parameters)]"
    return "\(scheme.formula)  (\(scheme.source))\(parameters)"
  }
}
