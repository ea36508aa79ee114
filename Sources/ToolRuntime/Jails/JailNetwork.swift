package import Confinement
package import LinuxSystem
package import Sandbox
internal import Synchronization

/// The way out of a jail whose policy names hosts: one proxy on the socket that the jail made for it. Closed with the jail.
package final class JailNetwork: Sendable {
    private let proxies: [EgressProxy]
    private let events: Events

    private final class Events: Sendable {
        let summary = Mutex(EgressSummary())
        let reached = Mutex<[String]>([])

        func add(_ event: EgressEvent) {
            summary.withLock { $0.add(event) }
            guard case .ended(let record) = event else { return }
            reached.withLock { reached in
                if reached.count < EgressSummary.denialsMax, !reached.contains(record.target) {
                    reached.append(record.target)
                }
            }
        }
    }

    /// A name server that does not answer holds up two look-ups of this jail, and nobody else's.
    private static let lookupsMax = 2

    /// On the loop. Without network rules the jail made no socket, and there is no proxy.
    package init(
        _ zygote: Zygote, _ rules: NetworkRules, _ resolver: (any NameResolver)? = nil, on loop: EventLoop
    ) throws(SystemError) {
        let events = Events()
        let resolver = resolver ?? SystemNameResolver(BlockingPool(threads: Self.lookupsMax))
        var proxies: [EgressProxy] = []
        for listener in zygote.takeListeners() {
            let proxy = EgressProxy(
                try listener.descriptor.duplicate(), on: loop, judge: EgressJudge(rules), resolver: resolver
            ) { event in events.add(event) }
            try proxy.start()
            proxies.append(proxy)
        }
        self.proxies = proxies
        self.events = events
    }

    /// What was refused since this was last asked. Runs at the same time in one jail share it.
    package func takeDenials() -> [EgressDenial] {
        events.summary.withLock { summary in
            defer { summary = EgressSummary() }
            return summary.denials
        }
    }

    /// Hosts that answered, since this was last asked: those whose exchange is over.
    package func takeReached() -> [String] {
        events.reached.withLock { reached in
            defer { reached = [] }
            return reached
        }
    }

    package func stop() { for proxy in proxies { proxy.stop() } }
}

extension RunDenial {
    package init(_ denial: EgressDenial) {
        self.init(
            .network, rule: denial.rule, place: denial.place, detail: denial.detail, suggestion: denial.addition)
    }
}
