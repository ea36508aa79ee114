internal import JSON
internal import LinuxSystem
internal import MCP

extension EventLoop {
    /// Until what was submitted so far has run.
    func settle() async { await withCheckedContinuation { waiter in submit { waiter.resume() } } }
}

extension MCPCall {
    /// Of how it goes, or of what is said meanwhile.
    var wantsToHear: Bool { context.progressToken != nil || context.logLevel != nil }
}

/// What whoever asks a server wants to hear meanwhile. Told on the server's loop.
struct MCPHearing: Sendable {
    /// nil: nothing.
    var progress: (@Sendable (Double, String) -> Void)?
    /// Of its log, from this level on, with who says it.
    var level: MCPLogLevel?
    var note: (@Sendable (MCPLogLevel, JSONValue, String) -> Void)?

    /// What it can be asked for, and what it answers to the last attempt.
    var abilities: JSONValue = [:]
    var answers: JSONValue = [:]
    /// It takes a result that asks for something, and calls again.
    var takesRounds = false
    /// Asks it, and returns once it has answered; nil: nobody is there to be asked. Cancelling withdraws the question.
    var ask: (@Sendable (MCPAsking, JSONValue) async -> MCPAnswer)?
    /// Who it is, among all that call; nil: nobody who could be told from others.
    var caller: Int?

    static let nothing = MCPHearing()

    /// Of a call for somebody: not to be taken for a request of our own, in which nobody can be asked.
    var named: MCPHearing {
        var hearing = self
        hearing.caller = caller ?? 0
        return hearing
    }

    func of(_ call: MCPCall) -> MCPHearing {
        var hearing = self
        hearing.abilities = call.context.abilities
        hearing.answers = call.answers
        hearing.takesRounds = call.context.version.isStateless
        return hearing
    }

    func take(progress parameters: JSONValue) {
        progress?(parameters["progress"]?.double ?? 0, parameters["message"]?.string ?? "")
    }

    func take(log parameters: JSONValue, of server: String) {
        guard let note, let level = parameters["level"]?.string.flatMap({ MCPLogLevel(rawValue: $0) }) else { return }
        let logger = parameters["logger"]?.string.map { "\(server)/\($0)" } ?? server
        note(level, parameters["data"] ?? .null, logger)
    }
}
