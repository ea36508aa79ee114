extension ShellCompletions {
    static func bash(_ catalog: CommandCatalog) -> String {
        let first = joined(firstWords(catalog).map(\.word))
        let groups = catalog.groups.map { group in
            "    \(group.name)) _sidecar_words \(ShellWord.quoted("\(joined(names(in: group, catalog).map(\.word))) --help")); return ;;\n"
        }.joined()
        let groupHelp = catalog.groups.map { group in
            "    \"3 \(group.name)\") _sidecar_words \(ShellWord.quoted(joined(names(in: group, catalog).map(\.word)))) ;;\n"
        }.joined()
        return """
            # bash completion for sidecar: source <(sidecar completions bash)
            _sidecar_words() { mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$1" -- "$current"); }
            _sidecar_paths() {
              local -a paths
              mapfile -t paths < <(compgen -P "$prefix" "$1" -- "$current")
              COMPREPLY+=("${paths[@]}")
              compopt -o filenames 2>/dev/null
            }
            _sidecar() {
              local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" prefix= attached= word
              COMPREPLY=()
              # What stands behind -- is handed on.
              for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word == -- ]] && return; done
              # --flag=value is three words where = breaks them, as it does unless somebody has decided otherwise.
              if [[ $current == = ]]; then
                current= attached=yes
              elif [[ $previous == = ]]; then
                previous="${COMP_WORDS[COMP_CWORD-2]}" attached=yes
              elif [[ $current == --*=* ]]; then
                previous="${current%%=*}" prefix="${current%%=*}=" current="${current#*=}" attached=yes
              fi
              if (( COMP_CWORD == 1 )); then
                _sidecar_words '\(first) --help --version'
                return
              fi
              if [[ ${COMP_WORDS[1]} == help ]]; then
                case "$COMP_CWORD ${COMP_WORDS[2]}" in
                "2 "*) _sidecar_words '\(joined(catalog.firstWords.map(\.word)))' ;;
            \(groupHelp)    esac
                return
              fi
              if (( COMP_CWORD == 2 )); then
                case "${COMP_WORDS[1]}" in
            \(groups)    esac
              fi
              case "${COMP_WORDS[*]:1:COMP_CWORD-1}" in
            \(catalog.commands.map(bashCase).joined())  esac
            }
            complete -F _sidecar sidecar

            """
    }

    private static func bashCase(_ command: CommandDeclaration) -> String {
        let values = command.allFlags.compactMap { flag in
            flag.value.map { "        \(flag.name)) \(bashOffer($0.shape)); return ;;\n" }
        }.joined()
        let choices = command.arguments.flatMap { argument -> [String] in
            if case .choice(let words) = argument.shape { words } else { [] }
        }
        let takesFile = command.arguments.contains { $0.shape == .file }
        return """
              "\(command.name)"|"\(command.name) "*)
                  case "$previous" in
            \(values)      esac
                  [[ $attached ]] && return
                  _sidecar_words \(ShellWord.quoted(joined(command.allFlags.map(\.name) + choices)))
            \(takesFile ? "      [[ $current == -* ]] || _sidecar_paths -f\n" : "")      ;;

            """
    }

    private static func bashOffer(_ shape: ValueShape) -> String {
        switch shape {
        case .file: "_sidecar_paths -f"
        case .folder: "_sidecar_paths -d"
        case .choice(let words): "_sidecar_words \(ShellWord.quoted(joined(words)))"
        case .text: ":"
        }
    }

    private static func joined(_ words: [String]) -> String { words.joined(separator: " ") }
}
