internal import LinuxSystem
internal import MCP

/// Looks every second whether a server uses more than its entry allows. On its loop only.
final class MCPUsageWatch {
    private let loop: EventLoop
    private let condemn: (String) -> Void
    private var memoryMax: Int?
    private var processorMax: Int?
    private var root: Int32?
    /// When it had used how much, for as far back as is looked at.
    private var times: [(when: Instant, used: Int)] = []
    private lazy var timer = LoopTimer { [unowned self] in look() }

    private static let interval = TimeSpan.seconds(1)
    /// A burst of work is no fault.
    private static let window = TimeSpan.seconds(40)
    private static let spanMin = TimeSpan.seconds(30)

    init(on loop: EventLoop, condemn: @escaping (String) -> Void) {
        self.loop = loop
        self.condemn = condemn
    }

    func start(_ entry: MCPServerEntry, beneath root: Int32?) {
        guard let root, entry.memoryMax != nil || entry.processorMax != nil else { return }
        (memoryMax, processorMax, self.root, times) = (entry.memoryMax, entry.processorMax, root, [])
        look()
    }

    func stop() {
        timer.disarm()
        root = nil
    }

    private func look() {
        guard let root else { return }
        let usage = MCPTreeUsage(beneath: root)
        if let most = memoryMax, usage.residentBytes > most {
            return condemn(
                "it uses \(usage.residentBytes >> 20) MiB of memory, more than the \(most >> 20) MiB that its entry allows"
            )
        }
        let now = loop.clock.now()
        times.append((now, usage.processorMilliseconds))
        times.removeAll { now - $0.when > Self.window }
        if let most = processorMax, let first = times.first, now - first.when >= Self.spanMin {
            let percent =
                (usage.processorMilliseconds - first.used) * 100 / max(1, Int((now - first.when).milliseconds))
            if percent > most {
                return condemn("it uses \(percent) % of a core, more than the \(most) % that its entry allows")
            }
        }
        loop.schedule(timer, after: Self.interval)
    }
}
