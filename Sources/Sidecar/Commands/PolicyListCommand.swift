internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

package enum PolicyListCommand: Command {
    /// Where a project keeps its own.
    private static let folder = "policies"

    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "list"], summary: "List the policies that there are",
            details:
                "The built-in policies by name, and the files of the folder `policies` here. A file with a mistake is listed "
                + "as such; `sidecar policy check` says more. Nothing that is only listed is in force.",
            hasJSON: true,
            examples: [
                CommandExample("sidecar policy list", "names, what they extend and what they are for"),
                CommandExample("sidecar policy list --json | jq -r '.[].name'", "the names alone"),
            ])
    }

    private struct Entry {
        let source: String
        let loaded: Result<LoadedPolicy, SettingsError>

        var policy: Policy? { (try? loaded.get())?.policy }
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let entries = (ShippedPolicies.names + files()).map { name in
            Entry(source: name, loaded: PolicyLoader.load(PolicySource(naming: name), SystemPolicyFiles()))
        }
        if invocation.wantsJSON {
            invocation.console.print(JSONValue.array(entries.map(json)).text(style: .pretty))
            return .done
        }
        let console = invocation.console
        let width = entries.map(\.source.count).max() ?? 0
        for entry in entries {
            let name = entry.source + String(repeating: " ", count: width - entry.source.count)
            console.print("\(console.styled(name, .bold, on: .output))  \(summary(entry))")
        }
        return .done
    }

    private static func summary(_ entry: Entry) -> String {
        switch entry.loaded {
        case .success(let loaded):
            let policy = loaded.policy
            let parent = policy.extends.map { " (extends \($0.value))" } ?? ""
            return (policy.description?.value ?? "without description") + parent
        case .failure(let error):
            let count = error.problems.count
            return
                "not valid: \(count) \(count == 1 ? "mistake" : "mistakes"), see `sidecar policy check \(entry.source)`"
        }
    }

    private static func json(_ entry: Entry) -> JSONValue {
        let policy = entry.policy
        return .members([
            ("name", .string(policy?.name?.value ?? entry.source)), ("source", .string(entry.source)),
            ("built_in", .bool(ShippedPolicies.names.contains(entry.source))), ("valid", .bool(policy != nil)),
            ("description", policy?.description.map { .string($0.value) } ?? .null),
            ("extends", policy?.extends.map { .string($0.value) } ?? .null),
        ])
    }

    private static func files() -> [String] {
        let names = (try? Directory.entries(folder)) ?? []
        return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map { "\(folder)/\($0)" }
    }
}
