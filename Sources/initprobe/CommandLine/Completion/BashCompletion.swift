/// Bash hands over the words of the line; which of them are positional is for the script to find out.
var bashScript: String {
  """
  # bash completion for initprobe
  _initprobe() {
      local current=${COMP_WORDS[COMP_CWORD]} option= first= position=0 word options words
      local -a positions
      # Bash splits --option=value into three words.
      [[ $current == '=' ]] && current=
      for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
          if [[ $word == '=' ]]; then
              continue
          elif [[ -n $option ]]; then
              option=
          elif [[ ' \(list(CommandName.valuedOptions.map(\.name))) ' == *" $word "* ]]; then
              option=$word
          elif [[ $word != -* ]]; then
              ((position++)) || first=$word
          fi
      done
      case $first in
  \(bashCommands)
      esac
      if [[ $current == -* ]]; then
          words=$options
      else
          words=${positions[position]}
      fi
      case $option in
          '') ;;
  \(bashValues)
      esac
      COMPREPLY=($(compgen -W "$words" -- "$current"))
  }
  complete -F _initprobe initprobe

  """
}

/// The measurement comes last, as it stands for every other first word.
private var bashCommands: String {
  (CommandName.typed + [.measure]).map { command in
    """
            \(command == .measure ? "*" : command.rawValue))
                options='\(list(command.allOptions.map(\.name)))'
                positions=(\(command.completions.map { "'\(list($0))'" }.joined(separator: " "))) ;;
    """
  }.joined(separator: "\n")
}

private var bashValues: String {
  CommandName.valuedOptions.map { option in
    switch option.values {
    case .free: "        \(option.name)) return ;;"
    case .words(let words): "        \(option.name)) words='\(list(words))' ;;"
    case .file:
      "        \(option.name)) compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\"));"
        + " return ;;"
    }
  }.joined(separator: "\n")
}
