internal import JSON
internal import LinuxSystem
internal import MCP
internal import Sandbox
internal import ToolRuntime

/// The policy's word on calls of servers' tools, the record of each, and what they come to. On the servers' loop only, which
/// `@unchecked Sendable` stands on.
final class MCPAccounts: @unchecked Sendable {
    private var policy: Policy
    private let workspace: String
    private let audit: ToolAudit
    /// Whether records have the arguments themselves; else only their hash and size.
    private let keepsArguments: Bool
    private let requiresAudit: Bool
    private var known: [String: RunDenial?] = [:]
    private(set) var metrics = MCPCallMetrics()

    init(_ settings: ToolHostSettings, keepsArguments: Bool) {
        policy = settings.policy
        workspace = settings.variables.workspace.text
        audit = ToolAudit(folder: "\(settings.stateFolder)/audit")
        self.keepsArguments = keepsArguments
        requiresAudit = settings.requiresAudit
    }

    /// As policies name it: by the server's and the tool's own names.
    static func name(_ server: String, _ tool: String) -> String { "mcp__\(MCPToolNames.offered(server, tool))" }

    /// Calls from now on are under this one.
    func change(_ fresh: Policy) {
        policy = fresh
        known = [:]
    }

    /// Why it must not be called. What the policy says is looked up once.
    func denial(_ server: String, _ tool: String) -> RunDenial? {
        let name = Self.name(server, tool)
        if let known = known[name] { return known }
        let decision = policy.decision(onServerTool: name)
        let denial =
            decision.outcome == .allow
            ? nil
            : RunDenial(
                .policy, rule: decision.rule, place: decision.place, detail: decision.reason,
                suggestion: decision.suggestion)
        if known.count < Self.knownMax { known[name] = .some(denial) }
        return denial
    }

    private static let knownMax = 10_000

    /// Why nothing may be done now: it could not be recorded.
    func obstacle() async -> String? { requiresAudit ? await audit.obstacle().map(ToolAudit.refusal) : nil }

    /// `isPerson`: who calls by the command line asks nobody. It is recorded like the others.
    func run(
        _ server: MCPManagedServer, _ tool: String, _ arguments: JSONValue, _ limit: TimeSpan?,
        _ hearing: MCPHearing, isPerson: Bool
    ) async throws(MCPTrouble) -> JSONValue {
        let began = server.loop.clock.now()
        let result: Result<JSONValue, MCPTrouble>
        if !isPerson, let denial = denial(server.name, tool) {
            result = .failure(.denied(denial))
        } else if let obstacle = await obstacle() {
            result = .failure(.notReady(obstacle))
        } else {
            do throws(MCPTrouble) {
                result = .success(try await server.call(tool, arguments, limit: limit, hearing: hearing))
            } catch {
                result = .failure(error)
            }
        }
        // A name that nobody has given is no tool's.
        if case .failure(.unknown) = result { return try result.get() }
        await note(server, tool, arguments, result, server.loop.clock.now() - began, isPerson)
        return try result.get()
    }

    private func note(
        _ server: MCPManagedServer, _ tool: String, _ arguments: JSONValue, _ result: Result<JSONValue, MCPTrouble>,
        _ duration: TimeSpan, _ isPerson: Bool
    ) async {
        var account = Account(.done, duration: duration)
        switch result {
        case .success(let answer):
            if answer["isError"]?.bool == true { account.outcome = .failed }
            account.bytesOut = answer.bytes().count
        case .failure(let trouble):
            account.outcome = trouble.outcome
            account.detail = trouble.record
        }
        await record(server, tool, arguments, account, isPerson: isPerson)
    }

    /// What came of something.
    struct Account {
        var outcome: AuditEntry.Outcome
        /// Ours alone: what others say may be anything.
        var detail: String?
        var bytesOut: Int
        var duration: TimeSpan

        init(
            _ outcome: AuditEntry.Outcome, detail: String? = nil, bytesOut: Int = 0, duration: TimeSpan = .zero
        ) {
            self.outcome = outcome
            self.detail = detail
            self.bytesOut = bytesOut
            self.duration = duration
        }
    }

    func record(
        _ server: MCPManagedServer, _ tool: String, _ arguments: JSONValue, _ account: Account, isPerson: Bool = false
    ) async {
        let decision = policy.decision(onServerTool: Self.name(server.name, tool))
        var entry = AuditEntry(
            tool: Self.name(server.name, tool),
            input: keepsArguments ? AuditInput(arguments) : AuditInput(hashOf: arguments),
            policy: policy.shownName, decision: isPerson ? .allow : decision.outcome,
            rule: isPerson ? "mcp call" : decision.rule, outcome: account.outcome)
        entry.place = isPerson ? nil : decision.place
        entry.workspace = workspace
        entry.detail = account.detail
        entry.duration = account.duration
        entry.bytesIn = arguments.bytes().count
        entry.bytesOut = account.bytesOut
        metrics.add(server.name, tool, entry)
        if let problem = await audit.write(entry) { server.log.note(problem) }
    }
}

extension MCPTrouble {
    fileprivate var outcome: AuditEntry.Outcome {
        switch self {
        case .denied: .denied
        case .timedOut: .timedOut
        case .unknown, .wrongArguments, .notReady: .broken
        case .failed, .refused: .failed
        }
    }

    /// Ours alone: what a server says may be anything.
    fileprivate var record: String {
        switch self {
        case .unknown: "there is no such tool"
        case .wrongArguments: "the arguments are not what the tool takes"
        case .notReady: "the server does not run"
        case .timedOut: "the server did not answer in time"
        case .failed: "the server's answer was of no use, or it ended"
        case .refused(let code, _): "the server refused it with \(code)"
        case .denied(let denial): denial.detail
        }
    }
}
