internal import Confinement
internal import LinuxSystem
internal import Sandbox
internal import Synchronization

/// The way out of a jail whose policy names hosts: one proxy on the socket that the jail made for it.
final class ToolJailNetwork: Sendable {
    private let proxies: [EgressProxy]
    private let events: Events

    private final class Events: Sendable {
        let summary = Mutex(EgressSummary())
    }

    /// A name server that does not answer holds up two look-ups of this jail, and nobody else's.
    private static let lookupsMax = 2

    /// Without network rules the jail made no socket, and there is no proxy.
    init(_ zygote: Zygote, _ rules: NetworkRules, on loop: EventLoop) throws(SystemError) {
        let events = Events()
        let resolver = SystemNameResolver(BlockingPool(threads: Self.lookupsMax))
        var proxies: [EgressProxy] = []
        for listener in zygote.takeListeners() {
            let proxy = EgressProxy(
                try listener.descriptor.duplicate(), on: loop, judge: EgressJudge(rules), resolver: resolver
            ) { event in events.summary.withLock { $0.add(event) } }
            try proxy.start()
            proxies.append(proxy)
        }
        self.proxies = proxies
        self.events = events
    }

    var isThere: Bool { !proxies.isEmpty }

    /// What was reached and refused since this was last asked. Runs at the same time in one jail share it.
    func takeSummary() -> EgressSummary {
        events.summary.withLock { summary in
            defer { summary = EgressSummary() }
            return summary
        }
    }

    func stop() { for proxy in proxies { proxy.stop() } }
}

extension EgressSummary {
    var runDenials: [RunDenial] {
        denials.map {
            RunDenial(.network, rule: $0.rule, place: $0.place, detail: $0.detail, suggestion: $0.addition)
        }
    }
}
