/// One row of the option table: what parsing, usage, help and the completion scripts know of an option.
struct Option<Arguments>: Sendable {
  let description: OptionDescription
  /// Sets what the option stands for; a flag gets an empty operand.
  let apply: @Sendable (inout Arguments, Operand) throws(ArgumentError) -> Void

  init(
    _ name: String, _ placeholder: String? = nil, help: String, default defaultValue: String? = nil,
    values: OptionDescription.Values = .free, isRequired: Bool = false,
    apply: @escaping @Sendable (inout Arguments, Operand) throws(ArgumentError) -> Void
  ) {
    let description = OptionDescription(
      name: name, placeholder: placeholder, help: help, defaultValue: defaultValue, values: values,
      isRequired: isRequired)
    self.init(description, apply: apply)
  }

  init(
    _ description: OptionDescription,
    apply: @escaping @Sendable (inout Arguments, Operand) throws(ArgumentError) -> Void
  ) {
    self.description = description
    self.apply = apply
  }
}

/// The part of an option that is shown.
struct OptionDescription: Sendable {
  /// With its dashes.
  let name: String
  /// What stands for the value in usage and help, such as `<n>`; `nil` for a flag.
  let placeholder: String?
  let help: String
  let defaultValue: String?
  let values: Values
  var isRequired = false

  /// What a shell can complete after the option.
  enum Values: Sendable {
    case free
    case words([String])
    case file
  }

  /// `--depth <n>`, or `--quiet`.
  var synopsis: String { placeholder.map { "\(name) \($0)" } ?? name }
}

/// Distributes `tokens` over the options, in any order, and returns those that belong to none.
///
/// `--name value` and `--name=value` are the same; after `--` nothing is an option.
func parse<Arguments>(
  _ tokens: [String], options: [Option<Arguments>], into arguments: inout Arguments
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
      throw .unknownOption(name, near: nearest(to: name, in: options.map(\.description.name)))
    }
    guard seen.insert(name).inserted else { throw .repeatedOption(name) }
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
func looksLikeOption(_ token: String) -> Bool {
  guard token.hasPrefix("-"), token.count > 1 else { return false }
  let afterDash = token.dropFirst().lowercased()
  return
    !(afterDash.first!.isNumber || afterDash.hasPrefix(".") || afterDash.hasPrefix("sqrt")
    || ["inf", "infinity", "nan"].contains(afterDash))
}
