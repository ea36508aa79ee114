internal import JSON
internal import LinuxSystem

/// `sidecar env`.
package enum EnvCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["env"], summary: "Print the variables that point a coding agent at the sidecar",
            details: "Prints lines for a shell to evaluate, for the sidecar that runs, or else for the one that the "
                + "configuration describes. What is set already is not printed again, and keys never are.",
            flags: [.whichSidecar, .model, .contextTokens],
            hasJSON: true,
            examples: [
                CommandExample("eval \"$(sidecar env)\"", "then start the agent in the same shell"),
                CommandExample("sidecar env --json", "one object, names to values"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        guard let wish = invocation.claudeWish() else { return .wrongInput }
        do throws(NoSidecar) {
            guard let facts = try facts(invocation) else { return .failed }
            print(
                ClaudeEnvironment(
                    facts, wish, environment: invocation.environment,
                    isLoggedIn: ClaudeInstallation.isLoggedIn(invocation.environment)), invocation)
            return .done
        } catch {
            guard case .ended(let code) = error else { return .failed }
            return code
        }
    }

    private static func facts(_ invocation: Invocation) throws(NoSidecar) -> ClientFacts? {
        switch try invocation.whichSidecar() {
        case .one(let sidecar): return invocation.clientFacts(of: sidecar)
        case .several(let running): throw .ended(invocation.askWhich(running))
        case .none, .elsewhere: break
        }
        do throws(ConfigurationError) {
            let configuration = try invocation.loadConfiguration().configuration
            invocation.console.note(
                "no sidecar is running at \(configuration.listen); this is how it would be reached (`sidecar serve` starts it)"
            )
            return ClientFacts(configuration, address: configuration.listen.description)
        } catch {
            throw .ended(invocation.refuse(error))
        }
    }

    private static func print(_ result: ClaudeEnvironment, _ invocation: Invocation) {
        let console = invocation.console
        for remark in result.remarks { console.note(remark) }
        for name in result.secretNames {
            console.note("\(name) must be one of auth.keys; it is not printed, set it yourself")
        }
        if invocation.wantsJSON {
            let shown = result.variables.filter { !$0.isSecret }
            let object = JSONObject(shown.map { JSONObject.Member(key: $0.name, value: .string($0.value)) })
            console.print(JSONValue.object(object).text(style: .pretty))
        } else {
            console.write(result.shellText, to: .output)
        }
    }
}
