internal import JSON
internal import Sandbox
internal import YAML

package enum PolicyCheckCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "check"], summary: "Check policy files",
            details:
                "Reads each file with all that it extends, and tells everything that is wrong with it at once, with file, "
                + "line, column and the mend. Whether it is a wise policy is what `sidecar policy audit` says.",
            arguments: [
                ArgumentDeclaration(
                    "FILE", .file, isRequired: true, isRepeated: true, help: "Files, or built-in names.")
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar policy check policies/*.yaml", "all of them"),
                CommandExample("sidecar policy check --json team.yaml", "the same for an editor"),
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        var results: [JSONValue] = []
        var code = ExitCode.done
        for name in invocation.line.arguments {
            var problems: [SettingsProblem] = []
            var remarks: [SettingsProblem] = []
            do throws(SettingsError) {
                remarks = try invocation.loadPolicy(name).policy.remarks
                if !invocation.wantsJSON { invocation.console.print("\(name): valid") }
                for remark in remarks { invocation.console.note("warning: \(remark)") }
            } catch {
                problems = error.problems
                code = invocation.refuse(error)
            }
            results.append(
                .members([
                    ("file", .string(name)), ("valid", .bool(problems.isEmpty)),
                    ("problems", .array(problems.map { $0.policyJSON() })),
                    ("warnings", .array(remarks.map { $0.policyJSON() })),
                ]))
        }
        if invocation.wantsJSON {
            invocation.console.print((["files": .array(results)] as JSONValue).text(style: .pretty))
        }
        return code
    }
}
