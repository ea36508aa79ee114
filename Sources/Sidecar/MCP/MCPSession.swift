internal import JSON
internal import LinuxSystem
internal import MCP
internal import Synchronization

/// A client's conversation over HTTP. Its requests come on any connection and so on any loop: whoever handles one asks here
/// what to do. One that was not entered in `MCPSessions` lives as long as its request.
final class MCPSession: Sendable {
    let id: String
    /// Under which tools remember for it; nil: each call stands alone. Not the id, which is a secret of the client's.
    let toolSession: String?
    private let state: Mutex<State>
    private let server: @Sendable () -> MCPServer
    /// What its client was asked.
    let questions = MCPOpenQuestions()
    /// Tells it from all other clients.
    let number = MCPSession.count.add(1, ordering: .relaxed).newValue

    private static let count = Atomic(1000)

    private struct State: Sendable {
        var conversation: MCPConversation
        var tasks: [MCPTicket: Task<Void, Never>] = [:]
        /// What is left to say of a batch whose last call was cancelled; its own request says it.
        var remainders: [MCPTicket: JSONValue] = [:]
        var lastUse: Instant
        var stream: MCPSessionStream?
    }

    init(_ server: @escaping @Sendable () -> MCPServer, id: String, toolSession: String?, now: Instant) {
        self.server = server
        self.id = id
        self.toolSession = toolSession
        state = Mutex(State(conversation: MCPConversation(server()), lastUse: now))
    }

    var isOpen: Bool { state.withLock { $0.conversation.sessionVersion != nil } }
    var isBusy: Bool { state.withLock { $0.conversation.hasRunningCalls || $0.stream != nil } }
    var lastUse: Instant { state.withLock { $0.lastUse } }

    func receive(_ message: JSONValue, now: Instant) -> [MCPConversation.Action] {
        let server = server()
        return state.withLock {
            $0.lastUse = now
            $0.conversation.change(server)
            return $0.conversation.receive(message)
        }
    }

    /// The task that runs a call. It may have been cancelled by another request already.
    func attach(_ task: Task<Void, Never>, to ticket: MCPTicket) {
        let isWanted = state.withLock {
            guard $0.conversation.isRunning(ticket) else { return false }
            $0.tasks[ticket] = task
            return true
        }
        if !isWanted { task.cancel() }
    }

    func cancel(_ ticket: MCPTicket, _ remainder: JSONValue?) {
        let task = state.withLock {
            $0.remainders[ticket] = remainder
            return $0.tasks.removeValue(forKey: ticket)
        }
        task?.cancel()
    }

    func finish(_ ticket: MCPTicket, _ result: Result<MCPCallResult, RPCError>, now: Instant) -> JSONValue? {
        state.withLock {
            $0.lastUse = now
            $0.tasks[ticket] = nil
            let remainder = $0.remainders.removeValue(forKey: ticket)
            return $0.conversation.finish(ticket, result) ?? remainder
        }
    }

    func progress(_ ticket: MCPTicket, _ progress: Double, _ message: String) -> JSONValue? {
        state.withLock { $0.conversation.progress(ticket, progress, message) }
    }

    func note(_ ticket: MCPTicket, _ level: MCPLogLevel, _ data: JSONValue, logger: String? = nil) -> JSONValue? {
        state.withLock { $0.conversation.note(ticket, level, data, logger: logger) }
    }

    func tell(_ ticket: MCPTicket, _ notification: RPCNotification) -> JSONValue? {
        state.withLock { $0.conversation.tell(ticket, notification) }
    }

    /// nil: there is no session, or the call is over.
    func question(_ ticket: MCPTicket, _ number: Int, _ kind: MCPAsking, _ parameters: JSONValue) -> JSONValue? {
        state.withLock { $0.conversation.question(ticket, number, kind, parameters) }
    }

    func withdrawal(_ number: Int) -> JSONValue? { state.withLock { $0.conversation.withdrawal(number) } }

    // MARK: News

    func news(_ news: MCPNews) -> JSONValue? { state.withLock { $0.conversation.news(news) } }

    var subscribed: Set<String> { state.withLock { $0.conversation.subscribed } }

    /// Who hears of resources for it; nil while nobody listens.
    var listener: Int? { state.withLock { $0.stream?.listener } }

    /// There is one for each session: who listens anew has lost the old one.
    func attach(_ stream: MCPSessionStream) -> Set<String> {
        let (old, resources) = state.withLock { state in
            defer { state.stream = stream }
            return (state.stream, state.conversation.subscribed)
        }
        old?.end()
        return resources
    }

    func detach(_ stream: MCPSessionStream, now: Instant) {
        state.withLock {
            $0.lastUse = now
            if $0.stream === stream { $0.stream = nil }
        }
    }

    /// It is over.
    func end() {
        questions.end()
        let stream = state.withLock { $0.stream }
        stream?.end()
        let tasks = state.withLock { state in
            _ = state.conversation.end()
            defer { state.tasks = [:] }
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
    }
}
