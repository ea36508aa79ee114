internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

package enum PolicyProveCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "prove"], summary: "Start a policy's jail here and try to get out of it",
            details:
                "Compiles the policy (`default` if none is named) for a workspace that it makes for itself, starts that jail, and makes "
                + "some \(EscapeCatalog.all.count / 10 * 10) attempts to get out: at files, programs, networks, processes, the kernel, limits, "
                + "git and the settings of agents. Each is first shown to work without the jail, where that is safe. docs/prove.md lists "
                + "them all. Takes about 20 seconds, touches nothing of yours, and leaves nothing behind. Exit code 1 means that "
                + "something broke, or that nothing was shown.",
            flags: [
                FlagDeclaration(
                    "--policy", .init("FILE", .file), help: "A file, or a built-in name; `default` by default.")
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar policy prove", "the built-in default"),
                CommandExample("sidecar policy prove --policy policies/mine.yaml --json", "another one, for a script"),
            ],
            exitCodes: [.failed, .sandboxTooWeak])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let settings: ProofSettings
        do {
            let loaded = try invocation.loadPolicy(invocation.line["--policy"] ?? "default")
            settings = ProofSettings(policy: loaded.policy, folder: try ProofSettings.folderOfThisProgram())
        } catch let error as SettingsError {
            return invocation.refuse(error)
        } catch {
            invocation.console.complain("the programs beside sidecar cannot be found: \(error)")
            return .failed
        }
        if !invocation.wantsJSON, invocation.console.isColoured(.error) {
            invocation.console.note("making \(settings.attempts.count) attempts; this takes about 20 seconds")
        }
        return finish(prove(settings), invocation)
    }

    private static func prove(_ settings: ProofSettings) -> Result<ProofReport, ProofFailure> {
        do throws(SystemError) {
            return try InterruptibleLoop.run { loop, isInterrupted in
                await Prover.prove(settings, on: loop, isInterrupted: isInterrupted)
            }
        } catch {
            return .failure(.system(error))
        }
    }

    private static func finish(_ result: Result<ProofReport, ProofFailure>, _ invocation: Invocation) -> ExitCode {
        switch result {
        case .success(let report):
            if invocation.wantsJSON {
                invocation.console.print(report.json().text(style: .pretty))
            } else {
                invocation.console.write(report.text(invocation.console), to: .output)
            }
            return report.isProof ? .done : .failed
        case .failure(let failure):
            invocation.console.complain("\(failure)")
            return failure.exitCode
        }
    }
}
