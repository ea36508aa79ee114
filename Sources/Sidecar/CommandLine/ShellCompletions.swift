/// Completion scripts, from the declarations.
package enum ShellCompletions {
    package enum Shell: String, CaseIterable, Sendable { case bash, zsh, fish }

    package static func script(for shell: Shell, _ catalog: CommandCatalog) -> String {
        switch shell {
        case .bash: bash(catalog)
        case .zsh: zsh(catalog)
        case .fish: fish(catalog)
        }
    }

    private static func firstWords(_ catalog: CommandCatalog) -> [(word: String, summary: String)] {
        catalog.firstWords + [(word: "help", summary: "Print the help of a command")]
    }

    // MARK: bash

    private static func bash(_ catalog: CommandCatalog) -> String {
        var cases = ""
        for command in catalog.commands {
            var valueCases = ""
            for flag in command.allFlags {
                guard let value = flag.value else { continue }
                valueCases += "        \(flag.name)) \(bashOffer(value.shape)); return ;;\n"
            }
            let words = command.allFlags.map(\.name) + choices(command)
            let files = command.arguments.contains { $0.shape == .file }
            cases += """
                  "\(command.name)"|"\(command.name) "*)
                      case "$previous" in
                \(valueCases)      esac
                      COMPREPLY=($(compgen -W "\(words.joined(separator: " "))" -- "$current"))
                \(files ? "      [[ $current == -* ]] || COMPREPLY+=($(compgen -f -- \"$current\"))\n" : "")      ;;

                """
        }
        let groups = catalog.groups.map { group in
            let names = catalog.commands(in: group).map { $0.path[1] }.joined(separator: " ")
            return "    \(group.name)) COMPREPLY=($(compgen -W \"\(names) --help\" -- \"$current\")); return ;;\n"
        }.joined()
        let first = (catalog.firstWords.map(\.word) + ["help", "--help", "--version"]).joined(separator: " ")
        return """
            # bash completion for sidecar: source <(sidecar completions bash)
            _sidecar() {
              local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
              COMPREPLY=()
              if (( COMP_CWORD == 1 )); then
                COMPREPLY=($(compgen -W "\(first)" -- "$current"))
                return
              fi
              if (( COMP_CWORD == 2 )); then
                case "${COMP_WORDS[1]}" in
            \(groups)    esac
              fi
              case "${COMP_WORDS[*]:1:COMP_CWORD-1}" in
            \(cases)  esac
            }
            complete -F _sidecar sidecar

            """
    }

    private static func bashOffer(_ shape: ValueShape) -> String {
        switch shape {
        case .file: "COMPREPLY=($(compgen -f -- \"$current\"))"
        case .folder: "COMPREPLY=($(compgen -d -- \"$current\"))"
        case .choice(let words): "COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$current\"))"
        case .text: "COMPREPLY=()"
        }
    }

    private static func choices(_ command: CommandDeclaration) -> [String] {
        command.arguments.flatMap { argument -> [String] in
            if case .choice(let words) = argument.shape { words } else { [] }
        }
    }

    // MARK: zsh

    private static func zsh(_ catalog: CommandCatalog) -> String {
        var cases = ""
        for word in catalog.firstWords.map(\.word) {
            if let group = catalog.group(word) {
                cases += zshGroup(group, catalog)
            } else if let command = catalog.command([word]) {
                cases += "    \(word)) \(zshArguments(command)) ;;\n"
            }
        }
        return """
            #compdef sidecar
            # zsh completion for sidecar: put it into a folder of $fpath as _sidecar
            _sidecar() {
              local line state
              _arguments -C '1: :->command' '*:: :->rest'
              case $state in
              command)
                local -a commands=(\(zshPairs(firstWords(catalog))))
                _describe command commands ;;
              rest)
                case $line[1] in
            \(cases)    esac ;;
              esac
            }
            if [ "$funcstack[1]" = _sidecar ]; then _sidecar "$@"; else compdef _sidecar sidecar; fi

            """
    }

    private static func zshGroup(_ group: CommandGroup, _ catalog: CommandCatalog) -> String {
        let commands = catalog.commands(in: group)
        let arms = commands.map { "        \($0.path[1])) \(zshArguments($0)) ;;\n" }.joined()
        return """
                \(group.name))
                  _arguments -C '1: :->command' '*:: :->rest'
                  case $state in
                  command)
                    local -a commands=(\(zshPairs(commands.map { ($0.path[1], $0.summary) })))
                    _describe command commands ;;
                  rest)
                    case $line[1] in
            \(arms)        esac ;;
                  esac ;;

            """
    }

    private static func zshPairs(_ words: [(word: String, summary: String)]) -> String {
        words.map { ShellWord.quoted("\($0.word):\($0.summary)") }.joined(separator: " ")
    }

    private static func zshArguments(_ command: CommandDeclaration) -> String {
        var words = command.allFlags.map { flag in
            let help = "[\(flag.help.filter { $0 != "[" && $0 != "]" && $0 != ":" })]"
            return ShellWord.quoted(
                flag.value.map { "\(flag.name)=\(help):\(zshName($0.placeholder)):\(zshAction($0.shape))" } ?? flag.name
                    + help)
        }
        words += command.arguments.map { ShellWord.quoted(":\(zshName($0.name)):\(zshAction($0.shape))") }
        return "_arguments " + words.joined(separator: " ")
    }

    private static func zshName(_ text: String) -> String { text.lowercased().filter { $0 != ":" } }

    private static func zshAction(_ shape: ValueShape) -> String {
        switch shape {
        case .file: "_files"
        case .folder: "_files -/"
        case .choice(let words): "(\(words.joined(separator: " ")))"
        case .text: " "
        }
    }

    // MARK: fish

    private static func fish(_ catalog: CommandCatalog) -> String {
        var text = "# fish completion for sidecar: sidecar completions fish | source\n"
        text += "complete -c sidecar -f\n"
        for (word, summary) in firstWords(catalog) {
            text += "complete -c sidecar -n __fish_use_subcommand -a \(word) -d \(ShellWord.quoted(summary))\n"
        }
        for command in catalog.commands {
            var condition = "__fish_seen_subcommand_from \(command.path[0])"
            if command.path.count > 1 {
                let names = catalog.commands.filter { $0.path.count > 1 && $0.path[0] == command.path[0] }.map {
                    $0.path[1]
                }
                text +=
                    "complete -c sidecar -n '\(condition); and not __fish_seen_subcommand_from "
                    + "\(names.joined(separator: " "))' -a \(command.path[1]) -d \(ShellWord.quoted(command.summary))\n"
                condition += "; and __fish_seen_subcommand_from \(command.path[1])"
            }
            for flag in command.allFlags {
                let short = flag.short.map { " -s \($0.dropFirst())" } ?? ""
                let value = flag.value.map { " -r" + fishOffer($0.shape) } ?? ""
                text +=
                    "complete -c sidecar -n '\(condition)' -l \(flag.name.dropFirst(2))\(short)\(value) "
                    + "-d \(ShellWord.quoted(flag.help))\n"
            }
            for argument in command.arguments {
                let offer = fishOffer(argument.shape)
                if !offer.isEmpty { text += "complete -c sidecar -n '\(condition)'\(offer)\n" }
            }
        }
        return text
    }

    private static func fishOffer(_ shape: ValueShape) -> String {
        switch shape {
        case .file: " -F"
        case .folder: " -a '(__fish_complete_directories)'"
        case .choice(let words): " -a \(ShellWord.quoted(words.joined(separator: " ")))"
        case .text: ""
        }
    }
}
