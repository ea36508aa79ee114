internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// `sidecar mcp start`.
package enum MCPStartCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "start"], summary: "Start an MCP server",
            details:
                "Returns when it is ready, or has failed. Servers belong to a sidecar: where none runs, one is started in the "
                + "background, which `sidecar stop` ends. What happened to the server before does not count any more.",
            flags: [.allServers, .whichSidecar], arguments: [.oneServer], hasJSON: true,
            examples: [
                CommandExample("sidecar mcp start time", "one of them"),
                CommandExample("sidecar mcp start --all", "all that are enabled"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode { MCPActing.run(.start, invocation) }
}

/// `sidecar mcp stop`.
package enum MCPStopCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "stop"], summary: "Stop an MCP server",
            details:
                "Its input is closed; after 2 s it gets SIGTERM, and after 2 more it is killed, with everything that it has started. It "
                + "stays stopped until `mcp start`.",
            flags: [.allServers, .whichSidecar], arguments: [.oneServer], hasJSON: true,
            examples: [CommandExample("sidecar mcp stop time", "one of them")], exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode { MCPActing.run(.stop, invocation) }
}

/// `sidecar mcp restart`.
package enum MCPRestartCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "restart"], summary: "Stop an MCP server and start it again",
            details: "Returns when it is ready, or has failed. One that does not run is started.",
            flags: [.allServers, .whichSidecar], arguments: [.oneServer], hasJSON: true,
            examples: [CommandExample("sidecar mcp restart time", "one of them")], exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode { MCPActing.run(.restart, invocation) }
}

extension FlagDeclaration {
    static let allServers = FlagDeclaration("--all", help: "All servers that are enabled.")
}

extension ArgumentDeclaration {
    static let oneServer = ArgumentDeclaration("NAME", help: "the server's name")
}

/// What the three have in common.
enum MCPActing {
    static func run(_ verb: MCPQuestion.Verb, _ invocation: Invocation) -> ExitCode {
        let name = invocation.line.arguments.first
        guard (name == nil) == invocation.line.has("--all") else {
            return invocation.refuse("`mcp \(verb.rawValue)` needs the name of a server, or --all, and not both")
        }
        do throws(Invocation.NoAnswer) {
            let answer = try ask(.act(verb, name), verb, invocation)
            return finish(answer.array ?? [], verb, name, invocation)
        } catch {
            return invocation.end(error)
        }
    }

    private static func ask(
        _ question: MCPQuestion, _ verb: MCPQuestion.Verb, _ invocation: Invocation
    ) throws(Invocation.NoAnswer) -> JSONValue {
        do throws(Invocation.NoAnswer) {
            return try invocation.askSidecar(question)
        } catch {
            guard case .notRunning = error else { throw error }
        }
        let entries = invocation.readServers().entries
        if case .act(_, let name?) = question, !entries.contains(where: { $0.name == name }) {
            throw .trouble(.unknown(MCPServers.unknown(name, entries.map(\.name))))
        }
        // Where no sidecar runs, no server does.
        if verb == .stop {
            invocation.console.note("no sidecar is running, and so none of its servers")
            guard case .act(_, let name) = question else { return [] }
            return .array(entries.filter { $0.name == name || name == nil }.map { .status($0) })
        }
        return try start(question, invocation)
    }

    private static func start(
        _ question: MCPQuestion, _ invocation: Invocation
    ) throws(Invocation.NoAnswer) -> JSONValue {
        do throws(DetachedSidecar.CannotStart) {
            let words = invocation.line.words(without: ["--all", "--json"])
            let sidecar = try DetachedSidecar.start(words, invocation.environment)
            invocation.console.note(
                "no sidecar was running: one was started in the background at http://\(sidecar.address) (pid \(sidecar.pid)); "
                    + "`sidecar stop` ends it")
            return try asked(question, at: sidecar.address, invocation)
        } catch {
            throw .trouble(.failed(error.message))
        }
    }

    /// The one that was just started, whatever else runs.
    private static func asked(
        _ question: MCPQuestion, at address: String, _ invocation: Invocation
    ) throws(DetachedSidecar.CannotStart) -> JSONValue {
        let found = (try? RunningSidecars.find(invocation.environment))?.running ?? []
        guard let sidecar = found.first(where: { $0.address == "http://\(address)" }) else {
            throw DetachedSidecar.CannotStart(message: "the sidecar at \(address) cannot be reached", code: .failed)
        }
        do throws(Invocation.NoAnswer) {
            return try invocation.ask(sidecar.path, question)
        } catch {
            guard case .trouble(let trouble) = error else {
                throw DetachedSidecar.CannotStart(message: "the sidecar at \(address) has ended", code: .failed)
            }
            throw DetachedSidecar.CannotStart(message: trouble.message, code: trouble.exitCode)
        }
    }

    private static func finish(
        _ statuses: [JSONValue], _ verb: MCPQuestion.Verb, _ name: String?, _ invocation: Invocation
    ) -> ExitCode {
        let console = invocation.console
        let wanted = verb == .stop ? ["stopped", "disabled", "failed"] : ["ready"]
        let skipped = name == nil ? ["disabled"] : []
        let bad = statuses.filter { !(wanted + skipped).contains($0["state"]?.string ?? "") }
        if invocation.wantsJSON {
            console.print(JSONValue.array(statuses).text(style: .pretty))
        } else {
            console.write(MCPStatusText.text(statuses, console), to: .output)
        }
        for status in bad {
            let words = status["error"]?.string ?? "it is \(status["state"]?.string ?? "?")"
            console.complain("`\(status["name"]?.string ?? "?")`: \(ShownText.neutral(words))")
        }
        return bad.isEmpty ? .done : .failed
    }
}
