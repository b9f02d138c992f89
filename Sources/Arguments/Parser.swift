/// Distributes the words of a command line over options and positional arguments.
package struct Parser<Arguments> {
  private let options: [Option<Arguments>]

  /// A parser that knows these options.
  package init(_ options: [Option<Arguments>]) { self.options = options }

  /// A parser that knows the options of these groups.
  package init(_ groups: [OptionGroup<Arguments>]) { self.init(groups.flatMap(\.options)) }

  /// Applies each option among `tokens`, in any order, and returns what belongs to none.
  ///
  /// `--name value` and `--name=value` are the same; after `--` nothing is an option.
  package func parse(
    _ tokens: [String], into arguments: inout Arguments
  ) throws(ArgumentError) -> [String] {
    var positionals: [String] = []
    var seen: Set<String> = []
    var rest = tokens[...]
    while let token = rest.popFirst() {
      if token == "--" { return positionals + rest }
      guard looksLikeOption(token) else {
        positionals.append(token)
        continue
      }
      let parts = token.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = options.first(where: { $0.description.name == name }) else {
        let near = Suggestion.nearest(to: name, in: options.map(\.description.name))
        throw .unknownOption(name, near: near)
      }
      guard seen.insert(name).inserted || option.description.isRepeatable else {
        throw .repeatedOption(name)
      }
      let attached = parts.count == 2 ? String(parts[1]) : nil
      let operand = try operand(of: option.description, attached: attached, rest: &rest)
      try option.apply(&arguments, operand)
    }
    return positionals
  }

  private func operand(
    of option: OptionDescription, attached: String?, rest: inout ArraySlice<String>
  ) throws(ArgumentError) -> Operand {
    guard let placeholder = option.placeholder else {
      if let attached { throw .needlessValue(option.name, value: attached) }
      return Operand(name: option.name, text: "")
    }
    if let attached { return Operand(name: option.name, text: attached) }
    guard let next = rest.first, !looksLikeOption(next), next != "--" else {
      throw .missingValue(option.name, placeholder: placeholder)
    }
    rest.removeFirst()
    return Operand(name: option.name, text: next)
  }

  /// A dash begins an option, unless it begins a negative number or stands alone.
  private func looksLikeOption(_ token: String) -> Bool {
    guard token.hasPrefix("-"), token.count > 1 else { return false }
    let afterDash = token.dropFirst().lowercased()
    // No option has these, an expression that begins with a sign does.
    if !token.hasPrefix("--"), token.contains(where: { "(*+/".contains($0) }) { return false }
    return
      !(afterDash.first!.isNumber || afterDash.hasPrefix(".") || afterDash.hasPrefix("sqrt")
      || ["inf", "infinity", "nan"].contains(afterDash))
  }
}
