internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime
internal import YAML

package enum PolicyTestCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "test"], summary: "Run the truth tables of policies",
            details:
                "Decides each call under `expect:` as a run would, without running anything, and compares. The workspace is "
                + "/workspace, the home folder /home/agent, and there are no links, so the result is the same on every "
                + "machine. With --live the policy's jail is started here too, over folders of its own, and asked by the "
                + "shell what each call reaches for: what it lets be read and written, which programs it lets begin, and whom "
                + "its proxy lets out. No program gets further than its beginning, nobody outside is reached, and nothing of "
                + "yours is written to. Exit code 1 means that something differs.",
            flags: [
                FlagDeclaration("--live", help: "Also ask the policy's jail on this host; both must agree.")
            ],
            arguments: [
                ArgumentDeclaration(
                    "FILE", .file, isRequired: true, isRepeated: true, help: "Files, or built-in names.")
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar policy test default", "the built-in policy"),
                CommandExample("sidecar policy test --live default", "and what the kernel makes of it here"),
                CommandExample("sidecar policy test policies/*.yaml", "before a change is merged"),
            ],
            exitCodes: [.failed, .sandboxTooWeak])
    }

    /// What was found out about one policy.
    private struct Tested {
        let file: String
        let lines: [TruthTable.Line]
        /// nil where no jail was asked.
        var live: [LiveTruth.Line]?
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        var tested: [Tested] = []
        var problems: [SettingsProblem] = []
        for name in invocation.line.arguments {
            do throws(SettingsError) {
                let policy = try invocation.loadPolicy(name).policy
                var test = Tested(file: name, lines: TruthTable.run(policy))
                if invocation.line.has("--live") {
                    switch ask(policy, test.lines) {
                    case .success(let lines): test.live = lines
                    case .failure(let failure):
                        invocation.console.complain("\(name): \(failure)")
                        return failure.exitCode
                    }
                }
                tested.append(test)
            } catch {
                problems += error.problems
            }
        }
        if invocation.wantsJSON {
            invocation.console.print(json(tested).text(style: .pretty))
        } else {
            for test in tested { print(test, invocation.console) }
        }
        // A file that is wrong does not hide what came out of the others.
        if !problems.isEmpty { return invocation.refuse(SettingsError(problems)) }
        let isAsSaid = tested.allSatisfy { test in
            test.lines.allSatisfy { $0.difference == nil } && test.live?.contains { $0.outcome == .differs } != true
        }
        return isAsSaid ? .done : .failed
    }

    private static func ask(
        _ policy: Policy, _ lines: [TruthTable.Line]
    ) -> Result<[LiveTruth.Line], PolicyJail.Failure> {
        do throws(SystemError) {
            return try InterruptibleLoop.run { loop, isInterrupted in
                await LiveTruth.run(policy, lines, on: loop, isInterrupted: isInterrupted)
            }
        } catch {
            return .failure(.system(error))
        }
    }

    // MARK: Text

    private static func print(_ test: Tested, _ console: any Console) {
        for line in test.lines {
            guard let difference = line.difference else { continue }
            console.print("\(console.styled("✗", .red, on: .output)) \(call(line.expectation))")
            console.print("  \(difference)")
        }
        let failed = test.lines.count { $0.difference != nil }
        if test.lines.isEmpty {
            console.print("\(test.file): has no `expect`, so nothing was tested")
        } else {
            console.print("\(test.file): \(test.lines.count - failed) as expected, \(failed) not")
        }
        if let live = test.live { print(live, test, console) }
    }

    private static func print(_ live: [LiveTruth.Line], _ test: Tested, _ console: any Console) {
        for (line, simulated) in zip(live, test.lines) {
            switch line.outcome {
            case .agrees: continue
            case .differs:
                console.print("\(console.styled("✗", .red, on: .output)) \(call(line.expectation))")
                let decision = simulated.decision
                console.print("  the policy: \(decision?.outcome.rawValue ?? "nothing"), \(decision?.reason ?? "")")
                console.print("  the jail: \(line.seen?.rawValue ?? "nothing"), \(line.reason)")
            case .unseen:
                console.print("\(console.styled("?", .yellow, on: .output)) \(call(line.expectation))")
                console.print("  not seen in the jail: \(line.reason)")
            }
        }
        let count = { (outcome: LiveTruth.Outcome) in live.count { $0.outcome == outcome } }
        console.print(
            "\(test.file): the jail agrees \(count(.agrees)) times, differs \(count(.differs)) times; "
                + "\(count(.unseen)) not seen")
    }

    private static func call(_ expectation: PolicyRule<Expectation>) -> String {
        "\(expectation.place): \(expectation.value.tool) \(expectation.value.input.text())"
    }

    // MARK: JSON

    private static func json(_ tested: [Tested]) -> JSONValue {
        let lines = tested.flatMap(\.lines)
        let failed = lines.count { $0.difference != nil }
        var pairs: [(String, JSONValue)] = [
            ("files", .array(tested.map(json))), ("passed", .int(lines.count - failed)), ("failed", .int(failed)),
        ]
        let live = tested.compactMap(\.live).flatMap { $0 }
        if tested.contains(where: { $0.live != nil }) {
            pairs += LiveTruth.Outcome.allCases.map { outcome in
                (outcome.rawValue, .int(live.count { $0.outcome == outcome }))
            }
        }
        return .members(pairs)
    }

    private static func json(_ test: Tested) -> JSONValue {
        .members(
            [
                ("file", .string(test.file)),
                ("passed", .int(test.lines.count { $0.difference == nil })),
                ("failed", .int(test.lines.count { $0.difference != nil })),
                ("results", .array(test.lines.map(json))),
            ] + (test.live.map { [("live", .array($0.map(json)))] } ?? []))
    }

    private static func json(_ line: LiveTruth.Line) -> JSONValue {
        .members(
            [
                ("tool", .string(line.expectation.value.tool)), ("input", line.expectation.value.input),
                ("outcome", .string(line.outcome.rawValue)),
                ("decision", line.seen.map { .string($0.rawValue) } ?? .null), ("reason", .string(line.reason)),
            ] + RulePlace.json(line.expectation.place))
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
