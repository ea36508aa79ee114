package import JSON
internal import LinuxSystem
internal import Sandbox

extension TraceReport {
    /// More of a list than anybody reads is counted.
    private static let shownMax = 40

    func text(_ console: any Console) -> String {
        var lines = ["\(command.joined(separator: " "))  \(ending)", ""]
        lines += list("Programs", programs, console)
        lines += list("Files read", read.filter { !$0.isGranted }, console, granted: read.count { $0.isGranted })
        lines += list("Files written", written, console)
        lines += list("Refused here, as under the policy", refused, console)
        lines += list("Hosts", hosts, console)
        lines += list(
            "System calls", calls.filter { !$0.isGranted }, console, granted: calls.count { $0.isGranted })
        if !connections.isEmpty {
            lines +=
                ["Past the proxy, which leads nowhere"] + connections.prefix(Self.shownMax).map { "  \($0)" } + [""]
        }
        if !denied.isEmpty {
            lines.append("Denied by a rule, which no addition changes")
            for denial in denied.prefix(Self.shownMax) {
                lines.append("  \(denial.what): \(denial.rule)\(denial.place.map { " (\($0))" } ?? "")")
                if denial.rule.contains("commands.allow") { lines.append("    \(denial.reason)") }
            }
            lines.append("")
        }
        if additions.isEmpty {
            lines += conclusion
        } else {
            lines.append(console.styled("Add to the policy", .bold, on: .output))
            lines += additions.yaml.split(separator: "\n").map { "  \($0)" }
        }
        if !isComplete {
            lines += [
                "", "It was refused something here too, so it may need more: add what is shown, and trace it again.",
            ]
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Where there is nothing to add.
    private var conclusion: [String] {
        if programs.isEmpty {
            let name = command.first ?? ""
            let path = name.contains("/") ? NormalPath(name) : SystemHost().program(named: name)
            let isHere = path.map { SystemHost().kind($0) != nil } ?? name.contains("/")
            let why = isHere ? "`\(name)` could not be started here" : "no program `\(name)` is on this machine"
            return ["Nothing ran, so nothing is known of what it needs: \(why)."]
        }
        if !denied.isEmpty { return ["\(policy) grants the rest of what it used."] }
        return [isComplete ? "\(policy) grants all that it used." : "There is nothing to add for what it used so far."]
    }

    private var ending: String {
        if timedOut { return "ended by the limit of time" }
        if let signal { return "ended by signal \(signal)" }
        return exitCode.map { "ended with exit code \($0)" } ?? "did not come to its end"
    }

    private func list(_ title: String, _ uses: [Use], _ console: any Console, granted: Int = 0) -> [String] {
        if uses.isEmpty && granted == 0 { return [] }
        if uses.isEmpty { return ["\(title): \(granted), all of them granted", ""] }
        var lines = [granted > 0 ? "\(title) (\(granted) more are granted)" : title]
        for use in uses.prefix(Self.shownMax) {
            let mark =
                use.isGranted ? console.styled("✓", .green, on: .output) : console.styled("+", .yellow, on: .output)
            lines.append("  \(mark) \(use.what)")
        }
        if uses.count > Self.shownMax { lines.append("  … \(uses.count - Self.shownMax) more") }
        return lines + [""]
    }

    package func json() -> JSONValue {
        .members([
            ("policy", .string(policy)), ("command", .array(command.map { .string($0) })),
            ("exit_code", exitCode.map { .int($0) } ?? .null), ("signal", signal.map { .int($0) } ?? .null),
            ("timed_out", .bool(timedOut)), ("complete", .bool(isComplete)), ("minimal", .bool(isMinimal)),
            ("programs", json(programs, "command")),
            (
                "files",
                .members([
                    ("read", json(read, "path")), ("written", json(written, "path")),
                    ("refused", json(refused, "path")),
                ])
            ),
            ("hosts", json(hosts, "host")), ("past_proxy", .array(connections.map { .string($0) })),
            ("calls", json(calls, "name")), ("denied", .array(denied.map(json))),
            ("additions", .array(additions.map { ["list": .string($0.list.rawValue), "value": .string($0.text)] })),
            ("yaml", .string(additions.yaml)),
        ])
    }

    private func json(_ uses: [Use], _ key: String) -> JSONValue {
        .array(uses.map { .members([(key, .string($0.what)), ("granted", .bool($0.isGranted))]) })
    }

    private func json(_ denial: Denied) -> JSONValue {
        .members(
            [("what", .string(denial.what)), ("rule", .string(denial.rule)), ("reason", .string(denial.reason))]
                + RulePlace.json(denial.place))
    }
}
