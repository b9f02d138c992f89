import SignalPropagation

/// What the user asked for, checked as far as the arguments alone allow.
enum Command: Equatable {
  case measure(Measurement)
  case predict(Measurement)
  case gain(GainQuestion)
  case sweep(SweepRequest)
  case list
  case help(CommandName)
  case version
  case completionScript(Shell)
}

/// A run to measure, or to predict, and how to report it.
struct Measurement: Equatable {
  /// The first trial; the others differ in their seed alone.
  var experiment: Experiment
  /// The name of a gain, which the experiment does not have until `resolveGain`.
  var namedGain: GainName?
  /// How many seeds are run, from the experiment's own upwards.
  var trials: Int
  /// Worker threads; `nil` for one on each core that this process may use.
  var threads: Int?
  var expectations: [Expectation]
  var format: Format
  var header: Bool
  var destination: Destination
  /// No progress and no notes.
  var quiet: Bool
  /// Whether the prediction stands beside what is measured.
  var theory = false
  /// Whether text shows more of a layer than out and grad.
  var statistics = false
  /// Whether a note says what the weights really are.
  var describesWeights = false

  /// Replaces the name of a gain by its number, which takes time that grows with the depth: so it is
  /// done when the size of the run is known to be sane, and not while the arguments are read.
  mutating func resolveGain() throws(ArgumentError) {
    guard let name = namedGain else { return }
    do throws(GainError) {
      experiment.gain = try name.value(for: experiment)
      namedGain = nil
    } catch {
      throw .value(Operand(name: "gain", text: name.rawValue), .noGain(error))
    }
  }

  var experiments: [Experiment] {
    (0..<trials).map { trial in
      var experiment = experiment
      experiment.seed &+= UInt64(trial)
      return experiment
    }
  }
}

/// How records are written.
enum Format: String, CaseIterable {
  case text, csv, jsonl
}

/// The shells that there are completion scripts for.
enum Shell: String, CaseIterable {
  case bash, zsh, fish
}

/// The commands as they are typed; a measurement has no name of its own.
enum CommandName: String, CaseIterable {
  case measure = ""
  case predict
  case gain
  case sweep
  case list

  /// `initprobe`, or `initprobe list`.
  var invocation: String { self == .measure ? "initprobe" : "initprobe \(rawValue)" }

  /// The commands that are typed as a first word.
  static var typed: [CommandName] { allCases.filter { $0 != .measure } }
}
