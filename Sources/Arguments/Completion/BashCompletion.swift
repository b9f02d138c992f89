/// Bash hands over the words of the line; which of them are positional is for the script to find out.
struct BashCompletion {
  let program: Program

  var script: String {
    """
    # bash completion for \(program.name)
    _\(program.name)() {
        local current=${COMP_WORDS[COMP_CWORD]} option= first= position=0 word options words files=
        local -a positions
        # Bash splits --option=value into three words.
        [[ $current == '=' ]] && current=
        for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
            if [[ $word == '=' ]]; then
                continue
            elif [[ -n $option ]]; then
                option=
            elif [[ ' \(program.valuedOptions.map(\.name).spaced) ' == *" $word "* ]]; then
                option=$word
            elif [[ $word != -* ]]; then
                ((position++)) || first=$word
            fi
        done
        case $first in
    \(commands)
        esac
        if [[ $current == -* ]]; then
            words=$options
        elif [[ -z $option && $files ]]; then
            compopt -o filenames
            COMPREPLY=($(compgen -f -- "$current"))
            return
        else
            words=${positions[position]}
        fi
        case $option in
            '') ;;
    \(values)
        esac
        COMPREPLY=($(compgen -W "$words" -- "$current"))
    }
    complete -F _\(program.name) \(program.name)

    """
  }

  /// The measurement comes last, as it stands for every other first word.
  private var commands: String {
    program.namelessLast.map { command in
      """
              \(command.name.isEmpty ? "*" : command.name))
                  options='\(command.allOptions.map(\.name).spaced)'\(command.takesFiles ? " files=yes" : "")
                  positions=(\(program.completions(command).map { "'\($0.spaced)'" }.joined(separator: " "))) ;;
      """
    }.joined(separator: "\n")
  }

  private var values: String {
    program.valuedOptions.map { option in
      switch option.values {
      case .free: "        \(option.name)) return ;;"
      case .words(let words): "        \(option.name)) words='\(words.spaced)' ;;"
      case .file:
        "        \(option.name)) compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\"));"
          + " return ;;"
      }
    }.joined(separator: "\n")
  }
}
