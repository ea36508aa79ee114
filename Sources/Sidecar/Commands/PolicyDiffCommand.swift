internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

package enum PolicyDiffCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "diff"], summary: "Say what one policy allows and another does not",
            details:
                "Compares what the policies mean, not their lines: paths, commands, hosts, variables, limits, system calls, "
                + "required layers, for all tools and for those with rules of their own. Two files that are written "
                + "differently and decide alike have no difference.",
            arguments: [
                ArgumentDeclaration("A", .file, isRequired: true, help: "A file, or a built-in name."),
                ArgumentDeclaration("B", .file, isRequired: true, help: "Another."),
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar policy diff default team.yaml", "what the team has added"),
                CommandExample("sidecar policy diff --json readonly strict", "two of the built-in ones, for a script"),
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let names = invocation.line.arguments
        do throws(SettingsError) {
            let (first, second) = (try invocation.loadPolicy(names[0]), try invocation.loadPolicy(names[1]))
            let comparison = PolicyComparison(first.policy, second.policy)
            let console = invocation.console
            if invocation.wantsJSON {
                let result = JSONValue.members([
                    ("a", .string(names[0])), ("b", .string(names[1])),
                    ("only_b", .array(comparison.onlySecond.map(json))),
                    ("only_a", .array(comparison.onlyFirst.map(json))),
                ])
                console.print(result.text(style: .pretty))
            } else if comparison.onlyFirst.isEmpty, comparison.onlySecond.isEmpty {
                console.print("\(names[0]) and \(names[1]) allow the same")
            } else {
                print(comparison.onlySecond, "\(names[1]) allows, and \(names[0]) does not", "+", .green, console)
                print(comparison.onlyFirst, "\(names[0]) allows, and \(names[1]) does not", "-", .red, console)
            }
            return .done
        } catch {
            return invocation.refuse(error)
        }
    }

    private static func json(_ grant: PolicyGrant) -> JSONValue {
        .members([
            ("tool", grant.tool.map { .string($0) } ?? .null), ("kind", .string(grant.kind.rawValue)),
            ("what", .string(grant.what)),
        ])
    }

    private static func print(
        _ grants: [PolicyGrant], _ title: String, _ sign: String, _ style: TextStyle, _ console: any Console
    ) {
        if grants.isEmpty { return }
        console.print(console.styled("\(title):", .bold, on: .output))
        for tool in [nil] + Array(Set(grants.compactMap(\.tool))).sorted() {
            for kind in PolicyGrant.Kind.allCases {
                let things = grants.filter { $0.tool == tool && $0.kind == kind }.map(\.what)
                if things.isEmpty { continue }
                let head = (tool.map { "\($0), " } ?? "") + kind.rawValue
                let lines = TextLayout.wrap(things.map(word).joined(separator: ", "), width: TextLayout.width - 4)
                console.print("  \(console.styled(sign, style, on: .output)) \(head)")
                for line in lines { console.print("      \(line)") }
            }
        }
        console.print("")
    }

    /// With blanks that a line cannot break at.
    private static func word(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "\u{A0}")
    }
}
