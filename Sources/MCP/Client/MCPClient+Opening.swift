internal import JSON
package import LinuxSystem

/// How it is found out what a server speaks. Without sessions it says so when it is asked (`server/discover`); whatever else
/// it answers, or nothing at all, means that a session is to be opened.
extension MCPClient {
    package mutating func open(_ now: Instant) -> [Action] {
        openingDeadline = now + settings.openingTime
        if settings.opensSession { return openSession(now) }
        phase = .asking
        let (_, message) = ask("server/discover", [:], .probe, settings.probeTime, now: now)
        return [.send(message)]
    }

    mutating func openSession(_ now: Instant) -> [Action] {
        phase = .opening
        let parameters: JSONValue = [
            "protocolVersion": .string(MCPVersion.newestWithSessions.rawValue),
            "capabilities": declared, "clientInfo": ownInformation,
        ]
        let (_, message) = ask("initialize", parameters, .opening, settings.openingTime, now: now)
        return [.send(message)]
    }

    /// Once and for all: a server with sessions has no other moment to learn what it may ask for.
    private var declared: JSONValue {
        var declared = settings.abilities
        if !settings.roots.isEmpty { declared["roots"] = [:] }
        if settings.samples, declared["sampling"] == nil { declared["sampling"] = [:] }
        return declared
    }

    /// The answer to the question whether it does without sessions.
    mutating func discovered(_ response: RPCResponse, _ now: Instant) -> [Action] {
        guard phase == .asking else { return [] }
        let named = response.result?["supportedVersions"]?.array?.compactMap(\.string) ?? []
        guard let version = MCPVersion.stateless.last(where: { named.contains($0.rawValue) }),
            let result = response.result
        else { return openSession(now) }
        phase = .open(version)
        information = result["_meta"]?[MCPRequestContext.Key.serverInfo] ?? .null
        learn(result)
        return [.opened] + listen(now)
    }

    mutating func opened(_ response: RPCResponse) -> [Action] {
        guard let result = response.result else {
            let error = response.error
            let words = error?["message"]?.string ?? "no reason given"
            return fail("it refused `initialize`: \(words) (\(error?["code"]?.int ?? 0))")
        }
        guard let named = result["protocolVersion"]?.string else {
            return fail("its answer to `initialize` has no `protocolVersion`")
        }
        guard let version = MCPVersion(rawValue: named), !version.isStateless else {
            let known = MCPVersion.allCases.map(\.rawValue).joined(separator: ", ")
            return fail("it speaks version `\(named.prefix(40))` of the protocol; known here: \(known)")
        }
        phase = .open(version)
        information = result["serverInfo"] ?? .null
        learn(result)
        return [.send(RPCNotification(method: "notifications/initialized").json), .opened]
    }

    private mutating func learn(_ result: JSONValue) {
        capabilities = result["capabilities"] ?? [:]
        instructions = result["instructions"]?.string
        openingDeadline = .distantFuture
        pending = [:]
    }

    /// Without sessions a server tells of changes only who has asked for it.
    private mutating func listen(_ now: Instant) -> [Action] {
        var wanted: JSONValue = [:]
        for what in MCPOffered.allCases
        where what != .templates && capabilities[what.rawValue]?["listChanged"]?.bool == true {
            wanted["\(what.rawValue)ListChanged"] = true
        }
        if wanted.object?.isEmpty != false { return [] }
        let forever = TimeSpan(nanoseconds: .max)
        let (_, message) = ask("subscriptions/listen", ["notifications": wanted], .listening, forever, now: now)
        return [.send(message)]
    }
}
