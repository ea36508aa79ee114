internal import LinuxSystem
internal import Sandbox

/// How often and how many at a time, as the policy has it. On one loop only.
final class RunBudget {
    private let clock: any Clock
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var begun: [Instant] = []

    init(clock: any Clock) { self.clock = clock }

    /// Waits for a free place; says no where there were too many in the last minute.
    func enter(_ limits: LimitRules) async -> RunDenial? {
        if let rule = limits.runsPerMinute {
            let now = clock.now()
            begun.removeAll { now - $0 >= .seconds(60) }
            if begun.count >= rule.value {
                return RunDenial(
                    .limit, rule: rule.name, place: rule.place, detail: "\(rule.value) calls a minute are allowed")
            }
            begun.append(now)
        }
        if let rule = limits.concurrent, running >= rule.value {
            await withCheckedContinuation { waiting.append($0) }
            // The place was handed over.
            return nil
        }
        running += 1
        return nil
    }

    func leave() {
        if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
    }
}
