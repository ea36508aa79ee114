internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

package enum PolicyShowCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "show"], summary: "Print a policy with all that it extends",
            details:
                "Prints every rule in force with the file and line that it comes from, as one policy file that extends "
                + "nothing and means the same. What a file allows beyond the one that it extends is told on stderr.",
            arguments: [ArgumentDeclaration("FILE", .file, isRequired: true, help: "A file, or a built-in name.")],
            hasJSON: true,
            examples: [
                CommandExample("sidecar policy show default", "the built-in policy, whole"),
                CommandExample("sidecar policy show team.yaml | grep built-in:base", "what comes from `base`"),
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        do throws(SettingsError) {
            let policy = try invocation.loadPolicy(invocation.line.arguments[0]).policy
            let outline = PolicyOutline(policy)
            if invocation.wantsJSON {
                invocation.console.print(outline.json().text(style: .pretty))
                return .done
            }
            invocation.console.note("\(policy.shownName): \(policy.chain.joined(separator: " → "))")
            invocation.console.write(outline.yaml(), to: .output)
            for widening in policy.widenings {
                invocation.console.note(
                    "\(widening.place): \(widening.rule) allows more than \(widening.parent): \(widening.text)")
            }
            return .done
        } catch {
            return invocation.refuse(error)
        }
    }
}
