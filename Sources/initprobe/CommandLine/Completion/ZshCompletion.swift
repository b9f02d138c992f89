/// `_arguments` knows all about options and positions; it only needs the table in its own notation.
var zshScript: String {
  """
  #compdef initprobe
  # zsh completion for initprobe
  _initprobe() {
      local command=
      ((CURRENT > 2)) && command=$words[2]
      case $command in
  \(zshCommands)
      esac
  }
  if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
      _initprobe "$@"
  else
      compdef _initprobe initprobe
  fi

  """
}

/// The measurement comes last, as it stands for every other first word.
private var zshCommands: String {
  (CommandName.typed + [.measure]).map { command in
    let positions = command.completions.enumerated().map { index, words in
      "'\(index + 1):argument:(\(list(words)))'"
    }
    let specifications = positions + command.allOptions.map(zshSpecification)
    return """
              \(command == .measure ? "*" : command.rawValue))
                  _arguments \\
      \(specifications.map { "                \($0)" }.joined(separator: " \\\n")) ;;
      """
  }.joined(separator: "\n")
}

/// `'--depth=[Number of layers.]:n:'`, `'--quiet[…]'`.
private func zshSpecification(_ option: OptionDescription) -> String {
  let help = option.help.map { character in
    switch character {
    case "[", "]", ":", "\\": "\\\(character)"
    case "'": "'\\''"
    default: String(character)
    }
  }.joined()
  guard let placeholder = option.placeholder else { return "'\(option.name)[\(help)]'" }
  let label = placeholder.filter { !"<>:".contains($0) }
  let action =
    switch option.values {
    case .free: ""
    case .words(let words): "(\(list(words)))"
    case .file: "_files"
    }
  return "'\(option.name)=[\(help)]:\(label):\(action)'"
}
