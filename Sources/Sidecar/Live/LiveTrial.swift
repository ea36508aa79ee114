internal import Confinement
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime

/// The jail of one tool, asked what it lets be done. What asks is always the shell, with its own commands: no program that a
/// policy names ever gets to do anything.
struct LiveTrial {
    let jail: PolicyJail
    let stage: LiveStage
    /// Of the tool.
    let rules: NetworkRules
    let host = SystemHost()

    enum Seen {
        case allowed(String)
        case denied(String)
        case unseen(String)
    }

    private static let wall = TimeSpan.seconds(20)
    private static let shell = ["bin", "bash"]

    static func start(
        _ policy: Policy, tool: String, _ stage: LiveStage, on loop: EventLoop
    ) async throws(PolicyJail.Failure) -> LiveTrial {
        // The Bash tool has a shell of its own, or none where the policy denies it.
        let own = tool == ToolName.runningPrograms ? [] : [NormalPath(parts: shell)]
        let jail = try await PolicyJail.start(
            policy, tool: tool, stage.variables, ownPrograms: own, resolver: NamesLeadNowhere(), on: loop)
        return LiveTrial(jail: jail, stage: stage, rules: policy.rules(for: tool).network)
    }

    /// Denied is what any part is denied; allowed is what all parts are allowed.
    func seen(_ reaches: [LiveReach], granted: Bool) async throws(PolicyJail.Failure) -> Seen {
        let begun = try await ask(":", [])
        guard begun.outcome.end == .exited(0) else {
            if case .refused(.execute, _) = begun.outcome.end { return .denied("the shell itself may not run") }
            return .unseen("the shell that asks does not start here")
        }
        var unseen: String?
        for reach in reaches {
            switch try await seen(reach, granted: granted) {
            case .denied(let reason): return .denied(reason)
            case .unseen(let reason): unseen = unseen ?? reason
            case .allowed: continue
            }
        }
        if let unseen { return .unseen(unseen) }
        return .allowed(reaches.isEmpty ? "the shell starts" : "all that it reaches for is there")
    }

    private func seen(_ reach: LiveReach, granted: Bool) async throws(PolicyJail.Failure) -> Seen {
        switch reach {
        case .path(let path): try await seen(path)
        case .program(let words): try await seen(program: words)
        case .connection(let host, let port): try await seen(connection: host, port)
        case .url(let text): try await seen(url: text, rules, granted: granted)
        case .searchService: seenSearch()
        case .unknown(let reason): .unseen(reason)
        }
    }

    func ask(_ script: String, _ arguments: [String]) async throws(PolicyJail.Failure) -> PolicyJail.Run {
        // What bash says is read.
        let environment = jail.compiled.environment.merging(["LC_ALL": "C"]) { $1 }
        return try await jail.run(
            "/" + Self.shell.joined(separator: "/"), ["bash", "-c", script, "bash"] + arguments,
            environment: environment, wall: Self.wall)
    }

    /// The one word that a script answers with.
    func word(_ script: String, _ arguments: String...) async throws(PolicyJail.Failure) -> String {
        try await ask(script, arguments).output.split { $0.isWhitespace }.first.map(String.init) ?? ""
    }
}

/// Names are judged and never looked up: a test of a policy reaches nobody.
private struct NamesLeadNowhere: NameResolver {
    func addresses(of name: String) async throws(NameLookup.Failure) -> [IPAddress] {
        throw NameLookup.Failure(reason: "nothing is looked up here")
    }
}
