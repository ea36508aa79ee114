internal import JSON
internal import MCP

/// The server that a person wants to log in to, or out of: found, fit for it, and with a place for what is given.
struct MCPLoginPlace: Sendable {
    struct Stop: Error {
        let message: String
        let code: ExitCode

        init(_ message: String, _ code: ExitCode = .failed) {
            self.message = message
            self.code = code
        }
    }

    let entry: MCPServerEntry
    let server: OAuthAddress
    let store: OAuthStore
    var key: String { OAuthStore.key(entry) }

    init(_ invocation: Invocation) throws(Stop) {
        let name = invocation.line.arguments[0]
        let entries = invocation.readServers().entries
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw Stop(MCPServers.unknown(name, entries.map(\.name)), .wrongInput)
        }
        // A stranger's entry would lead to a stranger's page.
        if let pending = entry.pending { throw Stop("`\(name)` \(pending)") }
        if let problem = entry.problem { throw Stop("`\(name)`: \(problem)") }
        if let problem = entry.loginProblem { throw Stop(problem, .wrongInput) }
        guard let server = entry.webAddress, let state = Places.state(invocation.environment) else {
            throw Stop("there is no place to keep a login: set HOME or XDG_STATE_HOME to an absolute path")
        }
        self.entry = entry
        self.server = server
        store = OAuthStore(stateFolder: state)
    }

    func keep(_ grant: OAuthGrant?) throws(Stop) {
        try Self.settled { () throws(OAuthProblem) in try store.keep(grant, key) }
    }

    func known() throws(Stop) -> OAuthGrant? {
        try Self.settled { () throws(OAuthProblem) in try store.find(key) }
    }

    /// The store names its file where that is what is wrong.
    static func settled<Value>(_ work: () throws(OAuthProblem) -> Value) throws(Stop) -> Value {
        do throws(OAuthProblem) { return try work() } catch { throw Stop(error.message) }
    }

    func settled<Value>(_ result: Result<Value, OAuthProblem>) throws(Stop) -> Value {
        switch result {
        case .success(let value): return value
        case .failure(let problem): throw Stop("no login to `\(entry.name)`: \(problem.message)")
        }
    }

    /// With a sidecar that runs, so that the login, or that there is none, takes effect. Whether it is up then its status says.
    func startAnew(_ invocation: Invocation) -> ExitCode {
        guard entry.mayRun, case .one(let sidecar)? = try? invocation.whichSidecar() else { return .done }
        do throws(Invocation.NoAnswer) {
            let statuses = try invocation.ask(sidecar.path, .act(.restart, entry.name)).array ?? []
            guard statuses.first?["state"]?.string == MCPManagedServer.State.ready.rawValue else {
                invocation.console.note("`\(entry.name)` is not ready: `sidecar mcp status \(entry.name)` says why")
                return .failed
            }
            return .done
        } catch {
            return invocation.end(error)
        }
    }
}
