import Arguments
import NamedActivations
import SignalPropagation
import Testing

@testable import initprobe

@Suite struct Help {
  @Test(arguments: [
    (["--help"], CommandName.measure), (["-h"], .measure), (["list", "--help"], .list),
    (["predict", "--help"], .predict), (["gain", "--help"], .gain),
    (["sweep", "--help"], .sweep), (["merge", "--help"], .merge),
    (["pytorch", "--help"], .pytorch), (["help", "--help"], .help),
    (["help"], .measure), (["help", "Sweep"], .sweep),
  ])
  func `shows usage and every option within 80 columns`(
    arguments: [String], command: CommandName
  ) throws {
    let outcome = try Binary.run(arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.contains("USAGE: \(command.syntax.usage)"))
    #expect(lines.allSatisfy { $0.count <= 80 })
    for option in command.syntax.options {
      #expect(lines.contains { "\($0) ".hasPrefix("  \(option.synopsis) ") }, "\(option.name)")
    }
  }

  @Test func `shows the defaults that an experiment has`() throws {
    let experiment = try MeasureRequest(parsing: ["tanh", "1"]).draft.experiment
    let defaults = Dictionary(
      uniqueKeysWithValues: CommandName.measure.syntax.options.map { ($0.name, $0.defaultValue) })
    #expect(defaults["--depth"] == "\(experiment.shape.depth)")
    #expect(defaults["--width"] == "\(experiment.shape.width(ofLayer: 1))")
    #expect(defaults["--batch"] == "\(experiment.batch)")
    #expect(defaults["--seed"] == "\(experiment.seed)")
    #expect(defaults["--input-std"] == experiment.inputStd.shortest)
    #expect(experiment.reports == .every(10))
    #expect(defaults["--every"] == "10")
  }

  @Test func `lists every activation once, with its formula`() throws {
    let outcome = try Binary.run(["list"])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let lines = outcome.output.split(separator: "\n")
    for scheme in Initializer.catalogue {
      #expect(
        lines.filter { $0.hasPrefix("  \(scheme.name) ") && $0.contains(scheme.formula) }.count == 1
      )
    }
    for activation in Activation.listed {
      let entries = lines.filter {
        $0.split(separator: " ").first == Substring(activation.name)
      }
      #expect(entries.count == 1)
      let formula = entries.first?.split(separator: "  [").first
      #expect(formula?.hasSuffix("  \(activation.kind.row.formula)") == true)
    }
  }

  @Test func `tells the version`() throws {
    let outcome = try Binary.run(["--version"])
    #expect(outcome == Outcome(output: "initprobe \(InitProbe.version)\n", errors: "", status: 0))
  }
}

@Suite struct `Completion in bash` {
  /// What the script offers for the words of a line, the last of which is being typed.
  private func completions(_ words: [String]) throws -> [String] {
    let array = words.map { "'\($0)'" }.joined(separator: " ")
    let outcome = try Binary.shell(
      """
      eval "$($initprobe --generate-completion-script bash)"
      COMP_WORDS=(\(array)); COMP_CWORD=\(words.count - 1); _initprobe
      printf '%s\\n' "${COMPREPLY[@]}"
      """)
    #expect(outcome.errors == "")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test func `offers activations, then gains`() throws {
    let first = try completions(["initprobe", ""])
    #expect(
      first == Activation.listed.map(\.name) + LayerPreset.all.map(\.name)
        + CommandName.typed.map(\.rawValue))
    #expect(try completions(["initprobe", "predict", "tan"]).contains("tanh"))
    #expect(try completions(["initprobe", "tan"]).contains("tanh"))
    #expect(try completions(["initprobe", "tanh", ""]) == GainName.allCases.map(\.rawValue))
    #expect(try completions(["initprobe", "--depth", "5", "tanh", "py"]) == ["pytorch"])
    #expect(try completions(["initprobe", "tanh", "1", ""]) == [])
  }

  @Test func `offers options and their values`() throws {
    #expect(try completions(["initprobe", "tanh", "1", "--no"]) == ["--no-grad", "--no-header"])
    #expect(
      try completions(["initprobe", "tanh", "1", "--format", ""]) == [
        "text", "table", "csv", "jsonl",
      ])
    #expect(try completions(["initprobe", "--format", "=", "c"]) == ["csv"])
    #expect(try completions(["initprobe", "--format", "="]) == ["text", "table", "csv", "jsonl"])
    #expect(try completions(["initprobe", "--depth", ""]) == [])
    #expect(try completions(["initprobe", "list", "--"]) == ["--help", "--version"])
  }

  @Test(arguments: Shell.allCases)
  func `and the other shells names every option`(shell: Shell) throws {
    let outcome = try Binary.run(["--generate-completion-script", shell.rawValue])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    for option in CommandName.measure.syntax.options {
      #expect(outcome.output.contains(option.name.dropFirst(2)))
    }
  }

  @Test(arguments: [Shell.bash, .zsh, .fish])
  func `and the other shells is in their syntax`(shell: Shell) throws {
    let check = """
      command -v \(shell) > /dev/null || exit 0
      \(shell) -n <($initprobe --generate-completion-script \(shell))
      """
    #expect(try Binary.shell(check) == Outcome(output: "", errors: "", status: 0))
  }
}
