internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime
internal import YAML

package enum PolicyTraceCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "trace"], summary: "Run a command and say what a policy would need for it",
            details:
                "Runs the command once, in a jail that notes what the policy (`default` if none is named) would forbid and "
                + "enforces the rest: denied files and programs stay denied, a command whose words are denied is not run (exit "
                + "code 3), only the workspace and a private /tmp can be written to, the "
                + "proxy lets out to those hosts only that the policy names, and people's files beyond the policy and the "
                + "workspace are not shown. Prints programs, files, hosts and system calls that were used, and the smallest "
                + "additions to the policy with which the command passes. What the command prints goes to stderr; its exit "
                + "code is reported and not handed on.",
            flags: [
                FlagDeclaration(
                    "--policy", .init("FILE", .file), help: "A file, or a built-in name; `default` by default."),
                FlagDeclaration("--workspace", .init("DIR", .folder), help: "The workspace; this folder by default."),
                FlagDeclaration(
                    "--repeat",
                    help:
                        "Run it again under the policy with the additions, and without each of them in turn, and print only "
                        + "those that it cannot do without. For commands that may run more than once."),
            ],
            passedOn: ArgumentDeclaration("COMMAND", isRequired: true, help: "The program and its arguments."),
            hasJSON: true,
            examples: [
                CommandExample("sidecar policy trace -- make test", "what `default` lacks for this project"),
                CommandExample(
                    "sidecar policy trace --policy base --repeat -- python3 check.py", "a policy for one program"),
            ],
            exitCodes: [.failed, .denied, .sandboxTooWeak])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let settings: Tracer.Settings
        do {
            let folder = try ProofSettings.folderOfThisProgram()
            guard let probe = NormalPath("\(folder)/\(ProofSettings.probeName)"), !invocation.line.passedOn.isEmpty
            else {
                invocation.console.complain("no command is named; it stands behind `--`")
                return .wrongInput
            }
            let name = invocation.line["--policy"] ?? "default"
            _ = try invocation.loadPolicy(name)
            var made = Tracer.Settings(
                source: PolicySource(naming: name), variables: try invocation.policyVariables(),
                command: invocation.line.passedOn, probe: probe)
            made.repeats = invocation.line.has("--repeat")
            settings = made
        } catch let error as SettingsError {
            return invocation.refuse(error)
        } catch {
            invocation.console.complain("the programs beside sidecar cannot be found: \(error)")
            return .failed
        }
        return finish(trace(settings), invocation)
    }

    private static func trace(_ settings: Tracer.Settings) -> Result<TraceReport, Tracer.Failure> {
        do throws(SystemError) {
            return try InterruptibleLoop.run { loop, isInterrupted in
                await Tracer.trace(settings, on: loop, isInterrupted: isInterrupted)
            }
        } catch {
            return .failure(.jail(.system(error)))
        }
    }

    private static func finish(_ result: Result<TraceReport, Tracer.Failure>, _ invocation: Invocation) -> ExitCode {
        switch result {
        case .success(let report):
            invocation.console.write(report.output + report.errors, to: .error)
            if invocation.wantsJSON {
                invocation.console.print(report.json().text(style: .pretty))
            } else {
                invocation.console.write(report.text(invocation.console), to: .output)
            }
            return .done
        case .failure(let failure):
            invocation.console.complain("\(failure)")
            return failure.exitCode
        }
    }
}
