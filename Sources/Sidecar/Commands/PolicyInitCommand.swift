internal import LinuxSystem
internal import Sandbox

package enum PolicyInitCommand: Command {
    private static let defaultPath = "policies/project.yaml"

    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "init"], summary: "Write a policy file to start from",
            details:
                "The file extends `default` and has every key with its explanation, commented out, so it means the same as "
                + "`default` until it is edited; but where it lies in this folder, it denies that a run writes it. A file "
                + "that exists is never overwritten.",
            arguments: [
                ArgumentDeclaration("FILE", .file, help: "Where to write it; else \(defaultPath); - for stdout.")
            ],
            examples: [
                CommandExample("sidecar policy init", "writes \(defaultPath)"),
                CommandExample("sidecar policy init - | less", "only looks at it"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let path = invocation.line.arguments.first ?? defaultPath
        if path == "-" {
            invocation.console.write(PolicyStarter.text(), to: .output)
            return .done
        }
        do throws(SystemError) {
            if invocation.line.arguments.isEmpty, let cut = path.lastIndex(of: "/") {
                let folder = String(path[..<cut])
                // For everybody to read, as the policy is.
                if !File.exists(folder) { try File.makeFolder(folder) }
            }
            // Exclusive: whoever made the file first keeps it.
            let file = try Descriptor.open(path, [.writeOnly, .create, .exclusive], mode: 0o644)
            try file.writeAll(text(at: path).utf8)
            invocation.console.print("wrote \(path)")
            invocation.console.note(
                "it is in force where you name it: --policy \(path) with `serve`, `tool run` or `agent run`, or "
                    + "`policy: \(path)` in a configuration that you name by --config")
            return .done
        } catch {
            let mend = error.isExisting ? "; it stays as it is: give another name, or - for stdout" : ""
            invocation.console.complain("\(path): \(error.reason)\(mend)")
            return .failed
        }
    }

    /// This folder is the workspace, where nobody names another one.
    private static func text(at path: String) -> String {
        guard let here = (try? File.currentDirectory()), let workspace = NormalPath(here) else {
            return PolicyStarter.text()
        }
        return PolicyStarter.text(
            at: SystemHost().resolve(path.hasPrefix("/") ? path : "\(here)/\(path)"), in: workspace)
    }
}
