internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

/// One line that a policy would need.
package struct TraceAddition: Sendable, Hashable {
    package enum List: String, Sendable, CaseIterable {
        case commands = "commands.allow"
        case read = "filesystem.read"
        case write = "filesystem.write"
        case execute = "filesystem.execute"
        case hosts = "network.allow"
        case calls = "syscalls.allow"

        var section: String { String(rawValue.prefix { $0 != "." }) }
        var key: String { String(rawValue.drop { $0 != "." }.dropFirst()) }
    }

    package let list: List
    package let text: String
}

extension [TraceAddition] {
    /// As it can be put into a policy file.
    var yaml: String {
        var lines: [String] = []
        for list in TraceAddition.List.allCases {
            let texts = filter { $0.list == list }.map(\.text)
            if texts.isEmpty { continue }
            if !lines.contains("\(list.section):") { lines.append("\(list.section):") }
            lines.append("  \(list.key): [\(texts.map { JSONValue.string($0).text() }.joined(separator: ", "))]")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The policy with these lines: read as a file that extends it, so that what is shown is what is meant.
    func policy(over source: PolicySource) throws(SettingsError) -> Policy {
        var parent = ""
        switch source {
        case .builtIn(let name): parent = name
        case .file(let path):
            parent = path.hasPrefix("/") ? path : "\((try? LinuxSystem.File.currentDirectory()) ?? "")/\(path)"
        }
        if isEmpty { return try PolicyLoader.load(source, SystemPolicyFiles()).get().policy }
        let text = "version: 1\nextends: \(JSONValue.string(parent).text())\n\(yaml)"
        return try PolicyLoader.load(.file(AddedFile.name), AddedFile(text: text)).get().policy
    }
}

/// A file that is nowhere, beside those of the system.
private struct AddedFile: PolicyFiles {
    static let name = "/additions of policy trace"
    let text: String

    func read(_ path: String) throws(SettingsError) -> [UInt8] {
        path == Self.name ? Array(text.utf8) : try SystemPolicyFiles().read(path)
    }
}
