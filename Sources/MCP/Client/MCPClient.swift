package import JSON
package import LinuxSystem

/// Our side towards one server: which era it speaks, what was asked and not yet answered, and until when. A state machine:
/// lines go in, actions come out, the time is told to it, and whoever owns it does what it says.
package struct MCPClient: Sendable {
    package struct Settings: Sendable {
        package var name = "sidecar"
        package var version = "0"
        /// What a server that asks is told to work in: `file://…`.
        package var roots: [String] = []
        /// What a server with sessions is told, before anybody has called, that it can ask for.
        package var abilities: JSONValue = [:]
        /// Whoever owns this gives a model's answers where no client does.
        package var samples = false
        /// How long a person has for an answer.
        package var questionTime = TimeSpan.seconds(600)
        /// From the first message until the server has said what it is.
        package var openingTime = TimeSpan.seconds(30)
        /// How long a server may be silent to a question that servers with sessions do not know.
        package var probeTime = TimeSpan.seconds(3)
        /// The last time it was one with sessions, or died of the question: it is not asked.
        package var opensSession = false

        package init() {}
    }

    package enum Action: Sendable, Equatable {
        case send(JSONValue)
        /// What it is, is known; requests may be made.
        case opened
        case finished(MCPRequestTicket, Result<JSONValue, MCPClientFailure>)
        /// With the parameters of the notification.
        case progress(MCPRequestTicket, JSONValue)
        case changed(MCPOffered)
        /// What somebody wanted to hear of a resource.
        case updated(uri: String)
        /// It asks whoever made that request, or without one the owner; to be ended by `answer`.
        case asked(RPCID, MCPRequestTicket?, MCPAsking, JSONValue)
        /// Nobody waits for that answer any more.
        case withdrawn(RPCID)
        case logged(JSONValue)
        /// Something that is no message, or answers nothing that was asked: for the server's log.
        case noise(String)
        /// There is nothing to be done with this server.
        case broken(String)
    }

    package enum Phase: Sendable, Equatable {
        case closed, asking, opening
        case open(MCPVersion)
        case broken
    }

    enum Purpose: Sendable, Equatable {
        case probe, opening, listening
        case call(resetsTime: Bool)
    }

    struct Pending: Sendable {
        let purpose: Purpose
        let limit: TimeSpan
        var deadline: Instant
        /// Of whoever it is asked for.
        let abilities: JSONValue
        /// Who that is; nil: ourselves.
        let caller: Int?
        /// That came up in it and are open: as long its time does not run.
        var questions = 0
    }

    package let settings: Settings
    package internal(set) var phase = Phase.closed
    /// `{"name", "version", …}`, as it says.
    package internal(set) var information: JSONValue = .null
    package internal(set) var capabilities: JSONValue = [:]
    package internal(set) var instructions: String?
    var pending: [Int: Pending] = [:]
    var openingDeadline = Instant.distantFuture
    /// Answers to nothing that was asked, so that a server which mixes up its ids is found out.
    var strayAnswers = 0
    /// Resources whose changes it was asked to tell, and without sessions by which request.
    var watched: [String] = []
    var watching: Int?
    /// How long lists hold, and until when.
    var ageing: [MCPOffered: (time: TimeSpan, end: Instant)] = [:]
    var questions: [RPCID: Question] = [:]
    private var lastID = 0

    package init(_ settings: Settings) { self.settings = settings }

    package var version: MCPVersion? {
        if case .open(let version) = phase { version } else { nil }
    }

    package func offers(_ what: MCPOffered) -> Bool { capabilities[what.capability]?.object != nil }

    /// When `tick` has to be called at the latest.
    package var nextDeadline: Instant {
        let first = pending.values.map(\.deadline).min() ?? .distantFuture
        return version == nil ? min(first, openingDeadline) : min(first, nextAge, nextQuestionDeadline)
    }

    // MARK: Asking

    /// Only once it is open. `caller`: whoever it is asked for, who has these abilities; nil: ourselves.
    package mutating func request(
        _ method: String, _ parameters: JSONValue, limit: TimeSpan, wantsProgress: Bool = false,
        abilities: JSONValue = [:], caller: Int? = nil, now: Instant
    ) -> (ticket: MCPRequestTicket, message: JSONValue) {
        let (id, message) = ask(
            method, parameters, .call(resetsTime: wantsProgress), limit, wantsProgress: wantsProgress,
            abilities: abilities, caller: caller, now: now)
        return (MCPRequestTicket(number: id), message)
    }

    /// Something that costs a server nothing, to see whether it is there.
    package mutating func ping(
        limit: TimeSpan, now: Instant
    ) -> (ticket: MCPRequestTicket, message: JSONValue) {
        request(version?.isStateless == true ? "server/discover" : "ping", [:], limit: limit, now: now)
    }

    mutating func ask(
        _ method: String, _ parameters: JSONValue, _ purpose: Purpose, _ limit: TimeSpan, wantsProgress: Bool = false,
        abilities: JSONValue = [:], caller: Int? = nil, now: Instant
    ) -> (Int, JSONValue) {
        lastID += 1
        pending[lastID] = Pending(
            purpose: purpose, limit: limit, deadline: now + limit, abilities: abilities, caller: caller)
        var parameters = parameters
        var meta = parameters["_meta"] ?? [:]
        if wantsProgress { meta["progressToken"] = .int(lastID) }
        if phase == .asking || version?.isStateless == true {
            meta[MCPRequestContext.Key.version] = .string(MCPVersion.july2026.rawValue)
            meta[MCPRequestContext.Key.capabilities] = abilities
            meta[MCPRequestContext.Key.clientInfo] = ownInformation
        }
        if meta.object?.isEmpty == false { parameters["_meta"] = meta }
        return (lastID, RPCRequest(id: .number(lastID), method: method, parameters: parameters).json)
    }

    var ownInformation: JSONValue { ["name": .string(settings.name), "version": .string(settings.version)] }

    /// Nothing more is said of it, whatever the server still sends.
    package mutating func cancel(_ ticket: MCPRequestTicket, _ reason: String) -> [Action] {
        guard pending.removeValue(forKey: ticket.number) != nil else { return [] }
        let told: Action = .send(Self.cancellation(ticket.number, reason))
        return [told] + withdrawQuestions(of: ticket.number) + [.finished(ticket, .failure(.cancelled))]
    }

    static func cancellation(_ id: Int, _ reason: String) -> JSONValue {
        RPCNotification(
            method: "notifications/cancelled", parameters: ["requestId": .int(id), "reason": .string(reason)]
        ).json
    }

    /// The server is gone, and with it every answer.
    package mutating func end(_ reason: String) -> [Action] {
        defer {
            pending = [:]
            questions = [:]
        }
        ageing = [:]
        phase = .closed
        openingDeadline = .distantFuture
        return questions.keys.map { .withdrawn($0) }
            + pending.keys.sorted().compactMap { id in
                guard case .call = pending[id]?.purpose else { return nil }
                return .finished(MCPRequestTicket(number: id), .failure(.gone(reason)))
            }
    }

    // MARK: Time

    package mutating func tick(_ now: Instant) -> [Action] {
        if version == nil, openingDeadline <= now { return fail(silence) }
        var actions = aged(now) + overdueQuestions(now)
        for (id, waiting) in pending.sorted(by: { $0.key < $1.key }) where waiting.deadline <= now {
            pending[id] = nil
            switch waiting.purpose {
            // It may still answer; what it says then comes too late.
            case .probe: actions += openSession(now)
            case .opening, .listening: break
            case .call:
                actions.append(.send(Self.cancellation(id, "no answer within \(waiting.limit)")))
                actions += withdrawQuestions(of: id)
                actions.append(.finished(MCPRequestTicket(number: id), .failure(.timedOut(waiting.limit))))
            }
        }
        return actions
    }

    private var silence: String {
        let what = "no answer to `initialize` within \(settings.openingTime)"
        if strayAnswers == 0 { return what }
        return "\(what); \(strayAnswers) of its answers had ids that nobody had asked with"
    }

    mutating func fail(_ reason: String) -> [Action] {
        phase = .broken
        pending = [:]
        openingDeadline = .distantFuture
        return [.broken(reason)]
    }
}
