internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime
internal import YAML

package enum PolicyShowCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "show"], summary: "Print a policy with all that it extends",
            details:
                "Prints every rule in force with the file and line that it comes from, as one policy file that extends "
                + "nothing and means the same. What a file allows beyond the one that it extends is told on stderr.",
            flags: [
                FlagDeclaration(
                    "--plan",
                    help: "What a run would see on this host instead: files, programs, libraries, environment."),
                FlagDeclaration("--tool", .init("NAME"), help: "With --plan: for which tool; Bash by default."),
                FlagDeclaration(
                    "--workspace", .init("DIR", .folder), help: "With --plan: the workspace; this folder by default."),
            ],
            arguments: [ArgumentDeclaration("FILE", .file, isRequired: true, help: "A file, or a built-in name.")],
            hasJSON: true,
            examples: [
                CommandExample("sidecar policy show default", "the built-in policy, whole"),
                CommandExample("sidecar policy show team.yaml | grep built-in:base", "what comes from `base`"),
                CommandExample("sidecar policy show default --plan", "the jail that it makes here"),
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        do throws(SettingsError) {
            let policy = try invocation.loadPolicy(invocation.line.arguments[0]).policy
            if invocation.line.has("--plan") { return try showPlan(policy, invocation) }
            let outline = PolicyOutline(policy)
            if invocation.wantsJSON {
                invocation.console.print(outline.json().text(style: .pretty))
                return .done
            }
            invocation.console.note("\(policy.shownName): \(policy.chain.joined(separator: " → "))")
            invocation.console.write(outline.yaml(), to: .output)
            // What the built-in ones add to each other is for whoever reads those.
            for widening in policy.widenings where !widening.place.file.hasPrefix(PolicySource.builtInPrefix) {
                invocation.console.note(
                    "\(widening.place): \(widening.rule) allows more than \(widening.parent): \(widening.text)")
            }
            return .done
        } catch {
            return invocation.refuse(error)
        }
    }

    private static func showPlan(_ policy: Policy, _ invocation: Invocation) throws(SettingsError) -> ExitCode {
        let tool = try invocation.policyTool(invocation.line["--tool"] ?? ToolName.runningPrograms)
        let variables = try invocation.policyVariables()
        do throws(PolicyJail.Failure) {
            let compiled = try PolicyJail.compile(policy, tool: tool, variables)
            let outline = PlanOutline(tool: tool, compiled: compiled, workspace: variables.workspace)
            if invocation.wantsJSON {
                invocation.console.print(outline.json().text(style: .pretty))
            } else {
                invocation.console.write(outline.text(invocation.console), to: .output)
            }
            return .done
        } catch {
            invocation.console.complain(error.description)
            return error.exitCode
        }
    }
}
