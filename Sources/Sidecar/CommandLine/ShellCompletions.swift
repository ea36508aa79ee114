/// Completion scripts, from the declarations. Each shell has a file of its own.
package enum ShellCompletions {
    package enum Shell: String, CaseIterable, Sendable { case bash, zsh, fish }

    package static func script(for shell: Shell, _ catalog: CommandCatalog) -> String {
        switch shell {
        case .bash: bash(catalog)
        case .zsh: zsh(catalog)
        case .fish: fish(catalog)
        }
    }

    static let help = (word: "help", summary: "Print the help of a command")

    static func firstWords(_ catalog: CommandCatalog) -> [(word: String, summary: String)] {
        catalog.firstWords + [help]
    }

    /// Second words of a group.
    static func names(in group: CommandGroup, _ catalog: CommandCatalog) -> [(word: String, summary: String)] {
        catalog.commands(in: group).map { ($0.path[1], $0.summary) }
    }
}
