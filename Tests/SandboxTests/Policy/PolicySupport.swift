import JSON
import Sandbox
import Testing
import YAML

/// Policy files that are nowhere but here.
struct FilesInMemory: PolicyFiles {
    var texts: [String: String]

    func read(_ path: String) throws(SettingsError) -> [UInt8] {
        guard let text = texts[path] else {
            throw SettingsError([
                SettingsProblem(place: .wholeFile(path), key: "", message: "the policy cannot be read: no such file")
            ])
        }
        return Array(text.utf8)
    }
}

/// A machine with the links and files that are named.
struct ImaginedHost: HostView {
    var links: [String: String] = [:]
    var programs: Set<String> = []

    func linkTarget(_ path: NormalPath) -> String? { links[path.text] }
    func kind(_ path: NormalPath) -> HostFileKind? { programs.contains(path.text) ? .file : nil }
    func isExecutable(_ path: NormalPath) -> Bool { programs.contains(path.text) }
}

enum Sample {
    static let variables = PolicyVariables(
        workspace: NormalPath(parts: ["work"]), home: NormalPath(parts: ["home", "me"]), tmp: NormalPath(parts: ["tmp"])
    )

    /// Of the file `p.yaml`, whose first line is the version.
    static func load(_ text: String, others: [String: String] = [:]) -> Result<LoadedPolicy, SettingsError> {
        let files = FilesInMemory(texts: others.merging(["p.yaml": "version: 1\n" + text]) { _, new in new })
        return PolicyLoader.load(.file("p.yaml"), files)
    }

    static func policy(_ text: String, others: [String: String] = [:]) throws -> Policy {
        try load(text, others: others).get().policy
    }

    /// What is wrong, a line each; empty for a file that is right.
    static func problems(_ text: String, others: [String: String] = [:]) -> [String] {
        guard case .failure(let error) = load(text, others: others) else { return [] }
        return error.problems.map(\.description)
    }

    static func decide(
        _ policy: Policy, _ tool: String, _ input: JSONValue, host: some HostView = BareHost()
    ) throws -> Decision {
        try PolicyJudge(policy, variables: variables, host: host).decide(tool: tool, input: input)
    }
}
