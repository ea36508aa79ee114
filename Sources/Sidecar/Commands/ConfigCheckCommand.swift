internal import JSON
internal import YAML

package enum ConfigCheckCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["config", "check"], summary: "Check a configuration file",
            details:
                "Reads the file as `sidecar serve` would and tells everything that is wrong with it at once, each with "
                + "file, line, column and the mend. Variables must be set as they will be for the server.",
            arguments: [
                ArgumentDeclaration("FILE", .file, help: "The file, - for stdin; else the one that is in force here.")
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar config check", "the file in force"),
                CommandExample(
                    "sidecar config check new.yaml && mv new.yaml sidecar.yaml", "replace a file only by a valid one"),
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let explicit = invocation.line.arguments.first ?? invocation.line["--config"]
        do throws(ConfigurationError) {
            let examined =
                explicit == ConfigurationFile.standardInput
                ? try ConfigurationFile.examineStandardInput(environment: invocation.environment)
                : try ConfigurationFile.examine(explicit: explicit, environment: invocation.environment)
            let isNamed = explicit != nil || invocation.namesConfiguration
            let loaded = try invocation.whole(examined, isNamed: isNamed)
            if isNamed, !invocation.policyProblems(loaded, isNamed: false).isEmpty {
                invocation.console.note(
                    "its policy lies in the workspace: it counts only where the configuration is named, by --config")
            }
            if invocation.wantsJSON {
                invocation.console.print(report(file: loaded.file, []).text(style: .pretty))
            } else {
                let subject = loaded.file ?? "no configuration file"
                invocation.console.print(
                    loaded.file == nil ? "\(subject): the defaults are in force" : "\(subject): valid")
            }
            return .done
        } catch {
            if invocation.wantsJSON {
                let isInput = explicit == ConfigurationFile.standardInput
                let file =
                    isInput
                    ? ConfigurationFile.standardInputName
                    : ConfigurationFile.locate(explicit: explicit, environment: invocation.environment)
                invocation.console.print(report(file: file, error.problems).text(style: .pretty))
            }
            return invocation.refuse(error)
        }
    }

    private static func report(file: String?, _ problems: [ConfigurationProblem]) -> JSONValue {
        [
            "file": file.map { .string($0) } ?? .null,
            "valid": .bool(problems.isEmpty),
            "problems": .array(
                problems.map { problem in
                    var entry: JSONValue = ["key": .string(problem.key), "message": .string(problem.message)]
                    if case .file(_, let position) = problem.place {
                        entry["line"] = .int(position.line)
                        entry["column"] = .int(position.column)
                    }
                    return entry
                }),
        ]
    }
}
