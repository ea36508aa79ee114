internal import LinuxSystem

package enum ConfigInitCommand: Command {
    private static let defaultPath = "sidecar.yaml"

    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["config", "init"], summary: "Write a configuration file to start from",
            details:
                "The file has every key with its explanation, all commented out, so it changes nothing until it is "
                + "edited. A file that exists is never overwritten.",
            arguments: [
                ArgumentDeclaration(
                    "FILE", .file, help: "Where to write it; else where --config says, else sidecar.yaml; - for stdout."
                )
            ],
            examples: [
                CommandExample("sidecar config init", "writes ./sidecar.yaml"),
                CommandExample("sidecar config init - | less", "only looks at it"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let named = [invocation.line.arguments.first, invocation.line["--config"]].compactMap { $0 }
        guard named.count < 2 else {
            invocation.console.complain(
                "FILE and --config both say where to write: `\(named[0])` and `\(named[1])`; give one")
            return .wrongInput
        }
        let path = named.first ?? defaultPath
        if path == "-" {
            invocation.console.write(ConfigurationStarter.text(), to: .output)
            return .done
        }
        do throws(SystemError) {
            // Exclusive: whoever made the file first keeps it.
            let file = try Descriptor.open(path, [.writeOnly, .create, .exclusive], mode: 0o600)
            try file.writeAll(ConfigurationStarter.text().utf8)
            invocation.console.print("wrote \(path)")
            return .done
        } catch {
            let mend = error.isExisting ? "; it stays as it is: give another name, or - for stdout" : ""
            invocation.console.complain("\(path): \(error.reason)\(mend)")
            return .failed
        }
    }
}
