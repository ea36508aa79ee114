package import LinuxSystem

/// Without sessions a server says how long its lists hold. Then they are asked for again, whether or not it tells of changes.
extension MCPClient {
    /// More often nobody is asked, whatever it says.
    private static let shortest = TimeSpan.seconds(5)
    private static let longest = TimeSpan.seconds(24 * 3600)

    package mutating func didList(_ what: MCPOffered, holdsFor said: TimeSpan?, _ now: Instant) {
        ageing[what] = nil
        guard version?.isStateless == true, let said else { return }
        let time = min(max(said, Self.shortest), Self.longest)
        ageing[what] = (time, now + time)
    }

    var nextAge: Instant { ageing.values.map(\.end).min() ?? .distantFuture }

    /// Those that are too old. A list that cannot be had then is asked for again in its own time.
    mutating func aged(_ now: Instant) -> [Action] {
        let old = MCPOffered.allCases.filter { ageing[$0].map { $0.end <= now } ?? false }
        for what in old { if let time = ageing[what]?.time { ageing[what]?.end = now + time } }
        return old.map { .changed($0) }
    }
}
