internal import JSON
internal import Sandbox
internal import YAML

/// The fifteen tools. A new one is a file in `Declarations` and a line here.
package enum ToolCatalog {
    package static let all: [ToolDeclaration] = [
        .read, .write, .edit, .multiEdit, .glob, .grep, .list, .bash, .task, .webSearch, .webFetch, .notebookRead,
        .notebookEdit, .todoRead, .todoWrite,
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// All names and aliases.
    package static var names: [String] { ToolName.callable }

    /// By its name or its alias; letters count as they are.
    package static func tool(_ name: String) -> ToolDeclaration? { byName[ToolName.canonical(name)] }

    /// What to tell somebody who asked for a tool that there is not.
    package static func unknown(_ name: String) -> String {
        let shown = name.utf8.count <= 64 ? name : "\(name.prefix(64))…"
        // Models write names in the other case more often than they invent some.
        let other = all.first { $0.name.lowercased() == shown.lowercased() }
        let hint = other.map { "; did you mean `\($0.name)`?" } ?? NearestName.hint(for: shown, among: all.map(\.name))
        return "there is no tool `\(shown)`"
            + (hint.isEmpty ? "; there are: \(all.map(\.name).joined(separator: ", "))" : hint)
    }
}
