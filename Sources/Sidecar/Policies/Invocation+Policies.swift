internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

extension Invocation {
    /// A built-in name or a file, with all that it extends.
    func loadPolicy(_ name: String) throws(SettingsError) -> LoadedPolicy {
        try PolicyLoader.load(PolicySource(naming: name), SystemPolicyFiles()).get()
    }

    /// What a policy's variables stand for in this call: the folder that was named or this one, and the user's home.
    func policyVariables() throws(SettingsError) -> PolicyVariables {
        try policyVariables(workspace: line["--workspace"])
    }

    func policyVariables(workspace named: String?) throws(SettingsError) -> PolicyVariables {
        let here: String
        do throws(SystemError) {
            here = try File.currentDirectory()
        } catch {
            throw SettingsError([
                SettingsProblem(
                    place: .flag("--workspace"), key: "", message: "the current folder cannot be found: \(error.reason)"
                )
            ])
        }
        let path = named ?? here
        let text = path.hasPrefix("/") ? path : "\(here)/\(path)"
        let workspace = SystemHost().resolve(text) ?? NormalPath(text) ?? .root
        if named != nil, SystemHost().kind(workspace) != .folder {
            let isThere = SystemHost().kind(workspace) != nil
            throw wrongFlag("--workspace", "\(path) is no folder\(isThere ? "" : ": there is nothing of that name")")
        }
        let home = environment["HOME"].flatMap { NormalPath($0) } ?? NormalPath(parts: ["nonexistent"])
        return PolicyVariables(workspace: workspace, home: home, tmp: NormalPath(parts: ["tmp"]))
    }
}

extension Invocation {
    /// The tool that `--tool` names; a name that no policy could speak of is a slip.
    func policyTool(_ name: String) throws(SettingsError) -> String {
        let tool = ToolName.canonical(name)
        guard ToolName.isKnown(tool) else {
            throw wrongFlag(
                "--tool",
                "there is no tool `\(name)`; those of servers are named as mcp__SERVER__TOOL"
                    + NearestName.hint(for: name, among: ToolName.all))
        }
        return tool
    }
}

extension RulePlace {
    /// `file`, `line` and `column` of a JSON result; nulls where nothing is written.
    static func json(_ place: RulePlace?) -> [(String, JSONValue)] {
        [
            ("file", place.map { .string($0.file) } ?? .null), ("line", place.map { .int($0.line) } ?? .null),
            ("column", place.map { .int($0.column) } ?? .null),
        ]
    }
}

extension JSONValue {
    /// An object from pairs, in their order.
    static func members(_ pairs: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject(pairs.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}

extension SettingsProblem {
    /// As in every JSON result about a file.
    func policyJSON() -> JSONValue {
        var pairs: [(String, JSONValue)] = []
        switch place {
        case .file(let name, let position):
            pairs = [
                ("file", .string(name)), ("line", .int(position.line)), ("column", .int(position.column)),
            ]
        case .wholeFile(let name): pairs = [("file", .string(name)), ("line", .null), ("column", .null)]
        case .flag(let name): pairs = [("flag", .string(name))]
        }
        return .members(pairs + [("key", .string(key)), ("message", .string(message))])
    }
}
