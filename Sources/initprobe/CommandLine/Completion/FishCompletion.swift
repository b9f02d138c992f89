/// Fish knows options but not positions, which functions of the script count.
var fishScript: String {
  """
  # fish completion for initprobe
  function __initprobe_words -d 'The positional arguments before the cursor'
      set -l valued \(list(CommandName.valuedOptions.map(\.name)))
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
  function __initprobe_command -d 'The command on the line is this one'
      set -l words (__initprobe_words)
      if contains -- "$words[1]" \(list(CommandName.typed.map(\.rawValue)))
          test $words[1] = $argv[1]
      else
          test measure = $argv[1]
      end
  end
  function __initprobe_position -d 'The cursor is at this position of this command'
      __initprobe_command $argv[1]; and test (count (__initprobe_words)) -eq $argv[2]
  end
  complete -c initprobe -f
  \(CommandName.allCases.map(fishCommand).joined(separator: "\n"))

  """
}

private func fishCommand(_ command: CommandName) -> String {
  let name = command == .measure ? "measure" : command.rawValue
  let positions = command.completions.enumerated().map { index, words in
    "complete -c initprobe -n '__initprobe_position \(name) \(index)' -a '\(list(words))'"
  }
  let options = command.allOptions.map { option in
    "complete -c initprobe -n '__initprobe_command \(name)' \(fishOption(option))"
  }
  return (positions + options).joined(separator: "\n")
}

private func fishOption(_ option: OptionDescription) -> String {
  let values =
    switch option.values {
    case _ where option.placeholder == nil: ""
    case .free: " -x"
    case .words(let words): " -x -a '\(list(words))'"
    case .file: " -r -F"
    }
  let help = option.help.map { $0 == "'" ? "\\'" : String($0) }.joined()
  return "-l \(option.name.dropFirst(2))\(values) -d '\(help)'"
}
