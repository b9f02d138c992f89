import Arguments
import SignalPropagation

/// The numbers of a user's own in a layer, each a parameter with a column.
extension Parameter {
  /// The parameter before which a user's own stand.
  static let afterSettings = named("input_std")

  /// All parameters, a user's own with these names among them.
  static func all(settings: [String]) -> [Parameter] {
    let place = all.firstIndex { $0.name == afterSettings.name }!
    return all[..<place] + settings.map(setting) + all[place...]
  }

  /// The parameter that is a user's own number of this name.
  fileprivate static func setting(_ name: String) -> Parameter {
    Parameter(
      name, .setting, sweep: .setting,
      read: { (operand) throws(ArgumentError) in
        let setting = Setting(name: name, value: try operand.real() + 0)
        return ParameterValue(number: setting.value) { $0.experiment.set(setting) }
      },
      cell: { run, _ in Cell(run.settings.first { $0.name == name }?.value) })
  }

  /// The option that gives a user's own numbers, whose value is a name and what `value` stands for.
  static func settingOption(_ value: String, help: String) -> OptionDescription {
    OptionDescription(
      name: "--set", placeholder: "<name=\(value)>", help: help, isRepeatable: true)
  }
}

extension Operand {
  /// The parameter that `name=value` gives, with what it gives, where `known` are given already.
  func setting(known: [String]) throws(ArgumentError) -> (Parameter, value: Operand) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, Operand.isName(parts[0]) else { throw .value(self, .notASetting) }
    let name = String(parts[0])
    guard LayerVocabulary.isFree(name) else { throw .value(self, .settingHasMeaning(name)) }
    guard !LayerRow.table.columns.contains(where: { $0.name == name }) else {
      throw .value(self, .settingIsColumn(name))
    }
    guard !known.contains(name) else { throw .value(self, .settingIsRepeated(name)) }
    return (.setting(name), Operand(name: "\(self.name) \(name)", text: String(parts[1])))
  }

  /// Whether layers can have a value of this name.
  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.first, !first.isNumber else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}

extension Experiment {
  /// Gives a number its value, behind those that have one already.
  fileprivate mutating func set(_ setting: Setting) {
    if let index = settings.firstIndex(where: { $0.name == setting.name }) {
      settings[index] = setting
    } else {
      settings.append(setting)
    }
  }

  /// The names of the user's own numbers.
  var settingNames: [String] { settings.map(\.name) }
}
