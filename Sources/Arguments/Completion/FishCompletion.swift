/// Fish knows options but not positions, which functions of the script count.
struct FishCompletion {
  let program: Program
  /// The word for the command without a name.
  let plain: String

  var script: String {
    """
    # fish completion for \(program.name)
    function __\(program.name)_words -d 'The positional arguments before the cursor'
        set -l valued \(program.valuedOptions.map(\.name).spaced)
        set -l expecting no
        set -l tokens (commandline -opc)
        for token in $tokens[2..]
            if test $expecting = yes
                set expecting no
            else if contains -- $token $valued
                set expecting yes
            else if not string match -q -- '-*' $token
                echo $token
            end
        end
    end
    function __\(program.name)_command -d 'The command on the line is this one'
        set -l words (__\(program.name)_words)
        if contains -- "$words[1]" \(program.namedCommands.map(\.name).spaced)
            test $words[1] = $argv[1]
        else
            test \(plain) = $argv[1]
        end
    end
    function __\(program.name)_position -d 'The cursor is at this position of this command'
        __\(program.name)_command $argv[1]; and test (count (__\(program.name)_words)) -eq $argv[2]
    end
    complete -c \(program.name) -f
    \(program.commands.map(lines).joined(separator: "\n"))

    """
  }

  private func lines(_ command: CommandSyntax) -> String {
    let name = command.name.isEmpty ? plain : command.name
    let positions = program.completions(command).enumerated().map { index, words in
      "complete -c \(program.name) -n '__\(program.name)_position \(name) \(index)' -a '\(words.spaced)'"
    }
    let options = command.allOptions.map {
      "complete -c \(program.name) -n '__\(program.name)_command \(name)' \(specification($0))"
    }
    let files =
      command.takesFiles
      ? ["complete -c \(program.name) -n '__\(program.name)_command \(name)' -F"] : []
    return (positions + files + options).joined(separator: "\n")
  }

  private func specification(_ option: OptionDescription) -> String {
    let values =
      switch option.values {
      case _ where option.placeholder == nil: ""
      case .free: " -x"
      case .words(let words): " -x -a '\(words.spaced)'"
      case .file: " -r -F"
      }
    let help = option.help.map { $0 == "'" ? "\\'" : String($0) }.joined()
    return "-l \(option.name.dropFirst(2))\(values) -d '\(help)'"
  }
}
