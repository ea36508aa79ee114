/// A word with commands below it: `config`.
package struct CommandGroup: Sendable, Equatable {
    package let name: String
    package let summary: String

    package init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }
}

/// All commands of the program, as declarations.
package struct CommandCatalog: Sendable {
    package let commands: [CommandDeclaration]
    package let groups: [CommandGroup]
    /// Verbs of the contract that this version does not have: `agent`, and below a group `policy audit`.
    package let notYet: [String]

    package init(commands: [CommandDeclaration], groups: [CommandGroup], notYet: [String]) {
        self.commands = commands
        self.groups = groups
        self.notYet = notYet
    }

    package func command(_ path: [String]) -> CommandDeclaration? { commands.first { $0.path == path } }

    package func group(_ name: String) -> CommandGroup? { groups.first { $0.name == name } }

    package func commands(in group: CommandGroup) -> [CommandDeclaration] {
        commands.filter { $0.path.count > 1 && $0.path[0] == group.name }
    }

    /// The words that can stand first, in the order of the catalog.
    package var firstWords: [(word: String, summary: String)] {
        var seen: Set<String> = []
        return commands.compactMap { command in
            let word = command.path[0]
            guard seen.insert(word).inserted else { return nil }
            return (word, group(word)?.summary ?? command.summary)
        }
    }
}
