internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

package enum PolicyTestCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "test"], summary: "Run the truth tables of policies",
            details:
                "Decides each call under `expect:` as a run would, without running anything, and compares. The workspace is "
                + "/workspace, the home folder /home/agent, and there are no links, so the result is the same on every "
                + "machine. Exit code 1 means that something differs.",
            flags: [
                FlagDeclaration("--live", isNotYet: true, help: "Also run each call in the jail, and compare both.")
            ],
            arguments: [
                ArgumentDeclaration(
                    "FILE", .file, isRequired: true, isRepeated: true, help: "Files, or built-in names.")
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar policy test default", "the built-in policy"),
                CommandExample("sidecar policy test policies/*.yaml", "before a change is merged"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        var tables: [(file: String, lines: [TruthTable.Line])] = []
        var problems: [SettingsProblem] = []
        for name in invocation.line.arguments {
            do throws(SettingsError) {
                tables.append((name, TruthTable.run(try invocation.loadPolicy(name).policy)))
            } catch {
                problems += error.problems
            }
        }
        let lines = tables.flatMap(\.lines)
        let failed = lines.count { $0.difference != nil }
        if invocation.wantsJSON {
            let result = JSONValue.members([
                ("files", .array(tables.map(json))), ("passed", .int(lines.count - failed)), ("failed", .int(failed)),
            ])
            invocation.console.print(result.text(style: .pretty))
        } else {
            for table in tables { print(table, invocation.console) }
        }
        // A file that is wrong does not hide what came out of the others.
        if !problems.isEmpty { return invocation.refuse(SettingsError(problems)) }
        return failed == 0 ? .done : .failed
    }

    private static func print(_ table: (file: String, lines: [TruthTable.Line]), _ console: any Console) {
        for line in table.lines {
            guard let difference = line.difference else { continue }
            let call = "\(line.expectation.value.tool) \(line.expectation.value.input.text())"
            console.print("\(console.styled("✗", .red, on: .output)) \(line.expectation.place): \(call)")
            console.print("  \(difference)")
        }
        let failed = table.lines.count { $0.difference != nil }
        if table.lines.isEmpty {
            console.print("\(table.file): has no `expect`, so nothing was tested")
        } else {
            console.print("\(table.file): \(table.lines.count - failed) as expected, \(failed) not")
        }
    }

    private static func json(_ table: (file: String, lines: [TruthTable.Line])) -> JSONValue {
        .members([
            ("file", .string(table.file)),
            ("passed", .int(table.lines.count { $0.difference == nil })),
            ("failed", .int(table.lines.count { $0.difference != nil })),
            ("results", .array(table.lines.map(json))),
        ])
    }

    private static func json(_ line: TruthTable.Line) -> JSONValue {
        let expected = line.expectation.value
        return .members(
            [
                ("tool", .string(expected.tool)), ("input", expected.input), ("ok", .bool(line.difference == nil)),
                (
                    "expected",
                    [
                        "decision": .string((expected.decision ?? .deny).rawValue),
                        "rule": expected.rule.map { .string($0) } ?? .null,
                    ]
                ),
                ("decision", line.decision.map { .string($0.outcome.rawValue) } ?? .null),
                ("rule", line.decision.map { .string($0.rule) } ?? .null),
                ("difference", line.difference.map { .string($0) } ?? .null),
            ] + RulePlace.json(line.expectation.place))
    }
}
