internal import JSON
internal import LinuxSystem

/// `sidecar status`.
package enum StatusCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["status"], summary: "Say whether a sidecar runs, and how it is",
            details: "Asks the sidecar that runs; of several, the one that listens where the configuration says. Exit "
                + "code 1 means that none runs.",
            flags: [.whichSidecar],
            hasJSON: true,
            examples: [
                CommandExample("sidecar status", "for people"),
                CommandExample("sidecar status --json", "for scripts"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        do throws(NoSidecar) {
            let sidecar = try invocation.runningSidecar()
            if invocation.wantsJSON {
                invocation.console.print(sidecar.status.text(style: .pretty))
            } else {
                invocation.console.write(StatusText.text(sidecar.status), to: .output)
            }
            return .done
        } catch {
            guard case .ended(let code) = error else {
                let message = "no sidecar is running"
                if invocation.wantsJSON {
                    let result: JSONValue = ["state": "stopped", "error": ExitCode.failed.json([message])]
                    invocation.console.print(result.text(style: .pretty))
                }
                invocation.console.complain(message)
                return .failed
            }
            return code
        }
    }
}
