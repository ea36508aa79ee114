internal import LinuxSystem

/// `sidecar code`.
package enum CodeCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["code"], summary: "Run Claude Code through the sidecar",
            details:
                "Starts a sidecar in the background if none runs, sets the variables that point Claude Code at it "
                + "(`sidecar env` prints them, docs/claude-code.md explains them), and hands over the terminal. The exit "
                + "code is Claude Code's own.",
            flags: [
                FlagDeclaration(
                    "--listen", .init("HOST:PORT"), configurationKey: "listen",
                    help: "Which sidecar, and where to start one; else where the configuration says."),
                .model, .contextTokens,
            ],
            passedOn: ArgumentDeclaration("ARGS…", help: "What Claude Code is started with."),
            examples: [
                CommandExample("sidecar code", "an interactive session"),
                CommandExample("sidecar code -- -p 'explain this folder'", "one answer"),
                CommandExample(
                    "sidecar code --model local/qwen3 --context-tokens 65536", "a model that Claude Code does not know"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        guard let wish = invocation.claudeWish() else { return .wrongInput }
        guard let program = ClaudeInstallation.find(invocation.environment) else {
            invocation.console.complain(ClaudeInstallation.missing)
            return .failed
        }
        do throws(NoSidecar) {
            guard let facts = invocation.clientFacts(of: try sidecar(invocation)) else { return .failed }
            let client = ClaudeEnvironment(
                facts, wish, environment: invocation.environment,
                isLoggedIn: ClaudeInstallation.isLoggedIn(invocation.environment))
            for remark in client.remarks { invocation.console.note(remark) }
            return become(program, client, invocation)
        } catch {
            guard case .ended(let code) = error else { return .failed }
            return code
        }
    }

    /// The one that runs, or one that we start.
    private static func sidecar(_ invocation: Invocation) throws(NoSidecar) -> RunningSidecar {
        switch try invocation.whichSidecar() {
        case .one(let sidecar): return sidecar
        case .several(let running): throw .ended(invocation.askWhich(running))
        case .none, .elsewhere: break
        }
        do throws(ConfigurationError) {
            _ = try invocation.loadConfiguration().settings(invocation.environment)
        } catch {
            throw .ended(invocation.refuse(error))
        }
        let address: String
        do throws(DetachedSidecar.CannotStart) {
            // Flags of the same name mean the same to `serve`.
            let words = invocation.line.words(without: ["--model", "--context-tokens"])
            let started = try DetachedSidecar.start(words, invocation.environment)
            invocation.console.note(
                "started a sidecar at http://\(started.address) (pid \(started.pid), log \(started.logPath)); it keeps "
                    + "running, `sidecar stop` ends it")
            address = "http://\(started.address)"
        } catch {
            invocation.console.complain(error.message)
            throw .ended(error.code)
        }
        let running = (try? RunningSidecars.find(invocation.environment).running) ?? []
        guard let sidecar = running.first(where: { $0.address == address }) else {
            invocation.console.complain("\(address) runs and has no control socket; its log says why")
            throw .ended(.failed)
        }
        return sidecar
    }

    /// Returns only when that failed.
    private static func become(_ program: String, _ client: ClaudeEnvironment, _ invocation: Invocation) -> ExitCode {
        var environment = invocation.environment
        for variable in client.variables { environment[variable.name] = variable.value }
        let error = LinuxSystem.Program.replaceThisProcess(
            ProgramLaunch(path: program, arguments: invocation.line.passedOn, environment: environment))
        invocation.console.complain("\(program) cannot be started: \(error.reason)")
        return .failed
    }
}
