package import LinuxSystem

/// A run on its way, as the host sees it. On its loop's thread only, which `@unchecked Sendable` stands on.
package final class JailedProgram: @unchecked Sendable {
    package let number: UInt32
    private unowned let zygote: Zygote
    private let loop: EventLoop
    private var outcome: JailOutcome?
    private var waiter: CheckedContinuation<JailOutcome, Never>?
    private var timedOut = false
    private lazy var wall = LoopTimer { [unowned self] in
        timedOut = true
        stop()
    }
    private lazy var patience = LoopTimer { [unowned self] in zygote.signal(number, .kill) }

    /// From the polite signal to the one that nobody survives.
    package static let patienceSpan = TimeSpan.seconds(2)

    init(_ number: UInt32, _ zygote: Zygote, _ loop: EventLoop, wall limit: TimeSpan?) {
        self.number = number
        self.zygote = zygote
        self.loop = loop
        if let limit { loop.schedule(wall, after: limit) }
    }

    /// Asked for once.
    package func result() async -> JailOutcome {
        loop.assertOnLoop()
        if let outcome { return outcome }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter = $0 }
        } onCancel: {
            loop.submit { self.stop() }
        }
    }

    package func signal(_ signal: Signal) {
        if outcome == nil { zygote.signal(number, signal) }
    }

    /// TERM to the command's group, and two seconds later the end of everything in the run.
    package func stop() {
        loop.assertOnLoop()
        if outcome != nil || patience.isArmed { return }
        zygote.signal(number, .terminate)
        loop.schedule(patience, after: Self.patienceSpan)
    }

    func finish(_ outcome: JailOutcome) {
        if self.outcome != nil { return }
        wall.disarm()
        patience.disarm()
        var outcome = outcome
        outcome.timedOut = timedOut
        self.outcome = outcome
        waiter?.resume(returning: outcome)
        waiter = nil
    }
}
