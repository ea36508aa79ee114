internal import JSON
internal import LinuxSystem

package enum ConfigShowCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["config", "show"], summary: "Print the configuration in force",
            details:
                "Prints every key with its value and who decided it: a line of the file, or the default. Secrets are "
                + "printed as … and never otherwise.",
            hasJSON: true,
            examples: [
                CommandExample("sidecar config show", "all of it"),
                CommandExample("sidecar config show | grep -v '# default'", "what the file decides"),
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        do throws(ConfigurationError) {
            let report = ConfigurationReport(try invocation.loadConfiguration())
            if invocation.wantsJSON {
                invocation.console.print(report.json().text(style: .pretty))
            } else {
                invocation.console.note(
                    report.file.map { "Configuration from \($0)" } ?? "No configuration file: defaults")
                invocation.console.write(report.text(), to: .output)
            }
            return .done
        } catch {
            return invocation.refuse(error)
        }
    }
}
