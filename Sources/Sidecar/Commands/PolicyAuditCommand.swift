internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

package enum PolicyAuditCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "audit"], summary: "Say how wise policies are on this host",
            details:
                "Looks at each policy, the jail that it makes here, and the files and programs behind its rules. Each finding has "
                + "a severity, the rule's place, what is on this host, why it matters and how to mend it; the policy gets a "
                + "grade and a score. Nothing is run. docs/audit.md explains every check.",
            flags: [
                FlagDeclaration(
                    "--format", .init("text|json|sarif", .choice(["text", "json", "sarif"])),
                    help: "The form of the result; text by default."),
                FlagDeclaration(
                    "--fail-on", .init("SEVERITY", .choice(AuditSeverity.allCases.map(\.rawValue))),
                    help: "Exit code 3 when a finding is at least this: low, medium, high or critical."),
                FlagDeclaration("--workspace", .init("DIR", .folder), help: "The workspace; this folder by default."),
                FlagDeclaration(
                    "--log", .init("FILE", .file),
                    help: "A file of the audit log, to find rights that nobody uses; else those of the state folder, "
                        + "audit/\(Invocation.firstLogFile) and so on."),
                FlagDeclaration(
                    "--baseline", .init("FILE", .file),
                    help: "What was approved: a file of --write-baseline, or a policy; differences are findings."),
                FlagDeclaration(
                    "--write-baseline", .init("FILE", .file),
                    help: "Writes what the policy says now, and which files its programs are, for --baseline."),
            ],
            arguments: [
                ArgumentDeclaration(
                    "FILE", .file, isRequired: true, isRepeated: true, help: "Files, or built-in names.")
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar policy audit default", "the built-in policy, on this host"),
                CommandExample("sidecar policy audit policies/*.yaml --fail-on high", "before a change is merged"),
                CommandExample("sidecar policy audit team.yaml --format sarif > audit.sarif", "for a code host"),
            ],
            exitCodes: [.denied])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        do throws(SettingsError) {
            let request = try invocation.auditRequest()
            var reports: [AuditReport] = []
            var problems: [SettingsProblem] = []
            for name in invocation.line.arguments {
                do throws(SettingsError) {
                    let loaded = try invocation.loadPolicy(name)
                    reports.append(Auditor.audit(loaded, named: name, request, host: SystemHost()))
                } catch {
                    problems += error.problems
                }
            }
            if problems.isEmpty { try writeBaseline(invocation, reports, request) }
            print(reports, problems, invocation)
            // A file that is wrong does not hide what is said of the others.
            if !problems.isEmpty { return invocation.refuse(SettingsError(problems)) }
            guard let least = invocation.line["--fail-on"].flatMap({ AuditSeverity(rawValue: $0) }) else {
                return .done
            }
            return reports.contains { $0.worst.map { $0 >= least } ?? false } ? .denied : .done
        } catch {
            return invocation.refuse(error)
        }
    }

    private static func print(_ reports: [AuditReport], _ problems: [SettingsProblem], _ invocation: Invocation) {
        let console = invocation.console
        switch invocation.line["--format"] ?? (invocation.wantsJSON ? "json" : "text") {
        case "json":
            var result = AuditReport.json(reports).object ?? JSONObject()
            if !problems.isEmpty { result["errors"] = .array(problems.map { $0.policyJSON() }) }
            console.print(JSONValue.object(result).text(style: .pretty))
        case "sarif":
            let result = AuditReport.sarif(reports, version: Version.current, problems: problems)
            console.print(result.text(style: .pretty))
        default:
            if reports.isEmpty { return }
            console.write(AuditText(reports: reports, console: console).text(), to: .output)
        }
    }

    private static func writeBaseline(
        _ invocation: Invocation, _ reports: [AuditReport], _ request: AuditRequest
    ) throws(SettingsError) {
        guard let path = invocation.line["--write-baseline"] else { return }
        guard let report = reports.first, reports.count == 1 else {
            throw invocation.wrongFlag("--write-baseline", "takes one policy at a time")
        }
        let text = AuditBaseline(report.loaded, request, host: SystemHost()).text
        do throws(SystemError) {
            try File.writeAtomically(path, Array(text.utf8), mode: 0o644)
        } catch {
            throw invocation.wrongFlag("--write-baseline", "\(path) cannot be written: \(error.reason)")
        }
    }
}
