/// A gain as it is asked for: the number itself, or a name that an experiment gives a number to.
package enum GainSetting: Hashable, Sendable {
  /// The gain itself.
  case number(Double)
  /// A gain that depends on the other parameters of the experiment.
  case named(GainName)
}

/// An experiment whose gain may still be a name, and whose loss may still be up to the layer.
package struct ExperimentDraft: Equatable, Sendable {
  /// All but the gain, which is 1 here, and the loss.
  package var experiment: Experiment
  /// The gain.
  package var gain: GainSetting
  /// What is differentiated; `nil` for what suits the layer.
  package var loss: Loss?

  /// A draft of `experiment`, whose own gain does not count.
  package init(_ experiment: Experiment, gain: GainSetting) {
    self.experiment = experiment.with(gain: 1)
    self.gain = gain
  }

  /// The draft with one more value in it.
  package func applying(_ setting: ParameterValue) -> ExperimentDraft {
    var draft = self
    setting.apply(&draft)
    return draft
  }

  /// The experiment with its gain as a number, which for a name takes time that grows with the depth.
  package func resolved() throws(GainError) -> Experiment {
    switch gain {
    case .number(let number): with(gain: number)
    case .named(let name): with(gain: try name.value(for: experiment))
    }
  }

  /// The experiment at this gain.
  package func with(gain: Double) -> Experiment {
    var experiment = experiment.with(gain: gain)
    experiment.loss = loss ?? .standard(for: experiment.layer)
    return experiment
  }
}

/// A value of one parameter, ready to be put into a draft.
package struct ParameterValue: Sendable {
  /// The canonical spelling: equal values have equal texts.
  package let text: String
  /// Puts the value into a draft.
  package let apply: @Sendable (inout ExperimentDraft) -> Void

  /// A value with its spelling.
  package init(_ text: String, apply: @escaping @Sendable (inout ExperimentDraft) -> Void) {
    self.text = text
    self.apply = apply
  }
}

extension ParameterValue: Hashable {
  /// Of two values of one parameter.
  package static func == (a: ParameterValue, b: ParameterValue) -> Bool { a.text == b.text }

  /// By the spelling.
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
