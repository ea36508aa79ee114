internal import JSON
internal import LinuxSystem

package enum DoctorCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["doctor"],
            summary: "Look at this machine and say what is missing",
            details: """
                Checks what a sidecar needs and how strong a jail can be here: kernel, Landlock, namespaces, seccomp, \
                control groups, libraries, the configuration, the port, keys (found or missing, never shown), folders \
                and limits. Changes nothing, starts no program and asks nobody over the network. Exits with 1 when \
                something is broken; what could only be better is a warning.
                """,
            hasJSON: true,
            examples: [
                CommandExample("sidecar doctor", "everything, for people"),
                CommandExample("sidecar doctor --json", "the same for a script"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let report = Doctor.examine(configuration(of: invocation), environment: invocation.environment)
        if invocation.wantsJSON {
            var writer = JSONWriter(style: .pretty)
            report.write(to: &writer)
            invocation.console.print(writer.text)
        } else {
            let console = invocation.console
            console.write(report.text(coloured: console.isColoured(.output)), to: .output)
        }
        return report.isOK ? .done : .failed
    }

    /// Wrong configuration is a finding like others, not a reason to look no further.
    private static func configuration(of invocation: Invocation) -> Result<LoadedConfiguration, ConfigurationError> {
        do throws(ConfigurationError) {
            let examined = try ConfigurationFile.examine(
                explicit: invocation.line["--config"], environment: invocation.environment,
                overrides: invocation.line.configurationOverrides)
            return .success(try invocation.whole(examined, isNamed: invocation.namesConfiguration))
        } catch {
            return .failure(error)
        }
    }
}
