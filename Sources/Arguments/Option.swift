/// One row of a table of options: what parsing, usage, help and completion know of an option.
package struct Option<Arguments>: Sendable {
  /// Sets what an option stands for in the arguments; a flag gets an empty operand.
  package typealias Apply = @Sendable (inout Arguments, Operand) throws(ArgumentError) -> Void

  /// The part that is shown.
  package let description: OptionDescription
  /// What the option does.
  package let apply: Apply

  /// An option, or without a placeholder a flag.
  package init(
    _ name: String, _ placeholder: String? = nil, help: String, default defaultValue: String? = nil,
    values: OptionDescription.Values = .free, isRequired: Bool = false, isRepeatable: Bool = false,
    apply: @escaping Apply
  ) {
    self.init(
      OptionDescription(
        name: name, placeholder: placeholder, help: help, defaultValue: defaultValue,
        values: values, isRequired: isRequired, isRepeatable: isRepeatable), apply: apply)
  }

  /// An option that is described elsewhere.
  package init(_ description: OptionDescription, apply: @escaping Apply) {
    self.description = description
    self.apply = apply
  }

  /// The same option for arguments of which these are a part.
  package func within<Whole>(
    _ part: WritableKeyPath<Whole, Arguments> & Sendable
  ) -> Option<Whole> {
    Option<Whole>(description) { (whole, operand) throws(ArgumentError) in
      try apply(&whole[keyPath: part], operand)
    }
  }
}

/// Options that stand together in the help, under a title.
package struct OptionGroup<Arguments>: Sendable {
  /// In capitals.
  package let title: String
  /// In the order of the help.
  package let options: [Option<Arguments>]

  /// A group.
  package init(_ title: String, _ options: [Option<Arguments>]) {
    self.title = title
    self.options = options
  }

  /// What is shown of the group.
  package var descriptions: OptionSection {
    OptionSection(title, options.map(\.description))
  }
}

/// What is shown of a group of options.
package struct OptionSection: Sendable {
  let title: String
  let options: [OptionDescription]

  /// A section.
  package init(_ title: String, _ options: [OptionDescription]) {
    self.title = title
    self.options = options
  }
}

/// The part of an option that is shown.
package struct OptionDescription: Sendable {
  /// With its dashes.
  package let name: String
  /// What stands for the value in usage and help, such as `<n>`; `nil` for a flag.
  package let placeholder: String?
  /// One or more sentences.
  package let help: String
  /// As it would be typed, or a few words.
  package let defaultValue: String?
  /// What a shell can complete.
  package let values: Values
  /// Whether the command cannot do without.
  package let isRequired: Bool
  /// Whether it may be given more than once.
  package let isRepeatable: Bool

  /// A description; a flag has neither a placeholder nor values.
  package init(
    name: String, placeholder: String? = nil, help: String, defaultValue: String? = nil,
    values: Values = .free, isRequired: Bool = false, isRepeatable: Bool = false
  ) {
    self.name = name
    self.placeholder = placeholder
    self.help = help
    self.defaultValue = defaultValue
    self.values = values
    self.isRequired = isRequired
    self.isRepeatable = isRepeatable
  }

  /// What a shell can complete after the option.
  package enum Values: Sendable {
    /// Anything.
    case free
    /// One of these.
    case words([String])
    /// The name of a file.
    case file
  }

  /// `--depth <n>`, or `--quiet`.
  package var synopsis: String { placeholder.map { "\(name) \($0)" } ?? name }
}
