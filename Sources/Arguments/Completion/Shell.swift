/// The shells that there are completion scripts for.
package enum Shell: String, CaseIterable, Sendable {
  /// GNU Bash.
  case bash
  /// The Z shell.
  case zsh
  /// Fish.
  case fish

  /// A script that makes the shell complete the arguments of `program`, made from the tables of help.
  ///
  /// - Parameter plain: What the script calls the command without a name.
  package func script(for program: Program, plain: String) -> String {
    switch self {
    case .bash: BashCompletion(program: program).script
    case .zsh: ZshCompletion(program: program).script
    case .fish: FishCompletion(program: program, plain: plain).script
    }
  }
}

extension [String] {
  /// The words as the shells' lists want them.
  var spaced: String { joined(separator: " ") }
}
