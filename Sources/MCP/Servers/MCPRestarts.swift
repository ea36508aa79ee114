package import LinuxSystem

/// Whether a server that has ended is started again, and when. The time and the chance are told to it.
package struct MCPRestarts: Sendable {
    package enum Policy: String, Sendable, CaseIterable {
        case always
        case onFailure = "on-failure"
        case never
    }

    package enum Decision: Sendable, Equatable {
        case stay
        case again(after: TimeSpan)
        /// Too often in too short a time: until a person, or another configuration, says otherwise.
        case giveUp
    }

    package static let firstDelay = TimeSpan.milliseconds(100)
    package static let delayMax = TimeSpan.seconds(30)
    /// So many within `window` are too many.
    package static let countMax = 5
    package static let window = TimeSpan.seconds(60)
    /// After so long in health it is as if nothing had ever happened.
    package static let healthyTime = TimeSpan.seconds(60)

    package let policy: Policy
    private var recent: [Instant] = []
    private var delay = MCPRestarts.firstDelay

    package init(_ policy: Policy) { self.policy = policy }

    /// `readySince`: when it became ready, if it ever did. `chance` is from 0 to 1.
    package mutating func ended(
        wasFailure: Bool, readySince: Instant?, now: Instant, chance: Double
    ) -> Decision {
        switch policy {
        case .never: return .stay
        case .onFailure where !wasFailure: return .stay
        case .always, .onFailure: break
        }
        if let readySince, now - readySince >= Self.healthyTime {
            recent = []
            delay = Self.firstDelay
        }
        recent.removeAll { now - $0 >= Self.window }
        if recent.count >= Self.countMax { return .giveUp }
        recent.append(now)
        let chosen = delay
        delay = min(TimeSpan(nanoseconds: delay.nanoseconds * 2), Self.delayMax)
        // A fifth more or less, so that servers which died of one cause do not come back in one moment.
        let factor = 0.8 + 0.4 * min(max(chance, 0), 1)
        return .again(after: TimeSpan(nanoseconds: UInt64(Double(chosen.nanoseconds) * factor)))
    }
}
