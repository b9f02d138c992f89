/// `_arguments` knows all about options and positions; it only needs the table in its own notation.
struct ZshCompletion {
  let program: Program

  var script: String {
    """
    #compdef \(program.name)
    # zsh completion for \(program.name)
    _\(program.name)() {
        local command=
        ((CURRENT > 2)) && command=$words[2]
        case $command in
    \(commands)
        esac
    }
    if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
        _\(program.name) "$@"
    else
        compdef _\(program.name) \(program.name)
    fi

    """
  }

  /// The measurement comes last, as it stands for every other first word.
  private var commands: String {
    program.namelessLast.map { command in
      let positions = program.completions(command).enumerated().map { index, words in
        "'\(index + 1):argument:(\(words.spaced))'"
      }
      let files = command.takesFiles ? ["'*:file:_files'"] : []
      let specifications = positions + files + command.allOptions.map(specification)
      return """
                \(command.name.isEmpty ? "*" : command.name))
                    _arguments \\
        \(specifications.map { "                \($0)" }.joined(separator: " \\\n")) ;;
        """
    }.joined(separator: "\n")
  }

  /// `'--depth=[Number of layers.]:n:'`, `'--quiet[…]'`.
  private func specification(_ option: OptionDescription) -> String {
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
      case .words(let words): "(\(words.spaced))"
      case .file: "_files"
      }
    let repetition = option.isRepeatable ? "*" : ""
    return "'\(repetition)\(option.name)=[\(help)]:\(label):\(action)'"
  }
}
