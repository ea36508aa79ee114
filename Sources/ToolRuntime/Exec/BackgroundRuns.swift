internal import LinuxSystem

/// What goes on when its call is over: commands, and agents. Each ends by itself, by a limit, because somebody asks for it, or with
/// the host. On its loop only, which `@unchecked Sendable` stands on.
final class BackgroundRuns: @unchecked Sendable {
    private var running: [String: Run] = [:]

    private final class Run {
        let stop: () -> Void
        var waiters: [CheckedContinuation<Void, Never>] = []
        init(_ stop: @escaping () -> Void) { self.stop = stop }
    }

    /// Each holds descriptors and a part of the machine.
    private static let countMax = 32

    /// nil while there is room for another.
    var refusal: ToolOutcome? {
        if running.count < Self.countMax { return nil }
        return .failure(
            "too_many", "\(Self.countMax) things run in the background already; wait until some have ended.")
    }

    var isEmpty: Bool { running.isEmpty }

    func contains(_ name: String) -> Bool { running[name] != nil }

    /// - name: nobody can guess it, so who knows it may end it.
    func enter(_ name: String, stop: @escaping () -> Void) { running[name] = Run(stop) }

    func leave(_ name: String) {
        for waiter in running.removeValue(forKey: name)?.waiters ?? [] { waiter.resume() }
    }

    /// Returns when it has ended.
    func end(_ name: String) async {
        guard let run = running[name] else { return }
        run.stop()
        await withCheckedContinuation { run.waiters.append($0) }
    }

    func stop() { for run in running.values { run.stop() } }

    /// How to end it, for who was told its name.
    static func ending(_ name: String) -> String { "Bash with the command `kill \(name)` ends it." }
}
