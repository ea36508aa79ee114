internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

package enum PolicyProveCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "prove"], summary: "Start a policy's jail here and try to get out of it",
            details:
                "Compiles the policy (`default` if none is named) for a workspace that it makes for itself, starts that jail, and tries "
                + "to get out in each of the ways that docs/prove.md lists: by files, programs, networks, processes, the kernel, limits, "
                + "git and the settings of agents. Each is first shown to work without the jail, where that is safe. "
                + "Takes 20 to 60 seconds, touches nothing of yours, and leaves nothing behind. Exit code 1 means that "
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
        var settings: ProofSettings
        do {
            let loaded = try invocation.loadPolicy(invocation.line["--policy"] ?? "default")
            settings = ProofSettings(policy: loaded.policy, folder: try ProofSettings.folderOfThisProgram())
        } catch let error as SettingsError {
            return invocation.refuse(error)
        } catch {
            invocation.console.complain("the programs beside sidecar cannot be found: \(error)")
            return .failed
        }
        let shows = !invocation.wantsJSON && StandardStream.error.isTerminal
        if shows {
            let all = settings.attempts.count
            invocation.console.note("making \(all) attempts; this takes 20 to 60 seconds")
            // To the stream itself: the console of a command belongs to the thread that runs it.
            settings.onAttempt = { count in try? StandardStream.error.write("\r\(count) of \(all)") }
        }
        let result = prove(settings)
        if shows { invocation.console.write("\r\u{1B}[K", to: .error) }
        return finish(result, invocation)
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
