extension ShellCompletions {
    static func fish(_ catalog: CommandCatalog) -> String {
        var text = """
            # fish completion for sidecar: sidecar completions fish | source
            # True where these are the first words and what is typed belongs to them: behind -- nothing is ours.
            function __sidecar_at
                set -l words (commandline -opc)[2..]
                contains -- -- $words; and return 1
                test (count $argv) -eq 0; and return 0
                test (count $words) -ge (count $argv); and test "$words[1..$(count $argv)]" = "$argv"
            end
            # The same, and no word more.
            function __sidecar_just
                __sidecar_at $argv; and test (count (commandline -opc)) -eq (math 1 + (count $argv))
            end
            complete -c sidecar -f

            """
        for (word, summary) in firstWords(catalog) { text += fishWord("", word, summary) }
        for (word, summary) in catalog.firstWords { text += fishWord(" help", word, summary) }
        for group in catalog.groups {
            for (word, summary) in names(in: group, catalog) {
                text += fishWord(" \(group.name)", word, summary) + fishWord(" help \(group.name)", word, summary)
            }
        }
        for command in catalog.commands { text += fishCommand(command) }
        return text
    }

    private static func fishWord(_ place: String, _ word: String, _ summary: String) -> String {
        "complete -c sidecar -n '__sidecar_just\(place)' -a \(word) -d \(ShellWord.quoted(summary))\n"
    }

    private static func fishCommand(_ command: CommandDeclaration) -> String {
        let condition = "-n '__sidecar_at \(command.name)'"
        let flags = command.allFlags.map { flag in
            let short = flag.short.map { " -s \($0.dropFirst())" } ?? ""
            let value = flag.value.map { fishValue($0.shape) + fishOffer($0.shape) } ?? ""
            return "complete -c sidecar \(condition) -l \(flag.name.dropFirst(2))\(short)\(value) "
                + "-d \(ShellWord.quoted(flag.help))\n"
        }
        let arguments = command.arguments.map { fishOffer($0.shape) }.filter { !$0.isEmpty }.map {
            "complete -c sidecar \(condition)\($0)\n"
        }
        return (flags + arguments).joined()
    }

    /// The flag takes a value; `-x`: and no file.
    private static func fishValue(_ shape: ValueShape) -> String { shape == .file ? " -r" : " -x" }

    private static func fishOffer(_ shape: ValueShape) -> String {
        switch shape {
        case .file: " -F"
        case .folder: " -a '(__fish_complete_directories)'"
        case .choice(let words): " -a \(ShellWord.quoted(words.joined(separator: " ")))"
        case .text: ""
        }
    }
}
