extension ShellCompletions {
    static func zsh(_ catalog: CommandCatalog) -> String {
        var cases = ""
        for word in catalog.firstWords.map(\.word) {
            if let group = catalog.group(word) {
                cases += zshGroup(group, catalog)
            } else if let command = catalog.command([word]) {
                cases += "    \(word)) \(zshArguments(command)) ;;\n"
            }
        }
        let groupHelp = catalog.groups.map { group in
            """
                  \(group.name))
                    local -a names=(\(zshPairs(names(in: group, catalog))))
                    (( CURRENT == 3 )) && _describe command names ;;

            """
        }.joined()
        return """
            #compdef sidecar
            # zsh completion for sidecar: put it into a folder of $fpath as _sidecar
            _sidecar() {
              local line state
              local -a commands=(\(zshPairs(catalog.firstWords)))
              _arguments -C '1: :->command' '*:: :->rest'
              case $state in
              command)
                commands+=(\(zshPairs([help])))
                _describe command commands ;;
              rest)
                case $line[1] in
                help)
                  (( CURRENT == 2 )) && _describe command commands
                  case $words[2] in
            \(groupHelp)      esac ;;
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
                    local -a names=(\(zshPairs(names(in: group, catalog))))
                    _describe command names ;;
                  rest)
                    case $line[1] in
            \(arms)        esac ;;
                  esac ;;

            """
    }

    private static func zshPairs(_ words: [(word: String, summary: String)]) -> String {
        words.map { ShellWord.quoted("\($0.word):\($0.summary)") }.joined(separator: " ")
    }

    /// `-S`: behind `--` no flag is offered.
    private static func zshArguments(_ command: CommandDeclaration) -> String {
        var words = command.allFlags.map { flag in
            let help = "[\(flag.help.filter { $0 != "[" && $0 != "]" && $0 != ":" })]"
            return ShellWord.quoted(
                flag.value.map { "\(flag.name)=\(help):\(zshName($0.placeholder)):\(zshAction($0.shape))" } ?? flag.name
                    + help)
        }
        words += command.arguments.map { argument in
            ShellWord.quoted("\(argument.isRepeated ? "*" : ""):\(zshName(argument.name)):\(zshAction(argument.shape))")
        }
        return "_arguments -S " + words.joined(separator: " ")
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
}
