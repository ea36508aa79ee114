internal import JSON
package import LinuxSystem

/// Being told when resources change: in sessions by a request for each, without them by one that stays open for all.
extension MCPClient {
    /// From now on of these and no others. What a server answers to it is of no interest: who cannot tell never will.
    package mutating func watch(_ uris: [String], _ now: Instant) -> [Action] {
        guard let version, capabilities["resources"]?["subscribe"]?.bool == true, uris != watched else { return [] }
        let known = watched
        watched = uris
        let forever = TimeSpan(nanoseconds: .max)
        guard version.isStateless else {
            let gone = known.filter { !uris.contains($0) }.map { ("resources/unsubscribe", $0) }
            let fresh = uris.filter { !known.contains($0) }.map { ("resources/subscribe", $0) }
            return (gone + fresh).map { method, uri in
                .send(ask(method, ["uri": .string(uri)], .listening, Self.watchTime, now: now).1)
            }
        }
        var actions: [Action] = []
        if let watching {
            pending[watching] = nil
            actions.append(.send(Self.cancellation(watching, "other resources are of interest now")))
        }
        watching = nil
        if uris.isEmpty { return actions }
        let wanted: JSONValue = ["notifications": ["resourceSubscriptions": .array(uris.map { .string($0) })]]
        let (id, message) = ask("subscriptions/listen", wanted, .listening, forever, now: now)
        watching = id
        return actions + [.send(message)]
    }

    private static let watchTime = TimeSpan.seconds(20)
}
